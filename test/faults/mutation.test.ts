import { gzipSync } from 'node:zlib';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { logsResponse, traceResponse } from '../otlp/answers.ts';
import { type Body, mutated, SEEDS, sentRecords, validBodies } from '../property/otlp-mutated.ts';
import { type Random, randomOf } from '../property/otlp-wire.ts';
import { metric } from './ledger-dump.ts';
import { AS_BUILT, CollectorProcess, FROM_SOURCE } from './ledger-process.ts';
import { MemoryOverTime } from './memory-over-time.ts';
import { IS_LONG } from './runs-under-load.ts';

// Hostile bodies through a whole collector and its engine. MUTATIONS=100000 is the long form (npm run test:long).

const COUNT = Number(process.env['MUTATIONS'] ?? 400);
const CLIENTS = 16;
/** In the long form: how much more collector and engine may hold on average in the last quarter than in the one before, bytes. */
const MOST_GROWTH = 64 << 20;

let collector: CollectorProcess;
beforeAll(async () => {
  collector = await CollectorProcess.start(IS_LONG ? AS_BUILT : FROM_SOURCE);
});
afterAll(() => collector.stop());

interface Told {
  accepted: number;
  rejected: number;
  statuses: Record<number, number>;
  /** Ids of spans of bodies that were taken whole. */
  readonly spans: Set<string>;
}

async function post({ signal, encoding, bytes }: Body, coding?: string): Promise<Response> {
  return fetch(`${collector.url}/v1/${signal}`, {
    method: 'POST',
    headers: {
      'content-type': encoding === 'json' ? 'application/json' : 'application/x-protobuf',
      ...(coding === undefined ? {} : { 'content-encoding': coding }),
    },
    body: new Uint8Array(bytes),
  });
}

/** A body whose gzip is whole, or cut off: then none of it may count. */
async function postCompressed(body: Body, random: Random, told: Told): Promise<void> {
  const whole = gzipSync(body.bytes);
  if (random() < 0.5) return take(body, await post({ ...body, bytes: whole }, 'gzip'), told);
  const cut = whole.subarray(0, 1 + Math.floor(random() * (whole.length - 1)));
  const answer = await post({ ...body, bytes: cut }, 'gzip');
  expect([answer.status, (await answer.arrayBuffer()).byteLength > 0]).toEqual([400, true]);
}

async function take(body: Body, answer: Response, told: Told): Promise<void> {
  const said = { contentType: answer.headers.get('content-type'), body: new Uint8Array(await answer.arrayBuffer()) };
  told.statuses[answer.status] = (told.statuses[answer.status] ?? 0) + 1;
  if (answer.status !== 200) {
    expect([400, 413], Buffer.from(said.body).toString()).toContain(answer.status);
    return;
  }
  const rejected =
    body.signal === 'traces'
      ? (traceResponse(said).partialSuccess?.rejectedSpans ?? 0n)
      : (logsResponse(said).partialSuccess?.rejectedLogRecords ?? 0n);
  const records = sentRecords(body);
  expect(records?.length).toBeGreaterThanOrEqual(Number(rejected));
  told.accepted += (records?.length ?? 0) - Number(rejected);
  told.rejected += Number(rejected);
  if (rejected > 0n) return;
  for (const { request } of records ?? []) {
    if (request?.$typeName !== 'opentelemetry.proto.collector.trace.v1.ExportTraceServiceRequest') continue;
    const span = request.resourceSpans[0]?.scopeSpans[0]?.spans[0];
    told.spans.add([span?.traceId, span?.spanId].map((id) => Buffer.from(id ?? []).toString('hex')).join(':'));
  }
}

async function count(table: string): Promise<number> {
  const [row] = await collector.query<{ rows: string }>(`SELECT count() AS rows FROM ${table}`);
  return Number(row?.rows);
}

test.each(SEEDS)(
  `a collector survives ${Math.ceil(COUNT / 2)} mutated bodies and stores what it says (seed %i)`,
  async (seed) => {
    const before = { ledger: await count('ledger'), rejects: await count('rejects') };
    const bodies = validBodies(seed);
    const random = randomOf(seed);
    const told: Told = { accepted: 0, rejected: 0, statuses: {}, spans: new Set() };
    let left = Math.ceil(COUNT / 2);
    const client = async (): Promise<void> => {
      while (left-- > 0) {
        const body = mutated(bodies, random);
        if (random() < 0.1) await postCompressed(body, random, told);
        else await take(body, await post(body), told);
      }
    };
    const memory = new MemoryOverTime([collector.pid, collector.enginePid]);
    await Promise.all(Array.from({ length: CLIENTS }, client));
    memory.stop();
    console.info(`${JSON.stringify(told.statuses)}; over time, MB: collector ${memory.shown().join('; engine ')}`);
    await collector.settled();
    expect(Object.keys(told.statuses)).toContain('200');
    expect(await count('ledger')).toBe(before.ledger + told.accepted);
    expect(await count('rejects')).toBe(before.rejects + told.rejected);
    const ids = 'SELECT DISTINCT lower(hex(trace_id)) AS trace, lower(hex(span_id)) AS span FROM span_rows';
    const stored = await collector.query<{ trace: string; span: string }>(ids);
    const found = new Set(stored.map(({ trace, span }) => `${trace}:${span}`));
    expect([...told.spans].filter((id) => !found.has(id))).toEqual([]);
    if (IS_LONG) for (const growth of memory.growth()) expect(growth).toBeLessThan(MOST_GROWTH);
    for (const name of ['engine_restarts', 'inserts_failed_total', 'records_lost_total']) {
      expect([name, await metric(collector, name)]).toEqual([name, 0]);
    }
  },
  COUNT * 100 + 60_000,
);
