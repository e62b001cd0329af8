import { writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { expect, test } from 'vitest';
import { InputError } from '../../collector/src/errors.ts';
import type { Transcoded } from '../../collector/src/otlp/transcode.ts';
import type { ExportLogsServiceRequest } from '../otlp/generated/opentelemetry/proto/collector/logs/v1/logs_service_pb.ts';
import type { ExportTraceServiceRequest } from '../otlp/generated/opentelemetry/proto/collector/trace/v1/trace_service_pb.ts';
import { transcoding } from '../otlp/transcoding.ts';
import { depthOf } from './otlp-json-reader.ts';
import { type Body, mutated, SEEDS, sentRecords, validBodies } from './otlp-mutated.ts';
import type { SentRecord } from './otlp-oracle.ts';
import { canonicalBytes, type Expected, expectedLogs, expectedSpans } from './otlp-records.ts';
import { randomOf } from './otlp-wire.ts';

// Hostile bodies through the transcoder alone. MUTATIONS=100000 is the long form (npm run test:long).

const COUNT = Number(process.env['MUTATIONS'] ?? 3000);
/** How much more memory may be in use at the end than halfway, bytes. */
const MOST_GROWTH = 16 << 20;
/** What a record may say that refuses it although it can be read. */
const REFUSED_BY_MEANING = ['TENANT_MISMATCH', 'ID_TOO_LONG', 'TOO_MANY_ENTRIES'];

const one = transcoding();

/** What the transcoder says of a body: its counts, or why the whole is refused. */
function transcode({ signal, encoding, bytes }: Body): Transcoded | InputError {
  one.clear();
  try {
    return one.take(signal, encoding, bytes);
  } catch (thrown) {
    if (!(thrown instanceof InputError)) throw thrown;
    expect([one.rows.ingest.length, one.rows.rejects.length]).toEqual([0, 0]);
    return thrown;
  }
}

/** The canonical fields that a record must have; undefined where it must be rejected. */
function fieldsOf({ request }: SentRecord): Expected[] | undefined {
  if (request?.$typeName !== 'opentelemetry.proto.collector.trace.v1.ExportTraceServiceRequest') {
    return request && expectedLogs(request as ExportLogsServiceRequest)[0];
  }
  const traces = request as ExportTraceServiceRequest;
  const span = traces.resourceSpans[0]?.scopeSpans[0]?.spans[0];
  const isId = (id: Uint8Array = new Uint8Array(), size = 0): boolean =>
    id.length === size && id.some((byte) => byte !== 0);
  const isParent = span?.parentSpanId.length === 0 || span?.parentSpanId.length === 8;
  return isId(span?.traceId, 16) && isId(span?.spanId, 8) && isParent ? expectedSpans(traces)[0] : undefined;
}

/** Each record is stored or rejected, in order, and stored as the oracle reads it. */
function expectTaken(body: Body, result: Transcoded | InputError): void {
  const records = sentRecords(body);
  if (result instanceof InputError) {
    // Nobody nests so deep; whether such a body can be read is left open.
    if (body.encoding === 'json' && depthOf(Buffer.from(body.bytes).toString()) > 1000) return;
    // All records are of the other signal, or the envelopes can't be read.
    const taken = records?.filter((record) => fieldsOf(record) !== undefined);
    expect([result.code, taken]).toEqual([result.code, result.code === 'WRONG_SIGNAL' && taken ? [] : undefined]);
    return;
  }
  expect(records?.length).toBe(result.accepted + result.rejected);
  const rows = one.read();
  const rejects = one.rejected();
  expect([rows.length, rejects.length]).toEqual([result.accepted, result.rejected]);
  for (const record of records ?? []) {
    const fields = fieldsOf(record);
    const [row] = rows;
    const [cursor, origin] = [row?.cells['cursor'] as bigint, row?.cells['origin'] as number];
    const expected = row && fields && canonicalBytes(fields, cursor, origin);
    if (expected?.equals(row?.canonical ?? Buffer.alloc(0))) {
      rows.shift();
      continue;
    }
    const [reject] = rejects;
    const isThis = record.raw === undefined || reject?.raw.equals(record.raw);
    if (isThis && reject && (fields === undefined || REFUSED_BY_MEANING.includes(reject.code))) rejects.shift();
    else expect(row?.canonical.toString('latin1')).toBe(expected?.toString('latin1') ?? 'rejected');
  }
  expect([rows, rejects]).toEqual([[], []]);
}

setFlagsFromString('--expose-gc');
const collectGarbage = runInNewContext('gc') as () => void;

/** Bytes that are still in use, in the heap and beside it, but for the buffers of rows, which are as large as the largest body asked for. */
function bytesInUse(): number {
  collectGarbage();
  const { heapUsed, external } = process.memoryUsage();
  const { ledger, content, ingest, rejects } = one.rows;
  return [ledger, content, ingest, rejects].reduce((sum, { bytes }) => sum - bytes.length, heapUsed + external);
}

test.each(SEEDS)(
  `${COUNT / 2} mutated bodies are taken as the oracle reads them (seed %i)`,
  (seed) => {
    const bodies = validBodies(seed);
    const random = randomOf(seed);
    let halfway = 0;
    for (let i = 0; i < COUNT / 2; i++) {
      if (i === Math.floor(COUNT / 4)) halfway = bytesInUse();
      const body = mutated(bodies, random);
      const result = transcode(body);
      try {
        expectTaken(body, result);
      } catch (thrown) {
        const file = path.join(os.tmpdir(), `mutated-body-${seed}-${i}`);
        writeFileSync(file, body.bytes);
        throw new Error(`body ${i} of seed ${seed}, ${body.encoding} to ${body.signal}, which is now in ${file}`, {
          cause: thrown,
        });
      }
    }
    expect(bytesInUse() - halfway).toBeLessThan(MOST_GROWTH);
  },
  COUNT * 10 + 60_000,
);
