import { toBinary, toOtlpJsonText, traceBody } from '../otlp/bodies.ts';
import { type RunSpan, runSpan } from './run-spans.ts';
import { callIdOf, LANES, mix, runIdOf, SPANS_OF_RUN, spanIdOf, traceIdOf } from './span-ids.ts';

/** Form of a body. */
export type Encoding = 'protobuf' | 'json';

/** A place in a body that is filled in anew for each request. */
interface Place {
  readonly at: number;
  /** Lanes of the id, or the time of the template. */
  readonly value: readonly number[] | bigint;
  /** `number`: follows from the span's number less `distance`; `run`: from its run's. */
  readonly of: 'number' | 'run';
  readonly index: number;
  readonly distance: number;
  /** As hex digits or decimal digits; else as bytes. */
  readonly isText: boolean;
}

const DIGITS = Buffer.from('0123456789abcdef');

/**
 * A body made once, of which each request gets a copy with ids and times of its own: making messages anew would cost the load
 * generator more than what it loads.
 */
export class StampedBody {
  readonly spans: number;
  readonly #template: Buffer;
  readonly #places: readonly Place[] = [];
  readonly #time: bigint;

  /** @param first number of its first span; later ones must be equal to it modulo 25 */
  constructor(encoding: Encoding, first: number, spans: number) {
    this.spans = spans;
    this.#time = BigInt(Date.now()) * 1_000_000n;
    const made = Array.from({ length: spans }, (_, index) => runSpan(first + index, this.#time));
    const request = traceBody(
      made.map(({ span }) => span),
      { resource: { 'service.name': 'bench', 'service.version': '1.0.0', 'deployment.environment.name': 'bench' } },
    );
    this.#template =
      encoding === 'protobuf' ? Buffer.from(toBinary(request)) : Buffer.from(toOtlpJsonText(request), 'utf8');
    const finder = new Finder(this.#template, encoding === 'json');
    for (const [index, one] of made.entries()) finder.find(one, first + index, index);
    this.#places = finder.places;
  }

  /** A copy whose first span has the given number, and whose times are as much later as the template is old. */
  copy(first: number): Buffer {
    const body = Buffer.from(this.#template);
    const later = BigInt(Date.now()) * 1_000_000n - this.#time;
    for (const { at, value, of, index, distance, isText } of this.#places) {
      if (typeof value === 'bigint') {
        if (isText) body.write(String(value + later), at, 'latin1');
        else body.writeBigUInt64LE(value + later, at);
        continue;
      }
      const number = first + index - distance;
      const source = of === 'run' ? Math.floor(number / SPANS_OF_RUN) : number;
      let position = at;
      for (const lane of value) {
        const bits = mix(lane, source);
        if (isText) writeHex(body, position, bits);
        else body.writeUInt32BE(bits, position);
        position += isText ? 8 : 4;
      }
    }
    return body;
  }
}

function writeHex(body: Buffer, at: number, bits: number): void {
  for (let digit = 0; digit < 8; digit++) body[at + digit] = DIGITS[(bits >>> (28 - 4 * digit)) & 15] ?? 0;
}

/** Finds the places of a body, in their order. */
class Finder {
  readonly places: Place[] = [];
  readonly #body: Buffer;
  readonly #isJson: boolean;
  #position = 0;

  constructor(body: Buffer, isJson: boolean) {
    this.#body = body;
    this.#isJson = isJson;
  }

  find(one: RunSpan, number: number, index: number): void {
    const run = Math.floor(number / SPANS_OF_RUN);
    const id = (hex: string, lanes: readonly number[], of: Place['of'], distance = 0, isText = this.#isJson) => {
      const at = this.#next(isText ? Buffer.from(hex) : Buffer.from(hex, 'hex'));
      this.places.push({ at, value: lanes, of, index, distance, isText });
    };
    const time = (value: bigint) => {
      const bytes = Buffer.alloc(8);
      bytes.writeBigUInt64LE(value);
      const at = this.#next(this.#isJson ? Buffer.from(String(value)) : bytes);
      this.places.push({ at, value, of: 'number', index, distance: 0, isText: this.#isJson });
    };
    const { span, parentDistance, stepDistance, namesCall } = one;
    id(traceIdOf(run), LANES.trace, 'run');
    id(spanIdOf(number), LANES.span, 'number');
    if (parentDistance !== undefined) id(spanIdOf(number - parentDistance), LANES.span, 'number', parentDistance);
    time(span.startTimeUnixNano);
    time(span.endTimeUnixNano);
    id(runIdOf(run), LANES.run, 'run', 0, true);
    if (stepDistance !== undefined) id(spanIdOf(number - stepDistance), LANES.span, 'number', stepDistance, true);
    if (namesCall) id(callIdOf(number), LANES.call, 'number', 0, true);
    for (const event of span.events) time(event.timeUnixNano);
  }

  #next(bytes: Buffer): number {
    const at = this.#body.indexOf(bytes, this.#position);
    if (at < 0) throw new Error('a body lacks an id or time that was put into it');
    this.#position = at + bytes.length;
    return at;
  }
}
