import { createHmac } from 'node:crypto';

/** Gives the digest by which personal content is named: HMAC-SHA-256 under the tenant's key over the kind and the text. */
export type ContentDigest = (tenant: string, kind: string, text: Uint8Array) => Buffer;

/**
 * Makes the digest function from the collector's master key. Each tenant has a key of its own, so equal content of two tenants
 * has different names and nobody can test a guess without the key.
 */
export function contentDigest(masterKey: Uint8Array): ContentDigest {
  const tenantKeys = new Map<string, Buffer>();
  return (tenant, kind, text) => {
    let key = tenantKeys.get(tenant);
    if (key === undefined) {
      key = createHmac('sha256', masterKey).update(`spanledger content key\0${tenant}`).digest();
      tenantKeys.set(tenant, key);
    }
    return createHmac('sha256', key).update(kind, 'latin1').update(text).digest();
  };
}
