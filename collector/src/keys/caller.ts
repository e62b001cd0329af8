import type { RequestHeaders } from './credential.ts';
import { SCOPES, type Scope } from './scope.ts';

/** Who sends a request. */
export interface Caller {
  /** Id of the key, which is no secret; null where the collector has no keys. */
  readonly keyId: string | null;
  /** The one tenant whose records this caller writes and reads. */
  readonly tenant: string;
  readonly scopes: ReadonlySet<Scope>;
}

/** Finds the caller by the headers alone; `undefined` without a key that is known and in force. */
export type CallerOf = (headers: RequestHeaders) => Caller | undefined | Promise<Caller | undefined>;

/** The caller of a collector without keys: everybody who reaches it, with all scopes for one tenant. */
export function everybody(tenant: string): Caller {
  return { keyId: null, tenant, scopes: new Set(SCOPES) };
}
