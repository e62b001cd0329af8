/** Request headers with lower-case names, of HTTP or of gRPC metadata. */
export type RequestHeaders = Readonly<Record<string, string | readonly string[] | undefined>>;

/** The key of `Authorization: Bearer <key>` or `X-API-Key: <key>`; the first wins when both are there. */
export function credentialOf(headers: RequestHeaders): string | undefined {
  const bearer = /^bearer +(\S+) *$/i.exec(first(headers['authorization']) ?? '')?.[1];
  return bearer ?? (first(headers['x-api-key'])?.trim() || undefined);
}

function first(value: string | readonly string[] | undefined): string | undefined {
  return typeof value === 'string' ? value : value?.[0];
}
