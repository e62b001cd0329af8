import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type Collector, startCollector } from '../collector-fixture.ts';
import { type Provider, startProvider } from '../interop/provider/provider.ts';
import { readPage } from './docs-fixture.ts';
import { buildPrograms, runProgram, sourceOf } from './example-programs.ts';

let collector: Collector;
let provider: Provider;
beforeAll(async () => {
  await buildPrograms();
  [collector, provider] = await Promise.all([startCollector(), startProvider(0)]);
});
afterAll(() => Promise.all([collector.stop(), provider.close()]));

/** Runs a program of the quick start as its page says; gives what it printed. */
function run(name: string, ...further: string[]): Promise<string[]> {
  const environment = {
    SPANLEDGER_ENDPOINT: collector.url,
    OTEL_SERVICE_NAME: name,
    OPENAI_API_KEY: 'local',
    OPENAI_BASE_URL: `${provider.url}/v1`,
  };
  return runProgram(name, environment, { isRegistered: true, further });
}

/** The governed steps of a service in order, and how many model calls stand below each. */
async function stepsOf(service: string): Promise<unknown[]> {
  await collector.settled();
  return collector.query(
    `SELECT node_id, status, block_rule, toInt32(countIf(call.step_id != '')) AS calls, sum(call.input_tokens) AS tokens
    FROM (SELECT * FROM steps WHERE chain_seq > 0) AS step
    INNER JOIN (SELECT run_id FROM spans WHERE service_name = {service: String} AND name LIKE 'invoke_workflow %') AS run USING (run_id)
    LEFT JOIN (SELECT step_id, input_tokens FROM spans WHERE service_name = {service: String} AND usage_counted) AS call USING (step_id)
    GROUP BY step_id, node_id, status, block_rule, start_time ORDER BY start_time`,
    { service },
  );
}
const step = (node_id: string, calls = 0, tokens = 0, further: object = {}) => ({
  node_id,
  status: 'completed',
  block_rule: '',
  calls,
  tokens: tokens === 0 ? null : String(tokens),
  ...further,
});

describe('quick start', () => {
  test('functions', async () => {
    expect(await run('functions')).toEqual(['The parcel has no...', 'policy:denied_by_rule no-deletes']);
    const blocked = { status: 'blocked', block_rule: 'no-deletes' };
    expect(await stepsOf('functions')).toMatchObject([{ node_id: 'summarise' }, { node_id: 'purge', ...blocked }]);
  });

  test('OpenAI', async () => {
    expect(await run('openai')).toHaveLength(1);
    expect(await stepsOf('openai')).toEqual([step('answer', 1, 168)]);
  });

  test('AI SDK', async () => {
    expect(await run('ai-sdk')).toHaveLength(1);
    expect(await stepsOf('ai-sdk')).toEqual([step('weather-agent', 2, 288), step('get_weather')]);
  });

  test('LangGraph', async () => {
    expect(await run('langgraph')).toHaveLength(1);
    expect(await stepsOf('langgraph')).toEqual([step('draft', 1, 168), step('review')]);
  });

  test('MCP client', async () => {
    const printed = await run('mcp-client', process.execPath, 'dist/mcp-server.js');
    expect(printed).toEqual([expect.stringContaining('A-1042 is in transit'), 'policy:denied_by_rule no-irreversible']);
    const blocked = { status: 'blocked', block_rule: 'no-irreversible' };
    expect(await stepsOf('mcp-client')).toMatchObject([
      { node_id: 'orders.order_state' },
      { node_id: 'orders.order_cancel', ...blocked },
    ]);
  });
});

test('the page shows these programs', async () => {
  const page = await readPage('docs/quick-start.md');
  for (const name of ['functions', 'openai', 'ai-sdk', 'langgraph', 'mcp-client']) {
    expect(page, name).toContain(`\`\`\`ts\n${await sourceOf(name)}\`\`\``);
  }
});
