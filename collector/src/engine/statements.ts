/** Runs of SQL in which a semicolon is part of the text. Alternatives are tried in order at every position. */
const tokens =
  /--[^\n]*|\/\*[\s\S]*?(?:\*\/|$)|'(?:[^'\\]|\\[\s\S]|'')*(?:'|$)|`(?:[^`\\]|\\[\s\S])*(?:`|$)|"(?:[^"\\]|\\[\s\S])*(?:"|$)|\$(\w*)\$[\s\S]*?(?:\$\1\$|$)|;|[\s\S]/g;

/**
 * Splits a file of SQL at its semicolons. Those in comments, string literals (also `$tag$ ... $tag$`) and quoted names do not count;
 * a piece of only comments and white space is no statement. Each statement keeps its own comments and loses its semicolon.
 * @example `splitStatements("SELECT ';'; SELECT 2;")` gives `["SELECT ';'", "SELECT 2"]`
 */
export function splitStatements(sql: string): string[] {
  const statements: string[] = [];
  let text = '';
  let meaningful = false;
  const finish = (): void => {
    if (meaningful) statements.push(text.trim());
    text = '';
    meaningful = false;
  };
  for (const [token] of sql.matchAll(tokens)) {
    if (token === ';') {
      finish();
      continue;
    }
    text += token;
    if (!/^(?:--|\/\*|\s)/.test(token)) meaningful = true;
  }
  finish();
  return statements;
}
