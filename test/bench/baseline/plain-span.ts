/** A span as the baseline's two decoders give it; all 64-bit integers as decimal text. */
export interface PlainSpan {
  readonly traceId: string;
  readonly spanId: string;
  readonly parentSpanId: string;
  readonly traceState: string;
  readonly flags: number;
  readonly name: string;
  readonly kind: number;
  readonly startTimeUnixNano: string;
  readonly endTimeUnixNano: string;
  readonly statusCode: number;
  readonly statusMessage: string;
  readonly attributes: PlainAttributes;
  readonly droppedAttributesCount: number;
  readonly events: readonly {
    readonly time: string;
    readonly name: string;
    readonly attributes: PlainAttributes;
  }[];
  readonly links: readonly {
    readonly traceId: string;
    readonly spanId: string;
    readonly attributes: PlainAttributes;
  }[];
}

/** Attributes as text, and the kind of each value as a letter. */
export interface PlainAttributes {
  readonly values: Readonly<Record<string, string>>;
  readonly kinds: string;
}

/** What stands around spans. */
export interface PlainScope {
  readonly resource: PlainAttributes;
  readonly name: string;
  readonly version: string;
  readonly attributes: PlainAttributes;
}

/** Makes attributes of a list: kind letter and text of each value. */
export function plainAttributes<V>(
  list: readonly { readonly key?: string; readonly value?: V | undefined }[],
  textOf: (value: V | undefined) => readonly [string, string],
): PlainAttributes {
  const values: Record<string, string> = {};
  let kinds = '';
  for (const { key = '', value } of list) {
    const [kind, text] = textOf(value);
    values[key] = text;
    kinds += kind;
  }
  return { values, kinds };
}
