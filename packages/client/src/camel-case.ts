/** `snake_case` as `camelCase`. */
type CamelCase<Name extends string> = Name extends `${infer First}_${infer Rest}`
  ? `${First}${Capitalize<CamelCase<Rest>>}`
  : Name;

/** An object with its keys in camelCase. */
export type CamelKeys<T> = { [Key in keyof T as Key extends string ? CamelCase<Key> : Key]: T[Key] };

/** Copies an object with its own keys turned from snake_case to camelCase; values stay as they are. */
export function camelKeys<T extends object>(object: T): CamelKeys<T> {
  const entries = Object.entries(object).map(([key, value]) => [
    key.replace(/_([a-z0-9])/g, (_all, letter: string) => letter.toUpperCase()),
    value,
  ]);
  return Object.fromEntries(entries) as CamelKeys<T>;
}
