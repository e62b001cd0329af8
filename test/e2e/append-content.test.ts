import { createHmac } from 'node:crypto';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type Collector, startCollector } from '../collector-fixture.ts';
import { send } from '../faults/ledger-dump.ts';
import { event, governed, operation } from '../faults/ledger-scenes.ts';
import { randomId } from '../otlp/bodies.ts';

const SECRETS = {
  input: 'plaintext-input',
  output: 'plaintext-output',
  user: 'plaintext-user',
  messages: 'plaintext-messages',
  body: 'plaintext-body',
};
const run = 'content-run';

async function tell(collector: Collector): Promise<void> {
  const trace = randomId();
  const personal = {
    'spanledger.input': SECRETS.input,
    'spanledger.output': SECRETS.output,
    'user.id': SECRETS.user,
  };
  await send(
    collector,
    governed({ run, step: 'a' }, { trace, id: 1, attributes: personal }),
    governed({ run, step: 'b' }, { trace, id: 2, attributes: personal }),
    operation('chat', {
      trace,
      id: 3,
      parent: 1,
      attributes: { 'gen_ai.input.messages': [{ role: SECRETS.messages }] },
    }),
    event('said', 5, { 'spanledger.run.id': run }, { body: SECRETS.body }),
  );
  await collector.settled();
}

let collector: Collector;
let other: Collector;
beforeAll(async () => {
  [collector, other] = await Promise.all([startCollector(), startCollector({ tenant: 'other' })]);
  await Promise.all([tell(collector), tell(other)]);
});
afterAll(() => Promise.all([collector.stop(), other.stop()]));

const digests = async (from: Collector): Promise<Map<string, string>> => {
  const rows = await from.query<{ text: string; digest: string }>(
    'SELECT text, lower(hex(digest)) AS digest FROM content FINAL',
  );
  return new Map(rows.map((row) => [row.text, row.digest]));
};

test('personal text stands in the content table alone, once', async () => {
  for (const table of ['ledger', 'span_rows', 'step_rows', 'event_rows', 'run_rows']) {
    const columns = table === 'ledger' ? 'canonical' : "formatRow('JSONEachRow', *)";
    const [row] = await collector.query<{ rows: string; plain: string }>(
      `SELECT count() AS rows, countIf(position(${columns}, 'plaintext') > 0) AS plain FROM ${table}`,
    );
    expect(Number(row?.rows)).toBeGreaterThan(0);
    expect(row?.plain, table).toBe('0');
  }
  const texts = [...(await digests(collector)).keys()].sort();
  expect(texts).toEqual(
    [JSON.stringify([{ role: SECRETS.messages }]), SECRETS.body, SECRETS.input, SECRETS.output, SECRETS.user].sort(),
  );
});

test('what replaced the text is its digest, and the views find the text by it', async () => {
  const known = await digests(collector);
  const rows = await collector.query<Record<string, string>>(
    'SELECT input_digest, output_digest, user_digest FROM steps WHERE run_id = {run:String} AND governed',
    { run },
  );
  const step = {
    input_digest: known.get(SECRETS.input),
    output_digest: known.get(SECRETS.output),
    user_digest: known.get(SECRETS.user),
  };
  expect(rows).toEqual([step, step]);
  const events = await collector.query("SELECT body, body_kind FROM events WHERE name = 'said'");
  expect(events).toEqual([{ body: known.get(SECRETS.body), body_kind: 'S' }]);
});

test("the same text has another digest under another tenant's key", async () => {
  const [ours, theirs] = [await digests(collector), await digests(other)];
  expect([...theirs.keys()].sort()).toEqual([...ours.keys()].sort());
  for (const [text, digest] of ours) expect(theirs.get(text)).not.toBe(digest);
  const guess = createHmac('sha256', '').update('s').update(SECRETS.user).digest('hex');
  expect([...ours.values(), ...theirs.values()]).not.toContain(guess);
});

test('erasing content leaves every hash of the ledger as it was', async () => {
  const hashes =
    'SELECT lower(hex(record_hash)) AS hash, SHA256(canonical) = record_hash AS valid FROM ledger ORDER BY cursor';
  const before = await collector.query<{ valid: number }>(hashes);
  await collector.engine.client.command({ query: 'DELETE FROM content WHERE 1' });
  expect(await digests(collector)).toEqual(new Map());
  expect(await collector.query(hashes)).toEqual(before);
  expect(before.every((row) => row.valid === 1)).toBe(true);
});
