/** What an element of a ClickHouse configuration file may hold; an array repeats its element. */
export type XmlValue = string | number | readonly XmlValue[] | { readonly [element: string]: XmlValue };

/**
 * Writes one element with all below it. Text is escaped; names must be plain.
 * @throws {TypeError} a name is no XML name
 * @example `xmlElement('port', 8123)` gives `<port>8123</port>` and a line end
 */
export function xmlElement(name: string, value: XmlValue): string {
  if (!/^[A-Za-z_][\w-]*$/.test(name)) throw new TypeError(`${JSON.stringify(name)} is no name of an XML element`);
  if (isList(value)) return value.map((item) => xmlElement(name, item)).join('');
  if (typeof value !== 'object') return `<${name}>${escapeText(String(value))}</${name}>\n`;
  const inner = Object.entries(value).map(([child, content]) => xmlElement(child, content));
  return `<${name}>\n${inner.join('')}</${name}>\n`;
}

function isList(value: XmlValue): value is readonly XmlValue[] {
  return Array.isArray(value);
}

function escapeText(text: string): string {
  return text.replace(/[&<>"']/g, (character) => `&#${character.charCodeAt(0)};`);
}
