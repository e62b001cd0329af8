import { readFileSync } from 'node:fs';
import path from 'node:path';
import { context } from '@opentelemetry/api';
import { AsyncLocalStorageContextManager } from '@opentelemetry/context-async-hooks';
import {
  type NodeInput,
  type PolicyDefinition,
  type RuntimeOptions,
  type StepNode,
  StepRuntime,
} from '@spanledger/sdk';
import { beforeAll, expect, test } from 'vitest';

beforeAll(() => void context.setGlobalContextManager(new AsyncLocalStorageContextManager().enable()));

const page = readFileSync(path.join(import.meta.dirname, '../../docs/policy-cookbook.md'), 'utf8');

/** The policies of the page by their names. */
const policies = new Map(
  Array.from(page.matchAll(/```ts\nconst (\w+) = (\{.*?\n\});\n```/gs), ([, name = '', text = '']) => [
    name,
    new Function(`return ${text};`)() as PolicyDefinition,
  ]),
);

const node = (id: string, further: Partial<StepNode> = {}): StepNode => ({ id, run: () => 'done', ...further });
const refund = (amount: unknown): Partial<NodeInput> => ({ tool: { name: 'refund', arguments: { amount } } });

interface Case {
  readonly policy: string;
  readonly input: Partial<NodeInput>;
  readonly options?: Partial<RuntimeOptions>;
  /** Rule that decides, with what it comes to; none for a step that runs. */
  readonly rule?: string;
  readonly status?: string;
}

const CASES: readonly Case[] = [
  { policy: 'noExternalPublish', input: { node: node('forum', { action: 'publish' }) }, rule: 'no-external-publish' },
  { policy: 'noExternalPublish', input: { node: node('forum', { action: 'read' }) } },
  { policy: 'onlyReading', input: { node: node('x', { action: 'search' }) } },
  { policy: 'onlyReading', input: { node: node('x', { kind: 'agent' }) } },
  { policy: 'onlyReading', input: { node: node('x', { action: 'write' }) }, status: 'blocked' },
  {
    policy: 'humanForIrreversible',
    options: { risk: {} },
    input: { node: node('x', { action: 'delete account' }) },
    rule: 'ask-first',
    status: 'paused',
  },
  { policy: 'humanForIrreversible', options: { risk: {} }, input: { node: node('x', { action: 'read' }) } },
  { policy: 'refunds', input: refund(50) },
  { policy: 'refunds', input: refund(500), rule: 'refund-over-100', status: 'paused' },
  { policy: 'refunds', input: refund(5000), rule: 'refund-over-1000' },
  { policy: 'refunds', input: refund('5000'), rule: 'refund-over-1000' },
  { policy: 'refunds', input: refund(undefined), rule: 'refund-over-1000' },
  {
    policy: 'noTaintedWrites',
    options: { taint: { warnOnly: ['web'] } },
    input: { node: node('x', { kind: 'tool' }), taintLabels: ['web'] },
    rule: 'no-web-text-in-tools',
  },
  { policy: 'noTaintedWrites', options: { taint: {} }, input: { node: node('x', { kind: 'tool' }) } },
  { policy: 'financeOnly', input: { node: node('post_to_ledger') }, rule: 'ledger-needs-scope' },
  { policy: 'financeOnly', input: { node: node('other') } },
  { policy: 'bounded', input: { node: node('x', { estimate: { costUsd: 2 } }) } },
  { policy: 'soxLimits', options: { compliance: ['sox'] }, input: { task: 'x'.repeat(21) }, rule: 'no-long-notes' },
  { policy: 'soxLimits', input: { task: 'x'.repeat(21) } },
];

test.each(CASES)('$policy: $rule $status', async ({ policy, input, options, rule, status }) => {
  const definition = policies.get(policy);
  if (definition === undefined) throw new Error(`the page has no policy ${policy}`);
  const outcome = await new StepRuntime({ policy: definition, ...options }).run({
    task: 't',
    node: node('n'),
    ...input,
  });
  expect(outcome.status).toBe(status ?? (rule === undefined ? 'completed' : 'blocked'));
  if (rule !== undefined) expect(outcome.record).toMatchObject({ blockCheck: 'policy', blockRule: rule });
});

test('bounded: the fourth visit is a loop', async () => {
  const definition = policies.get('bounded');
  if (definition === undefined) throw new Error('the page has no policy bounded');
  const runtime = new StepRuntime({ policy: definition });
  const outcomes: string[] = [];
  for (let i = 0; i < 4; i += 1) {
    outcomes.push((await runtime.run({ task: 't', runId: 'r', node: node('n') })).record.blockRule ?? 'ran');
  }
  expect(outcomes).toEqual(['ran', 'ran', 'ran', 'loop']);
});

test('every policy of the page is tried', () => {
  expect(new Set(CASES.map(({ policy }) => policy))).toEqual(new Set(policies.keys()));
});
