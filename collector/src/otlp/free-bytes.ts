/** Smaller ones are cheap for the collector of garbage, and may share their memory with others. */
const LEAST_BYTES = 65_536;

/**
 * Frees the memory of bytes that nobody will use again, at once; whoever does use them meets a TypeError. Left to the next garbage
 * collection such memory counts against the heap: under load the bodies alone made several full collections a second. Bytes that are a
 * part of something larger are left alone.
 */
export function freeBytes(bytes: Uint8Array): void {
  const { buffer, byteLength } = bytes;
  if (byteLength < LEAST_BYTES || byteLength !== buffer.byteLength || !(buffer instanceof ArrayBuffer)) return;
  buffer.transfer(0);
}
