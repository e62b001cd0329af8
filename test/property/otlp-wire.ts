import type { DescMessage } from '@bufbuild/protobuf';
import { BinaryReader, BinaryWriter, WireType } from '@bufbuild/protobuf/wire';

/** A source of numbers from 0 to 1 that a seed determines. */
export type Random = () => number;

/** A random source by mulberry32. */
export function randomOf(seed: number): Random {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
}

interface Field {
  readonly number: number;
  readonly wire: WireType;
  /** What follows the tag; of a length-delimited field without the length. */
  readonly content: Uint8Array;
}

/** Sub-messages that senders may split: a parser merges the parts. */
const MERGED: ReadonlySet<string> = new Set(['Resource', 'InstrumentationScope', 'Status']);
const UNKNOWN = [17_000, 536_870_911];

/**
 * Writes the same message in another legal form: fields in another order, sub-messages in pieces, values that a later one replaces,
 * unknown fields of every wire type, lengths longer than they need be.
 */
export function scramble(message: DescMessage, bytes: Uint8Array, random: Random): Uint8Array {
  let fields = split(bytes).flatMap((field) => scrambleField(message, field, random));
  if (message.name === 'AnyValue') {
    const replaced = { number: 2, wire: WireType.Varint, content: Uint8Array.of(1) };
    if (fields.length > 0 && random() < 0.2) fields.unshift(replaced);
  } else if (random() < 0.5) {
    fields = reordered(fields, random);
  }
  while (random() < 0.15) fields.splice(Math.floor(random() * (fields.length + 1)), 0, unknownField(random));
  return join(fields, random);
}

function scrambleField(message: DescMessage, field: Field, random: Random): Field[] {
  const known = message.fields.find((one) => one.number === field.number);
  const inner = known?.message;
  if (inner === undefined || field.wire !== WireType.LengthDelimited) return [field];
  const content = scramble(inner, field.content, random);
  if (!MERGED.has(inner.name) || random() < 0.7) return [{ ...field, content }];
  const parts = split(content);
  const cut = Math.floor(random() * (parts.length + 1));
  return [parts.slice(0, cut), parts.slice(cut)].map((part) => ({ ...field, content: join(part, random) }));
}

/** Another order, in which fields of one number keep theirs. */
function reordered(fields: readonly Field[], random: Random): Field[] {
  const queues = Map.groupBy(fields, (field) => field.number);
  const order = fields.map((field) => ({ number: field.number, at: random() })).sort((a, b) => a.at - b.at);
  return order.map(({ number }) => queues.get(number)?.shift() as Field);
}

function unknownField(random: Random): Field {
  const number = UNKNOWN[Math.floor(random() * UNKNOWN.length)] as number;
  const wires = [WireType.Varint, WireType.Bit64, WireType.LengthDelimited, WireType.Bit32, WireType.StartGroup];
  const wire = wires[Math.floor(random() * wires.length)] as WireType;
  if (wire === WireType.StartGroup) {
    const inside = random() < 0.5 ? [unknownField(random)] : [];
    const end = new BinaryWriter().tag(number, WireType.EndGroup).finish();
    return { number, wire, content: Buffer.concat([join(inside, random), end]) };
  }
  const sizes: Partial<Record<WireType, number>> = { [WireType.Bit64]: 8, [WireType.Bit32]: 4 };
  const content = new Uint8Array(sizes[wire] ?? Math.floor(random() * 5)).fill(255);
  return { number, wire, content: wire === WireType.Varint ? Uint8Array.of(255, 255, 3) : content };
}

function split(bytes: Uint8Array): Field[] {
  const reader = new BinaryReader(bytes);
  const fields: Field[] = [];
  while (reader.pos < reader.len) {
    const [number, wire] = reader.tag();
    const content = wire === WireType.LengthDelimited ? reader.bytes() : reader.skip(wire, number);
    fields.push({ number, wire, content });
  }
  return fields;
}

function join(fields: readonly Field[], random: Random): Uint8Array {
  const writer = new BinaryWriter();
  for (const { number, wire, content } of fields) {
    writer.tag(number, wire);
    if (wire === WireType.LengthDelimited) {
      if (random() < 0.1 && content.length < 128) writer.raw(Uint8Array.of(content.length | 128, 128, 0));
      else writer.uint32(content.length);
    }
    writer.raw(content);
  }
  return writer.finish();
}
