import type { SensitiveScanner } from '../contract/text-inspector.ts';

/** How far `maskValue` goes. What lies beyond is replaced by a mask that says so. */
export interface MaskValueOptions {
  /** Deepest nesting. Default 64. */
  readonly maxDepth?: number;
  /** Most values. Default 100,000. */
  readonly maxValues?: number;
}

/**
 * Copies a value as JSON would hold it, with sensitive text masked in texts, numbers and keys. A key's name counts as a word before its
 * value. Getters are not called and `toJSON` is not asked; a key such as `__proto__` becomes a plain property of the copy.
 */
export function maskValue(value: unknown, scanner: SensitiveScanner, options: MaskValueOptions = {}): unknown {
  return new MaskingWalk(scanner, options.maxDepth ?? 64, options.maxValues ?? 100_000).copy(value, '', 0);
}

class MaskingWalk {
  readonly #scanner: SensitiveScanner;
  readonly #maxDepth: number;
  #left: number;
  /** Objects around the one that is looked at: finding one again means a circle. */
  readonly #around = new Set<object>();

  constructor(scanner: SensitiveScanner, maxDepth: number, maxValues: number) {
    this.#scanner = scanner;
    this.#maxDepth = maxDepth;
    this.#left = maxValues;
  }

  copy(value: unknown, key: string, depth: number): unknown {
    if (this.#left-- <= 0) return '[REDACTED:TOO_MANY_VALUES]';
    switch (typeof value) {
      case 'string':
        return this.#text(value, key);
      case 'number':
      case 'bigint':
        return this.#number(value, key);
      case 'object':
        return value === null ? null : this.#nested(value, key, depth);
      case 'boolean':
        return value;
      default:
        return undefined;
    }
  }

  #text(text: string, key: string): string {
    // The key stands before the value while it is scanned, so that `ssn` or `password` says what the value is.
    const lead = key === '' ? '' : `${key}: "`;
    const matches = this.#scanner.scan(lead + text);
    if (matches.length === 0) return text;
    const inValue = matches
      .filter((match) => match.end > lead.length)
      .map((match) => ({ ...match, start: Math.max(0, match.start - lead.length), end: match.end - lead.length }));
    return this.#scanner.mask(text, inValue);
  }

  #number(value: number | bigint, key: string): unknown {
    const text = String(value);
    const masked = this.#text(text, key);
    if (masked !== text) return masked;
    return typeof value === 'bigint' || !Number.isFinite(value) ? text : value;
  }

  #nested(value: object, key: string, depth: number): unknown {
    if (depth >= this.#maxDepth) return '[REDACTED:TOO_DEEP]';
    if (this.#around.has(value)) return '[REDACTED:CIRCLE]';
    if (ArrayBuffer.isView(value) || value instanceof ArrayBuffer) return '[REDACTED:BINARY]';
    if (value instanceof Date) return this.#text(Number.isNaN(value.getTime()) ? '' : value.toISOString(), key);
    this.#around.add(value);
    try {
      if (Array.isArray(value)) return this.#items(value, key, depth);
      if (value instanceof Set) return this.#items([...value], key, depth);
      if (value instanceof Map)
        return this.#entries(
          [...value].map(([name, one]) => [String(name), one]),
          depth,
        );
      return this.#entries(plainEntries(value), depth);
    } catch {
      // A proxy may throw at every look; what it holds is not let out.
      return '[REDACTED:UNREADABLE]';
    } finally {
      this.#around.delete(value);
    }
  }

  #items(items: readonly unknown[], key: string, depth: number): unknown[] {
    const copies: unknown[] = [];
    for (const item of items) {
      if (this.#left <= 0) {
        copies.push('[REDACTED:TOO_MANY_VALUES]');
        break;
      }
      copies.push(this.copy(item, key, depth + 1) ?? null);
    }
    return copies;
  }

  #entries(entries: readonly (readonly [string, unknown])[], depth: number): Record<string, unknown> {
    const copy: Record<string, unknown> = {};
    const taken = new Map<string, number>();
    for (const [name, value] of entries) {
      const masked = value === ACCESSOR ? '[REDACTED:GETTER]' : this.copy(value, name, depth + 1);
      if (masked !== undefined) define(copy, freeName(this.#text(name, ''), copy, taken), masked);
      if (this.#left <= 0) {
        define(copy, '[REDACTED:TOO_MANY_VALUES]', true);
        break;
      }
    }
    return copy;
  }
}

const ACCESSOR = Symbol('accessor');

function plainEntries(value: object): (readonly [string, unknown])[] {
  // An error's own fields can not be enumerated.
  const names = value instanceof Error ? errorFields(value) : Object.keys(value);
  return names.map((name) => {
    const property = Object.getOwnPropertyDescriptor(value, name);
    if (property === undefined) return [name, name === 'name' ? 'Error' : undefined];
    return [name, 'value' in property ? property.value : ACCESSOR];
  });
}

function errorFields(error: Error): readonly string[] {
  return [...new Set(['name', 'message', 'stack', 'cause', 'errors', ...Object.keys(error)])].filter(
    (name) => name === 'name' || Object.hasOwn(error, name),
  );
}

/** Tells keys that are masked alike apart. */
function freeName(name: string, copy: object, taken: Map<string, number>): string {
  if (!Object.hasOwn(copy, name)) return name;
  let count = (taken.get(name) ?? 1) + 1;
  while (Object.hasOwn(copy, `${name}_${count}`)) count++;
  taken.set(name, count);
  return `${name}_${count}`;
}

/** Sets a property without ever reaching a prototype. */
function define(copy: Record<string, unknown>, name: string, value: unknown): void {
  Object.defineProperty(copy, name, { value, enumerable: true, writable: true, configurable: true });
}
