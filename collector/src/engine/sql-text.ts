/** Writes `text` as a ClickHouse string literal. */
export function sqlString(text: string): string {
  return `'${text.replace(/['\\]/g, '\\$&')}'`;
}

/** Writes `name` as a quoted ClickHouse identifier. */
export function sqlIdentifier(name: string): string {
  return `\`${name.replace(/[`\\]/g, '\\$&')}\``;
}
