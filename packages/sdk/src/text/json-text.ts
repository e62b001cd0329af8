/** What comes of writing a value as text. */
export type WrittenText = { readonly text: string } | { readonly fault: 'not_text' | 'too_long' | 'too_deep' };

/**
 * Writes a value as the text that guardrails look at: a text as it is, all else as JSON.
 * @param maxLength UTF-16 units
 */
export function writeText(value: unknown, maxLength: number): WrittenText {
  if (typeof value === 'string') return value.length > maxLength ? { fault: 'too_long' } : { text: value };
  try {
    const text = JSON.stringify(value, replaceOdd) ?? 'null';
    return text.length > maxLength ? { fault: 'too_long' } : { text };
  } catch (error) {
    // JSON.stringify recurses: too deep a value ends the stack. All else that it refuses (circles, throwing getters) is no text.
    return { fault: error instanceof RangeError ? 'too_deep' : 'not_text' };
  }
}

/** Reads back what was written; `undefined` when it is no JSON any more. Keys such as `__proto__` become plain properties. */
export function readText(text: string, wasText: boolean): { readonly value: unknown } | undefined {
  if (wasText) return { value: text };
  try {
    return { value: JSON.parse(text) };
  } catch {
    return undefined;
  }
}

/** Attachments without those that are bytes, of which no text can be read. */
export function withoutBytes(attachments: readonly unknown[]): readonly unknown[] {
  return attachments.filter((one) => !(ArrayBuffer.isView(one) || one instanceof ArrayBuffer || one instanceof Blob));
}

function replaceOdd(_key: string, value: unknown): unknown {
  if (typeof value === 'bigint') return value.toString();
  if (value instanceof Map) return Object.fromEntries(value);
  if (value instanceof Set) return [...value];
  return value;
}
