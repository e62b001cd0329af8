import type { StepNode } from '@spanledger/sdk';
import { ConfigurationError } from '@spanledger/sdk';
import type { Workflow, WorkflowPart } from './workflow.ts';

/** A workflow whose names stand for nodes: no name is left that nobody knows. */
export type Resolved =
  | { readonly kind: 'node'; readonly node: StepNode }
  | { readonly kind: 'sequence' | 'parallel'; readonly parts: readonly Resolved[] };

/** Nested deeper, a definition is taken for one that contains itself. */
const DEEPEST = 64;

/**
 * Looks all names up and checks the definition, before anything runs.
 * @throws ConfigurationError `WORKFLOW_INVALID` for an unknown name, a node that stands twice, and empty or endless parts
 */
export function resolve(workflow: Workflow, agents: ReadonlyMap<string, StepNode>): Resolved {
  const seen = new Set<string>();
  const part = (given: WorkflowPart, path: string, depth: number): Resolved => {
    if (depth > DEEPEST) throw invalid(path, `it is nested deeper than ${DEEPEST}`);
    if (typeof given === 'object' && 'sequence' in given) return list('sequence', given.sequence, path, depth);
    if (typeof given === 'object' && 'parallel' in given) return list('parallel', given.parallel, path, depth);
    const node = typeof given === 'string' ? agents.get(given) : given;
    if (node === undefined) {
      throw invalid(path, `no agent "${given}" is registered; there are ${[...agents.keys()].join(', ') || 'none'}`);
    }
    if (seen.has(node.id)) throw invalid(path, `"${node.id}" stands in the workflow twice`);
    seen.add(node.id);
    return { kind: 'node', node };
  };
  const list = (
    kind: 'sequence' | 'parallel',
    parts: readonly WorkflowPart[],
    path: string,
    depth: number,
  ): Resolved => {
    if (!Array.isArray(parts) || parts.length === 0) throw invalid(path, `a ${kind} needs at least one part`);
    return { kind, parts: parts.map((one, index) => part(one, `${path}[${index}]`, depth + 1)) };
  };
  return list('sequence', workflow.nodes, 'nodes', 0);
}

/** Names of the nodes of a part, in the order of the definition. */
export function nodesOf(part: Resolved): readonly string[] {
  return part.kind === 'node' ? [part.node.id] : part.parts.flatMap(nodesOf);
}

function invalid(path: string, message: string): ConfigurationError {
  return new ConfigurationError('WORKFLOW_INVALID', path, message);
}
