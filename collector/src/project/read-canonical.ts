import type { Readable } from 'node:stream';
import type { CursorRange } from '../append/watermark.ts';
import type { Engine } from '../engine/engine-contract.ts';

/** Records of one origin between two cursors, both included. */
export interface LedgerRange extends CursorRange {
  readonly origin: number;
}

/** Streams the canonical bytes of a range of the ledger in the order of their cursors, of one signal or of both. */
export async function* readCanonical(
  engine: Engine,
  range: LedgerRange,
  signal?: 'span' | 'log',
): AsyncGenerator<Buffer> {
  const result = await engine.client.exec({
    query: `SELECT canonical FROM ledger
      WHERE origin = {origin:UInt16} AND cursor BETWEEN {first:UInt64} AND {last:UInt64}
        AND ({signal:String} = '' OR toString(signal) = {signal:String})
      ORDER BY origin, cursor FORMAT RowBinary`,
    query_params: {
      origin: range.origin,
      first: range.first.toString(),
      last: range.last.toString(),
      signal: signal ?? '',
    },
  });
  yield* readStrings(result.stream);
}

/** Strings of a RowBinary stream of one String column. */
async function* readStrings(stream: Readable): AsyncGenerator<Buffer> {
  let rest: Buffer = Buffer.alloc(0);
  for await (const chunk of stream as AsyncIterable<Buffer>) {
    rest = rest.length === 0 ? chunk : Buffer.concat([rest, chunk]);
    let position = 0;
    for (;;) {
      const next = stringAt(rest, position);
      if (next === undefined) break;
      yield next.text;
      position = next.end;
    }
    rest = rest.subarray(position);
  }
}

function stringAt(bytes: Buffer, start: number): { text: Buffer; end: number } | undefined {
  let size = 0;
  let scale = 1;
  let position = start;
  for (;;) {
    const byte = bytes[position++];
    if (byte === undefined) return undefined;
    size += (byte & 127) * scale;
    if (byte < 128) break;
    scale *= 128;
  }
  const end = position + size;
  return end > bytes.length ? undefined : { text: bytes.subarray(position, end), end };
}
