import { BinaryReader, BinaryWriter, WireType } from '@bufbuild/protobuf/wire';
import type { Random } from './otlp-wire.ts';

/** A whole number below `most`. */
export const below = (random: Random, most: number): number => Math.floor(random() * most);
/** One of a list. */
export const pick = <T>(random: Random, list: readonly T[]): T => list[below(random, list.length)] as T;

/** Sizes of what is made great: around the lengths where varints grow, and up to half a megabyte. */
export const GREAT: readonly number[] = [127, 128, 16_383, 16_384, 70_000, 524_288];

const BYTES = [0, 1, 7, 8, 10, 18, 26, 34, 127, 128, 192, 255];
const EVIL = [
  [255, 255, 255, 255, 255, 255, 255, 255, 255, 1],
  [128, 128, 128, 128, 128, 128, 128, 128, 128, 2],
  [255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 1],
  [255, 255, 255, 255, 15],
  [128, 0],
  [0xed, 0xa0, 0x80],
  [0xc0, 0x80],
  [11, 19, 20, 12],
  [10, 0],
];

/** Changes a body at up to four places; sometimes on the level of bytes, sometimes on that of fields. */
export function mutateProtobuf(body: Uint8Array, random: Random): Uint8Array {
  let bytes = Buffer.from(body);
  for (let changes = 1 + below(random, 4); changes > 0 && bytes.length > 0; changes--) {
    bytes = random() < 0.6 ? mutateField(bytes, random, 0) : mutateBytes(bytes, random);
  }
  return bytes;
}

/** Flips, sets, inserts, removes, doubles or cuts bytes. */
export function mutateBytes(bytes: Buffer, random: Random): Buffer<ArrayBuffer> {
  const at = below(random, bytes.length);
  const size = 1 + below(random, random() < 0.9 ? 4 : 64);
  const head = bytes.subarray(0, at);
  switch (below(random, 7)) {
    case 0:
      return Buffer.concat([head, Buffer.of((bytes[at] ?? 0) ^ (1 << below(random, 8))), bytes.subarray(at + 1)]);
    case 1:
      return Buffer.concat([head, Buffer.of(pick(random, BYTES)), bytes.subarray(at + 1)]);
    case 2:
      return Buffer.concat([head, Buffer.from(pick(random, EVIL)), bytes.subarray(at)]);
    case 3:
      return Buffer.concat([head, bytes.subarray(at + size)]);
    case 4:
      return Buffer.concat([head, bytes.subarray(at, at + size), bytes.subarray(at)]);
    case 5:
      return Buffer.concat([head, Buffer.from(pick(random, EVIL)), bytes.subarray(at + size)]);
    default:
      return random() < 0.3 ? Buffer.from(head) : Buffer.concat([head, bytes.subarray(at + 1)]);
  }
}

interface Field {
  number: number;
  wire: number;
  content: Buffer;
}

/** Goes down into a field that reads as a message, and changes a field there; lengths above it are right again. */
function mutateField(bytes: Buffer, random: Random, depth: number): Buffer<ArrayBuffer> {
  const fields = fieldsOf(bytes);
  if (fields === undefined || fields.length === 0) return mutateBytes(bytes, random);
  const at = below(random, fields.length);
  const field = fields[at] as Field;
  if (field.wire === WireType.LengthDelimited && field.content.length > 0 && random() < (depth < 3 ? 0.95 : 0.7)) {
    field.content = mutateField(field.content, random, depth + 1);
    return join(fields);
  }
  change(fields, at, field, random);
  return join(fields);
}

function change(fields: Field[], at: number, field: Field, random: Random): void {
  if (random() < 0.04) {
    grow(fields, at, field, random);
    return;
  }
  switch (below(random, 8)) {
    case 0:
      field.number = pick(random, [1, 2, 3, 4, 5, 6, 7, 9, 11, 15, 16, 536_870_911]);
      return;
    case 1:
      field.wire = below(random, 6);
      return;
    case 2:
      fields.splice(at, 1);
      return;
    case 3:
      fields.splice(below(random, fields.length + 1), 0, { ...field });
      return;
    case 4:
      field.content = field.content.length > 0 ? mutateBytes(field.content, random) : Buffer.of(10, 0);
      return;
    case 5:
      fields.splice(below(random, fields.length), 0, ...fields.splice(at, 1));
      return;
    case 6:
      field.content = nested(field.content, random);
      return;
    default:
      field.content = Buffer.from(pick(random, EVIL));
  }
}

/** A field with long content, or the same field hundreds of times. */
function grow(fields: Field[], at: number, field: Field, random: Random): void {
  if (random() < 0.5) {
    field.wire = WireType.LengthDelimited;
    field.content = Buffer.alloc(pick(random, GREAT), pick(random, ['x', 'é', '\0', '"\\', '\x0a\x00', '\ud83d']));
    return;
  }
  const times = Math.min(pick(random, [200, 5000]), Math.ceil(1_000_000 / (1 + field.content.length)));
  fields.splice(at, 0, ...Array.from({ length: times }, () => field));
}

/** The content as the innermost of many values in one another: arrays of AnyValue, or groups. */
function nested(content: Buffer, random: Random): Buffer<ArrayBuffer> {
  let inner = Buffer.from(content);
  const group = random() < 0.3;
  for (let levels = pick(random, [1, 2, 30, 49, 99, 100, 101, 150]); levels > 0; levels--) {
    const writer = new BinaryWriter();
    if (group) writer.tag(900, WireType.StartGroup).raw(inner).tag(900, WireType.EndGroup);
    else
      writer
        .tag(5, WireType.LengthDelimited)
        .bytes(new BinaryWriter().tag(1, WireType.LengthDelimited).bytes(inner).finish());
    inner = Buffer.from(writer.finish());
  }
  return inner;
}

function fieldsOf(bytes: Buffer): Field[] | undefined {
  const reader = new BinaryReader(bytes);
  const fields: Field[] = [];
  try {
    while (reader.pos < reader.len) {
      const [number, wire] = reader.tag();
      const start = reader.pos;
      const content = wire === WireType.LengthDelimited ? reader.bytes() : reader.skip(wire, number);
      if (reader.pos > reader.len || reader.pos <= start) return undefined;
      fields.push({ number, wire, content: Buffer.from(content) });
    }
  } catch (thrown) {
    if (thrown instanceof Error) return undefined;
    throw thrown;
  }
  return fields;
}

function join(fields: readonly Field[]): Buffer<ArrayBuffer> {
  const writer = new BinaryWriter();
  for (const { number, wire, content } of fields) {
    writer.tag(number, wire);
    if (wire === WireType.LengthDelimited) writer.uint32(content.length);
    writer.raw(content);
  }
  return Buffer.from(writer.finish());
}
