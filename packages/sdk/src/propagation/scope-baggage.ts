import { createHmac, timingSafeEqual } from 'node:crypto';
import type { Baggage } from '@opentelemetry/api';
import { propagation } from '@opentelemetry/api';
import { ATTR_NODE_ID, ATTR_RUN_ID, ATTR_TENANT_ID } from '@spanledger/semconv';
import type { StepScope } from '../contract/step-scope.ts';

/** Baggage entry that proves the others: `<seconds since 1970>.<HMAC-SHA-256 as base64url>`. */
const SIGNATURE = 'spanledger.signature';
const NAMES = [ATTR_RUN_ID, ATTR_NODE_ID, ATTR_TENANT_ID] as const;
const FIELDS = ['runId', 'nodeId', 'tenantId'] as const;
/** Longer names are no names: the ledger rejects records that carry them. */
const LONGEST_NAME = 256;
/** Seconds for which a signature holds, in both directions, since clocks differ. */
const SIGNATURE_LIFETIME = 300;

/** What baggage says of a run, and whether it proved it. */
export interface CarriedScope {
  readonly scope: StepScope;
  readonly isSigned: boolean;
}

/** Adds the names of a scope to baggage, signed where there is a key. The trace id is signed too, so that they hold for no other trace. */
export function addScope(baggage: Baggage, scope: StepScope, traceId: string, key: string | undefined): Baggage {
  let result = baggage;
  const values = FIELDS.map((field) => scope[field] ?? '');
  for (const [index, name] of NAMES.entries()) {
    const value = values[index] ?? '';
    if (value !== '') result = result.setEntry(name, { value });
  }
  if (key === undefined) return result;
  const time = Math.floor(Date.now() / 1000);
  return result.setEntry(SIGNATURE, { value: `${time}.${sign(key, time, traceId, values).toString('base64url')}` });
}

/** Takes the names of a scope out of baggage, so that they don't go on to whoever is called next. */
export function removeScope(baggage: Baggage): Baggage {
  return baggage.removeEntries(...NAMES, SIGNATURE);
}

/** Reads the names of a scope; `undefined` when there is no run or a name is none. */
export function readScope(baggage: Baggage, traceId: string, key: string | undefined): CarriedScope | undefined {
  const values = NAMES.map((name) => baggage.getEntry(name)?.value ?? '');
  const [runId = '', nodeId = '', tenantId = ''] = values;
  if (runId === '' || !values.every(isName)) return undefined;
  const scope: StepScope = {
    runId,
    ...(nodeId === '' ? {} : { nodeId }),
    ...(tenantId === '' ? {} : { tenantId }),
  };
  return { scope, isSigned: key !== undefined && isSignedBy(key, baggage.getEntry(SIGNATURE)?.value, traceId, values) };
}

/** Baggage without entries. */
export function emptyBaggage(): Baggage {
  return propagation.createBaggage();
}

function isName(value: string): boolean {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: a name with control characters would forge lines elsewhere.
  return value.length <= LONGEST_NAME && !/[\u0000-\u001f\u007f]/.test(value);
}

function isSignedBy(key: string, signature: string | undefined, traceId: string, values: readonly string[]): boolean {
  const [, time = '', mac = ''] = /^(\d{1,12})\.([\w-]{43})$/.exec(signature ?? '') ?? [];
  if (mac === '' || Math.abs(Date.now() / 1000 - Number(time)) > SIGNATURE_LIFETIME) return false;
  return timingSafeEqual(Buffer.from(mac, 'base64url'), sign(key, Number(time), traceId, values));
}

function sign(key: string, time: number, traceId: string, values: readonly string[]): Buffer {
  return createHmac('sha256', key)
    .update(JSON.stringify([time, traceId, ...values]))
    .digest();
}
