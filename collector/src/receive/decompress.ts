import type { Transform } from 'node:stream';
import { constants, createGunzip, createInflate, createInflateRaw, createZstdDecompress } from 'node:zlib';
import { ensureError } from '../errors.ts';
import type { Lease } from './byte-budget.ts';
import type { Pieces } from './pieces.ts';

/** A way of compression known here. */
export type ContentCoding = 'identity' | 'gzip' | 'deflate' | 'zstd';

/** The names for a message or an `Accept-Encoding` header. */
export const KNOWN_CODINGS = 'gzip, deflate, zstd';

/** What came out of a compressed body. */
export type Decompressed =
  | { readonly kind: 'body'; readonly body: Pieces }
  | { readonly kind: 'corrupt'; readonly message: string }
  | { readonly kind: 'too_large' }
  | { readonly kind: 'no_memory' };

const CHUNK_BYTES = 64 * 1024;
// RFC 9659: over HTTP a zstd window is at most 8 MiB. Without this a small header could ask for 128 MiB.
const ZSTD_WINDOW_LOG = 23;

const CODINGS: ReadonlyMap<string, ContentCoding> = new Map([
  ['', 'identity'],
  ['identity', 'identity'],
  ['gzip', 'gzip'],
  ['x-gzip', 'gzip'],
  ['deflate', 'deflate'],
  ['zstd', 'zstd'],
]);

/** Reads a Content-Encoding header; `undefined` for one that is unknown, lists included. */
export function parseContentEncoding(header: string | undefined): ContentCoding | undefined {
  return CODINGS.get((header ?? '').trim().toLowerCase());
}

/**
 * Undoes the compression, off the main thread and chunk by chunk, so that it stops as soon as `limit` bytes are passed or the
 * memory of all requests is used up: a body of a few kilobytes can inflate to gigabytes.
 */
export async function decompress(
  wire: Pieces,
  coding: ContentCoding,
  limit: number,
  lease: Lease,
): Promise<Decompressed> {
  // No bytes are the empty request, whatever the header says.
  if (coding === 'identity' || wire.size === 0) return { kind: 'body', body: wire };
  const pieces: Uint8Array[] = [];
  let size = 0;
  const compressed = Buffer.concat(wire.pieces, wire.size);
  const stream = decompressor(coding, compressed);
  stream.end(compressed);
  try {
    for await (const piece of stream as AsyncIterable<Buffer>) {
      size += piece.length;
      if (size > limit) return { kind: 'too_large' };
      if (!lease.take(piece.length)) return { kind: 'no_memory' };
      pieces.push(piece);
    }
  } catch (thrown) {
    return { kind: 'corrupt', message: ensureError(thrown).message };
  }
  return { kind: 'body', body: { pieces, size } };
}

function decompressor(coding: Exclude<ContentCoding, 'identity'>, wire: Uint8Array): Transform {
  switch (coding) {
    case 'gzip':
      return createGunzip({ chunkSize: CHUNK_BYTES });
    case 'deflate':
      return hasZlibHeader(wire)
        ? createInflate({ chunkSize: CHUNK_BYTES })
        : createInflateRaw({ chunkSize: CHUNK_BYTES });
    case 'zstd':
      return createZstdDecompress({
        chunkSize: CHUNK_BYTES,
        params: { [constants.ZSTD_d_windowLogMax]: ZSTD_WINDOW_LOG },
      });
  }
}

// "deflate" means zlib's form (RFC 1950), yet some clients send the raw one (RFC 1951); the first has a checked header of two bytes.
function hasZlibHeader(wire: Uint8Array): boolean {
  const [first = 0, second = 0] = wire;
  return (first & 0x0f) === 8 && ((first << 8) | second) % 31 === 0;
}
