/** ClickHouse refuses a parameter of more than 128 KiB; what is sized by `parameterBytes` stays below that. */
export const MOST_PARAMETER_BYTES = 100_000;

/** Quotes around a text and the comma after it, as a URL writes them. */
const AROUND_BYTES = 9;
/** Backslashes before a character that is escaped for SQL and again for the parameter, as a URL writes them. */
const BACKSLASHES_BYTES = 8;

/** Bytes that a text takes at most in a parameter of type Array(String): some queries send them in their URL. */
export function parameterBytes(value: string): number {
  // All but what is printed as it stands: quotes, backslashes and control characters.
  const escaped = value.match(/[^ !#-&(-[\]-~\u0080-\uffff]/g)?.length ?? 0;
  return encodeURIComponent(value.toWellFormed()).length + escaped * BACKSLASHES_BYTES + AROUND_BYTES;
}
