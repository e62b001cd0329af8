import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import fc from 'fast-check';
import type { Encoding, Signal } from '../../collector/src/otlp/transcoder.ts';
import { toBinary, toOtlpJsonText } from '../otlp/bodies.ts';
import { signalOf } from '../otlp/transcoding.ts';
import { mutateJson } from './otlp-json-mutations.ts';
import { jsonRecordsOf } from './otlp-json-oracle.ts';
import { logsRequest, traceRequest } from './otlp-messages.ts';
import { mutateProtobuf } from './otlp-mutations.ts';
import { recordsOf, type SentRecord } from './otlp-oracle.ts';
import type { Random } from './otlp-wire.ts';

/** Seeds of the mutations: always the same, and in the long form a new one, which the test's name shows. */
export const SEEDS: readonly number[] =
  process.env['MUTATIONS'] === undefined ? [1, 2] : [1, Math.floor(Math.random() * 2 ** 31)];

/** A body as it is sent. */
export interface Body {
  readonly signal: Signal;
  readonly encoding: Encoding;
  readonly bytes: Uint8Array;
}

const CAPTURED = path.join(import.meta.dirname, '../interop/captured');
const LARGEST = 60_000;

/** Valid bodies: those that emitters really sent, up to 60 kB, and made ones with all that the messages can hold. */
export function validBodies(seed: number): Body[] {
  const recorded = readdirSync(CAPTURED, { recursive: true, encoding: 'utf8' })
    .sort()
    .flatMap((file): Body[] => {
      const [, signal, form] = /-(traces|logs)\.(pb|json)$/.exec(file) ?? [];
      if (signal !== 'traces' && signal !== 'logs') return [];
      const bytes = readFileSync(path.join(CAPTURED, file));
      return bytes.length > LARGEST ? [] : [{ signal, encoding: form === 'pb' ? 'protobuf' : 'json', bytes }];
    });
  const made = fc.sample(fc.oneof(traceRequest, logsRequest), { seed, numRuns: 200 }).flatMap((request): Body[] => {
    const signal = signalOf(request);
    return [
      { signal, encoding: 'protobuf', bytes: toBinary(request) },
      { signal, encoding: 'json', bytes: Buffer.from(toOtlpJsonText(request)) },
    ];
  });
  return [...recorded, ...made].filter(({ bytes }) => bytes.length > 0);
}

/** One of the bodies, changed; one in fifty comes to the path of the other signal. */
export function mutated(bodies: readonly Body[], random: Random): Body {
  const { signal, encoding, bytes } = bodies[Math.floor(random() * bodies.length)] as Body;
  const changed =
    encoding === 'protobuf' ? mutateProtobuf(bytes, random) : mutateJson(Buffer.from(bytes).toString(), random);
  if (random() >= 0.02) return { signal, encoding, bytes: changed };
  return { signal: signal === 'traces' ? 'logs' : 'traces', encoding, bytes: changed };
}

/** Records of a body as the oracle of its encoding finds them; undefined where the whole must be refused. */
export function sentRecords({ signal, encoding, bytes }: Body): SentRecord[] | undefined {
  if (encoding === 'json') return jsonRecordsOf(signal, bytes)?.map((request) => ({ raw: undefined, request }));
  try {
    return recordsOf(signal, bytes);
  } catch (thrown) {
    if (thrown instanceof Error) return undefined;
    throw thrown;
  }
}
