/** A view of the bytes of an array. */
export function viewOf(bytes: Uint8Array): DataView {
  return new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}

/** Says whether the bytes of another view from `start` on, as many as `bytes` has, are the same. */
export function equalBytes(bytes: DataView, other: DataView, start: number): boolean {
  const size = bytes.byteLength;
  if (size < 8) {
    for (let i = 0; i < size; i++) if (bytes.getUint8(i) !== other.getUint8(start + i)) return false;
    return true;
  }
  const last = size - 8;
  for (let i = 0; i < last; i += 8) if (bytes.getBigInt64(i, true) !== other.getBigInt64(start + i, true)) return false;
  return bytes.getBigInt64(last, true) === other.getBigInt64(start + last, true);
}
