/**
 * The few protobuf fields that answers need, written by hand. Each function gives the bytes of one field with its tag; a field with
 * its default value is left out, as proto3 says.
 */
const VARINT = 0;
const LENGTH_DELIMITED = 2;
const encoder = new TextEncoder();

/** An int32 or int64 field; `value` must be a non-negative safe integer. */
export function integerField(field: number, value: number): Uint8Array {
  return value === 0 ? new Uint8Array() : Uint8Array.from([...varint((field << 3) | VARINT), ...varint(value)]);
}

/** A string field; a lone surrogate becomes U+FFFD. */
export function stringField(field: number, value: string): Uint8Array {
  return value === '' ? new Uint8Array() : messageField(field, encoder.encode(value));
}

/** A bytes or message field; written even when empty, since presence means something for a message. */
export function messageField(field: number, ...parts: readonly Uint8Array[]): Uint8Array {
  const body = Buffer.concat(parts);
  return Buffer.concat([Uint8Array.from([...varint((field << 3) | LENGTH_DELIMITED), ...varint(body.length)]), body]);
}

function varint(value: number): number[] {
  const bytes: number[] = [];
  let rest = value;
  while (rest > 0x7f) {
    bytes.push((rest % 0x80) | 0x80);
    rest = Math.floor(rest / 0x80);
  }
  bytes.push(rest);
  return bytes;
}
