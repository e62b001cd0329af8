import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { SlaTargetTable } from '../../collector/src/sla/target-table.ts';
import { applyFileTargets, readTargetsFile } from '../../collector/src/sla/targets-file.ts';
import { type ServeFixture, startServe } from './serve-fixture.ts';

let serve: ServeFixture;
let directory: string;
let file: string;

beforeAll(async () => {
  serve = await startServe();
  directory = await mkdtemp(path.join(os.tmpdir(), 'spanledger-targets-'));
  file = path.join(directory, 'targets.yaml');
});
afterAll(async () => {
  await serve.stop();
  await rm(directory, { recursive: true, force: true });
});

const url = '/v1/sla/targets';
const idsOf = async (tenant = 'default'): Promise<string[]> =>
  (await serve.get(url, tenant)).body.targets.map(
    (one: { target_id: string; source: string }) => `${one.source} ${one.target_id}`,
  );

/** Applies a file with this content; gives the number of changes. */
async function apply(content: string): Promise<number> {
  await writeFile(file, content);
  return applyFileTargets(new SlaTargetTable(serve.engine), await readTargetsFile(file, 'default'), file);
}

test('a target is put, shown, changed and deleted, for its tenant only', async () => {
  const put = await serve.send('PUT', `${url}/writer`, { agent_name: 'writer', node_id: '*', p95_ms: 900 }, 'acme');
  expect(put.status).toBe(200);
  expect(put.body).toMatchObject({
    ...{ target_id: 'writer', source: 'api', agent_name: 'writer', node_id: '', window_seconds: 3600, updated_by: '' },
    ...{ p50_ms: null, p95_ms: 900, p99_ms: null, error_rate: null, min_count: 10, enabled: true },
  });
  expect((await serve.get(`${url}/writer`, 'acme')).body).toEqual(put.body);
  expect((await serve.get(`${url}/writer`, 'other')).body.error.code).toBe('SLA_TARGET_NOT_FOUND');
  await serve.send('PUT', `${url}/writer`, { error_rate: 0, window_seconds: '1d' }, 'acme');
  expect((await serve.get(url, 'acme')).body.targets).toMatchObject([
    { target_id: 'writer', agent_name: '', p95_ms: null, error_rate: 0, window_seconds: 86_400 },
  ]);
  expect((await serve.send('DELETE', `${url}/writer`, undefined, 'other')).status).toBe(404);
  expect((await serve.send('DELETE', `${url}/writer`, undefined, 'acme')).body.error_rate).toBe(0);
  expect((await serve.send('DELETE', `${url}/writer`, undefined, 'acme')).status).toBe(404);
  expect(await idsOf('acme')).toEqual([]);
  expect((await serve.send('PUT', `${url}/writer`, {}, 'acme')).status).toBe(200);
  expect(await idsOf('acme')).toEqual(['api writer']);
});

test.each<[string, unknown, string]>([
  ['', { p50_ms: 3, p95_ms: 2 }, 'field p95_ms: must not be below p50_ms'],
  ['', { p50_ms: 3, p99_ms: 2 }, 'field p99_ms: must not be below p50_ms'],
  ['', { p95_ms: 3, p99_ms: 2.9 }, 'field p99_ms: must not be below p95_ms'],
  ['', { p50_ms: 0 }, 'field p50_ms'],
  ['', { p50_ms: '5' }, 'field p50_ms'],
  ['', { error_rate: 1.5 }, 'field error_rate'],
  ['', { window_seconds: 7 }, 'field window_seconds: must be a length such as'],
  ['', { window_seconds: 7000 }, 'a day must be a multiple'],
  ['', { min_count: 0 }, 'field min_count'],
  ['', { min_count: 1.5 }, 'field min_count'],
  ['', { agent: 'a' }, 'field agent: is not a field'],
  ['', { target_id: 'x' }, 'field target_id: is not a field'],
  ['', { agent_name: 'x'.repeat(513) }, 'at most 512'],
  ['', [], 'Body'],
  ['', null, 'Body'],
  ['', '{"p50_ms": 1', 'not valid JSON'],
  ['', '', 'not valid JSON'],
])('%s a body %j is refused', async (_none, body, message) => {
  const answer = await serve.send('PUT', `${url}/bad`, body);
  expect(answer.status).toBe(400);
  expect(answer.body.error.code).toBe('BAD_BODY');
  expect(answer.body.error.message).toContain(message);
});

