const DECIMALS = 9;
const UNIT = 10n ** BigInt(DECIMALS);
/** Greatest magnitude of a Decimal(18, 9), in units of its last place. */
const GREATEST = 10n ** 18n - 1n;

/** Adds decimal texts of up to nine places exactly; `null` says nothing. A sum that no Decimal(18, 9) holds is the greatest that it holds. */
export function plusDecimal(a: string | null, b: string | null): string | null {
  if (b === null) return a;
  if (a === null) return b;
  return fromUnits(clamp(toUnits(a) + toUnits(b)));
}

/** A decimal text in units of the ninth place. */
export function toUnits(text: string): bigint {
  const negative = text.startsWith('-');
  const [whole = '0', fraction = ''] = text.replace('-', '').split('.');
  const units = BigInt(whole) * UNIT + BigInt(fraction.padEnd(DECIMALS, '0').slice(0, DECIMALS));
  return negative ? -units : units;
}

function clamp(units: bigint): bigint {
  if (units > GREATEST) return GREATEST;
  return units < -GREATEST ? -GREATEST : units;
}

function fromUnits(units: bigint): string {
  const magnitude = units < 0n ? -units : units;
  const fraction = (magnitude % UNIT).toString().padStart(DECIMALS, '0').replace(/0+$/, '');
  return `${units < 0n ? '-' : ''}${magnitude / UNIT}${fraction === '' ? '' : `.${fraction}`}`;
}
