/** Request headers with lower-case names, of HTTP or of gRPC metadata. */
export type RequestHeaders = Readonly<Record<string, string | readonly string[] | undefined>>;

/** Who sends. */
export type Identity =
  | { readonly kind: 'tenant'; readonly tenant: string }
  | { readonly kind: 'unauthorized' }
  | { readonly kind: 'forbidden' };

/** Decides by the headers alone, before any of the body is read. `credentialOf` finds the key in them. */
export type Authenticate = (headers: RequestHeaders) => Identity | Promise<Identity>;

/** Without keys everything belongs to one tenant; the collector then listens on loopback only. */
export const withoutKeys: Authenticate = () => ({ kind: 'tenant', tenant: 'default' });

/** The key of `Authorization: Bearer <key>` or `X-API-Key: <key>`; the first wins when both are there. */
export function credentialOf(headers: RequestHeaders): string | undefined {
  const bearer = /^bearer +(\S+) *$/i.exec(first(headers['authorization']) ?? '')?.[1];
  return bearer ?? (first(headers['x-api-key'])?.trim() || undefined);
}

function first(value: string | readonly string[] | undefined): string | undefined {
  return typeof value === 'string' ? value : value?.[0];
}
