import { freeBytes } from '../otlp/free-bytes.ts';

/** A body in the pieces in which it came. */
export interface Pieces {
  readonly pieces: readonly Uint8Array[];
  /** Bytes of all pieces. */
  readonly size: number;
}

/** A larger body gets memory of its own, which is freed with it. */
const MOST_SHARED_BYTES = 4 << 20;

let shared = Buffer.alloc(0);

/**
 * Gives `read` the body in one piece, which is good only until `read` returns: the next body is put together in the same memory. With
 * memory for each, bodies made the heap be collected several times a second under load.
 */
export function readWhole<T>({ pieces, size }: Pieces, read: (body: Uint8Array) => T): T {
  const [first] = pieces;
  if (first === undefined) return read(new Uint8Array(0));
  if (pieces.length === 1) return read(first);
  const isOwn = size > MOST_SHARED_BYTES;
  if (!isOwn && shared.length < size) shared = Buffer.allocUnsafeSlow(Math.min(2 * size, MOST_SHARED_BYTES));
  const body = isOwn ? Buffer.allocUnsafeSlow(size) : shared.subarray(0, size);
  let at = 0;
  for (const piece of pieces) {
    body.set(piece, at);
    at += piece.length;
  }
  try {
    return read(body);
  } finally {
    if (isOwn) freeBytes(body);
  }
}
