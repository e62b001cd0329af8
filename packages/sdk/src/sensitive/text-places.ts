/** Whether a code unit is 0 to 9. */
export function isDigit(code: number): boolean {
  return code >= 48 && code <= 57;
}

/** Whether a code unit is a letter of ASCII. */
export function isLetter(code: number): boolean {
  const lower = code | 32;
  return lower >= 97 && lower <= 122;
}

/** Whether a code unit is a letter or digit of ASCII. */
export function isLetterOrDigit(code: number): boolean {
  return isDigit(code) || isLetter(code);
}

/** Gives the end of the digits that begin at a place. */
export function digitsEnd(text: string, at: number): number {
  let end = at;
  while (end < text.length && isDigit(text.charCodeAt(end))) end++;
  return end;
}

/** Whether the letters right before a place may be hexadecimal ones: then the digits are a part of something longer. */
export function precedesAsHex(text: string, at: number): boolean {
  const least = Math.max(0, at - 24);
  for (let before = at - 1; before >= least; before--) {
    const code = text.charCodeAt(before);
    if (!isLetter(code)) return !isDigit(code) ? at - before - 1 > 0 : true;
    if ((code | 32) > 102) return false;
  }
  return true;
}

/** Gives the end of the letters, digits, `_` and `-` that begin at a place. */
export function tokenEnd(text: string, at: number): number {
  let end = at;
  while (end < text.length) {
    const code = text.charCodeAt(end);
    if (!isLetterOrDigit(code) && code !== 0x2d && code !== 0x5f) break;
    end++;
  }
  return end;
}
