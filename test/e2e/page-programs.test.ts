import { afterAll, beforeAll, expect, test } from 'vitest';
import { type Collector, startCollector } from '../collector-fixture.ts';
import { readPage } from './docs-fixture.ts';
import { buildPrograms, runProgram, sourceOf } from './example-programs.ts';

// The programs that the pages about the SDK show, each run as it stands there.

let collector: Collector;
beforeAll(async () => {
  await buildPrograms();
  collector = await startCollector();
});
afterAll(() => collector.stop());

const run = (name: string, isRegistered = true): Promise<string[]> =>
  runProgram(name, { SPANLEDGER_ENDPOINT: collector.url, OTEL_SERVICE_NAME: name }, { isRegistered });

/** Governed steps of a service or a workflow, in order. */
async function stepsOf(name: string): Promise<unknown[]> {
  await collector.settled();
  return collector.query(
    `SELECT node_id, status, attempt FROM steps
    WHERE verdict IS NOT NULL AND run_id IN (SELECT run_id FROM spans WHERE service_name = {name: String} OR name = concat('invoke_workflow ', {name: String}))
    ORDER BY start_time, attempt`,
    { name },
  );
}
const step = (node_id: string, status = 'completed', attempt = 1) => ({ node_id, status, attempt });

test('an app that has OpenTelemetry: its own exporter and the ledger get the same spans', async () => {
  const printed = (await run('own-opentelemetry', false)).join('\n');
  expect(printed).toContain("name: 'execute_step summarise'");
  expect(printed).toContain("name: 'invoke_workflow own-opentelemetry'");
  expect(await stepsOf('own-opentelemetry')).toEqual([step('summarise')]);
  const decided = await collector.query("SELECT node_id FROM events WHERE name = 'spanledger.step.decided'");
  expect(decided).toContainEqual({ node_id: 'summarise' });
});

test('a runtime', async () => {
  expect(await run('runtime')).toEqual(['a plan for a reply to customer 17', 'blocked policy:denied_by_rule']);
  expect(await stepsOf('runtime')).toEqual([step('planner'), step('publisher', 'blocked')]);
});

test('a step that waits for a human, across processes', async () => {
  expect(await run('suspend')).toEqual(['2 done: refund 5 to customer 17']);
  expect(await stepsOf('suspend')).toEqual([step('refund', 'paused'), step('refund', 'completed', 2)]);
});

test('sensitive data', async () => {
  expect(await run('sensitive-data')).toEqual([
    'passed EMAIL',
    'sensitive_data:input_sensitive AWS_ACCESS_KEY',
    'input_guardrail:injection',
  ]);
});

test('agents of MeshFlow', async () => {
  expect(await run('mesh')).toEqual(['completed a reply by a plan for Where is my parcel?']);
  expect(await stepsOf('mesh')).toEqual([step('planner'), step('writer')]);
});

test.each([
  ['docs/quick-start.md', 'own-opentelemetry'],
  ['docs/sdk.md', 'runtime'],
  ['docs/sdk.md', 'suspend'],
  ['docs/sensitive-data.md', 'sensitive-data'],
  ['docs/migrate.md', 'mesh'],
])('%s shows %s', async (page, name) => {
  expect(await readPage(page)).toContain(`\`\`\`ts\n${await sourceOf(name)}\`\`\``);
});

test('the migration notes show what runs beside Langfuse on older packages', async () => {
  const program = await readPage('test/interop/old-train/langfuse.mjs');
  expect(await readPage('docs/migrate.md')).toContain(`\`\`\`ts\n${program}\`\`\``);
});