test('a body that is too large, or not JSON by its type, is refused', async () => {
  const large = await serve.send('PUT', `${url}/bad`, { agent_name: 'x'.repeat(70_000) });
  expect([large.status, large.body.error.code]).toEqual([413, 'BODY_TOO_LARGE']);
  const response = await serve.api.request(`${url}/bad`, {
    method: 'PUT',
    body: '{}',
    headers: { 'content-type': 'text/plain' },
  });
  expect(response.status).toBe(400);
  expect(await response.text()).toContain('Content-Type: application/json');
  expect(await idsOf()).toEqual([]);
});

test("a tenant's targets have a limit; one that stands can be changed", async () => {
  await serve.client.command({
    query: `INSERT INTO sla_target_rows (tenant, source, target_id, version, window_seconds, enabled)
      SELECT 'full', 'api', concat('t', toString(number)), 1, 3600, false FROM numbers(1000)`,
  });
  const answer = await serve.send('PUT', `${url}/one-more`, {}, 'full');
  expect([answer.status, answer.body.error.code]).toEqual([400, 'BAD_BODY']);
  expect(answer.body.error.message).toContain('1000');
  expect((await serve.send('PUT', `${url}/t5`, { enabled: true }, 'full')).body.enabled).toBe(true);
});

test('a file is applied as a set, once; what the API made stays', async () => {
  await serve.send('PUT', `${url}/mine`, { p50_ms: 1 });
  const first = `
targets:
  - { target_id: writer, agent_name: writer, p95_ms: 900, window_seconds: 5m }
  - { target_id: all, error_rate: 0.05 }
  - { target_id: theirs, tenant: theirs, p99_ms: 1 }
`;
  expect(await apply(first)).toBe(3);
  expect(await apply(first)).toBe(0);
  expect(await idsOf()).toEqual(
    ['file writer', 'file all', 'api mine'].sort((a, b) =>
      a === 'file writer' ? -1 : b === 'file writer' ? 1 : a < b ? -1 : 1,
    ),
  );
  expect(await idsOf('theirs')).toEqual(['file theirs']);
  expect((await serve.get(`${url}/writer`)).body).toMatchObject({ window_seconds: 300, updated_by: file });
  expect(await apply('{"targets": [{"target_id": "writer", "agent_name": "writer", "p95_ms": 800}]}')).toBe(3);
  expect(await idsOf()).toEqual(['file writer', 'api mine']);
  expect((await serve.get(`${url}/writer`)).body).toMatchObject({ p95_ms: 800, window_seconds: 3600 });
  expect(await apply('targets: []')).toBe(1);
  expect(await idsOf()).toEqual(['api mine']);
  expect(await apply(first)).toBe(3);
});

test('a target of the file is not changed by the API', async () => {
  await apply('targets: [{ target_id: fixed, p50_ms: 5 }]');
  for (const method of ['PUT', 'DELETE']) {
    const answer = await serve.send(method, `${url}/fixed`, method === 'PUT' ? {} : undefined);
    expect([answer.status, answer.body.error.code]).toEqual([409, 'SLA_TARGET_IN_FILE']);
  }
  expect((await serve.get(`${url}/fixed`)).body.p50_ms).toBe(5);
});

test.each([
  ['targets: [', 'SLA targets in'],
  ['- a', 'Invalid input'],
  ['targets: [{ target_id: a }, { target_id: a }]', 'a is there twice for the tenant default'],
  ['targets: [{ target_id: a b }]', 'targets[0].target_id'],
  ['targets: [{ target_id: a, p95_ms: 1, p50_ms: 2 }]', 'targets[0].p95_ms'],
  ['targets: [{ target_id: a, p95: 1 }]', 'p95'],
  ['target: []', 'target'],
])('the file %j is refused', async (content, message) => {
  await writeFile(file, content);
  const refused = readTargetsFile(file, 'default');
  await expect(refused).rejects.toMatchObject({ code: 'SLA_TARGETS_INVALID' });
  await expect(refused).rejects.toThrow(message);
});

test('a file that is not there is named', async () => {
  await expect(readTargetsFile('/nowhere/targets.yaml', 'default')).rejects.toThrow('/nowhere/targets.yaml');
});
