import type { NodeOutput } from '../contract/node.ts';
import { StepError } from '../errors.ts';

const NUMBERS = ['inputTokens', 'outputTokens', 'tokensUsed', 'costUsd', 'carbonGrams', 'confidence'] as const;

/**
 * Takes what a node returned. Of an object only what an output is made of is read, so that nothing else in it can reach the runtime.
 * @throws {StepError} NODE_OUTPUT when there is no text, or a number is none
 */
export function outputOf(returned: unknown): NodeOutput {
  if (typeof returned === 'string') return { content: returned };
  if (typeof returned !== 'object' || returned === null) return refuse('it is neither text nor an object');
  const output = returned as NodeOutput;
  if (typeof output.content !== 'string') return refuse('`content` is no text');
  for (const name of NUMBERS) {
    const value = output[name];
    if (value !== undefined && !(Number.isFinite(value) && value >= 0)) {
      return refuse(`\`${name}\` is ${String(value)} and must be a number of at least 0`);
    }
  }
  if (output.confidence !== undefined && output.confidence > 1) return refuse('`confidence` is more than 1');
  const labels: unknown = output.taintLabels;
  if (labels !== undefined && !(Array.isArray(labels) && labels.every((label) => typeof label === 'string'))) {
    return refuse('`taintLabels` is no list of texts');
  }
  return output;
}

function refuse(why: string): never {
  throw new StepError(
    'NODE_OUTPUT',
    `what the node returned is no output: ${why}; return a text or an object with \`content\``,
  );
}
