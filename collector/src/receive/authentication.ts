import type { RequestHeaders } from '../keys/credential.ts';

/** Who sends. */
export type Identity =
  | { readonly kind: 'tenant'; readonly tenant: string }
  | { readonly kind: 'unauthorized' }
  | { readonly kind: 'forbidden' };

/** Decides by the headers alone, before any of the body is read. */
export type Authenticate = (headers: RequestHeaders) => Identity | Promise<Identity>;

/** Without keys everything belongs to one tenant; the collector then listens on loopback only. */
export const withoutKeys: Authenticate = () => ({ kind: 'tenant', tenant: 'default' });
