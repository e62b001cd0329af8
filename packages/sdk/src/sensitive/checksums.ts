/** Whether digits end in the check digit of ISO/IEC 7812-1 (Luhn). */
export function isLuhnValid(digits: string): boolean {
  let sum = 0;
  for (let at = 0; at < digits.length; at++) {
    const digit = digits.charCodeAt(digits.length - 1 - at) - 48;
    sum += at % 2 === 0 ? digit : digit > 4 ? digit * 2 - 9 : digit * 2;
  }
  return sum % 10 === 0;
}

/** Whether ten digits are a US National Provider Identifier: 45 CFR 162.406, Luhn over `80840` and the number; it begins with 1 or 2. */
export function isNpi(digits: string): boolean {
  return /^[12]\d{9}$/.test(digits) && isLuhnValid(`80840${digits}`);
}

/** Whether nine digits are a US bank's routing number: the ABA's weights 3, 7, 1 and its ranges of the first two digits. */
export function isRoutingNumber(digits: string): boolean {
  if (!/^(?:0[0-9]|1[0-2]|2[1-9]|3[0-2]|6[1-9]|7[0-2]|80)\d{7}$/.test(digits)) return false;
  let sum = 0;
  for (let at = 0; at < 9; at++) sum += (digits.charCodeAt(at) - 48) * ([3, 7, 1][at % 3] ?? 0);
  return sum % 10 === 0;
}

/** Whether ten digits are a number of the UK's National Health Service: modulus 11 (NHS data dictionary, NHS NUMBER). */
export function isNhsNumber(digits: string): boolean {
  if (!/^\d{10}$/.test(digits)) return false;
  let sum = 0;
  for (let at = 0; at < 9; at++) sum += (digits.charCodeAt(at) - 48) * (10 - at);
  const check = 11 - (sum % 11);
  return check !== 10 && (check === 11 ? 0 : check) === digits.charCodeAt(9) - 48;
}

/**
 * Whether a US social security number can have been issued: no area 000, 666 or 9xx, no group 00, no serial 0000 (SSA, POMS RM
 * 10201.035).
 */
export function isSsn(area: string, group: string, serial: string): boolean {
  return area !== '000' && area !== '666' && area < '900' && group !== '00' && serial !== '0000';
}

/** Whether letters and digits are an IBAN: ISO 13616, modulus 97 over the number with its first four characters at the end. */
export function isIbanValid(compact: string): boolean {
  let rest = 0;
  const turned = compact.slice(4) + compact.slice(0, 4);
  for (let at = 0; at < turned.length; at++) {
    const code = turned.charCodeAt(at);
    rest = code < 58 ? (rest * 10 + code - 48) % 97 : (rest * 100 + (code | 32) - 87) % 97;
  }
  return rest === 1;
}

/** Shannon entropy of a text, bits a character. */
export function entropyOf(text: string): number {
  const counts = new Map<string, number>();
  for (const character of text) counts.set(character, (counts.get(character) ?? 0) + 1);
  let bits = 0;
  let total = 0;
  for (const count of counts.values()) total += count;
  for (const count of counts.values()) bits -= (count / total) * Math.log2(count / total);
  return bits;
}
