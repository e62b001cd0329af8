/** A view of the bytes of an array. */
export function viewOf(bytes: Uint8Array): DataView {
  return new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}

/** Says whether the bytes of another view from `start` on, as many as `bytes` has, are the same. */
export function equalBytes(bytes: DataView, other: DataView, start: number): boolean {
  const size = bytes.byteLength;
  let i = 0;
  for (; i + 4 <= size; i += 4) if (bytes.getInt32(i) !== other.getInt32(start + i)) return false;
  for (; i < size; i++) if (bytes.getUint8(i) !== other.getUint8(start + i)) return false;
  return true;
}
