import type { Signal } from './ingest.ts';

/** What an OTLP path is for. */
export type OtlpTarget =
  | { readonly kind: 'served'; readonly signal: Signal }
  | { readonly kind: 'unserved'; readonly name: string };

// OTLP/HTTP, "Request"; the API lives under /v1/ too, so that exactly these belong to the receiver.
const TARGETS: ReadonlyMap<string, OtlpTarget> = new Map([
  ['/v1/traces', { kind: 'served', signal: 'traces' }],
  ['/v1/logs', { kind: 'served', signal: 'logs' }],
  ['/v1/metrics', { kind: 'unserved', name: 'metrics' }],
  ['/v1development/profiles', { kind: 'unserved', name: 'profiles' }],
]);

/** The OTLP target of a request URL, or `undefined` when the request is for the API. */
export function otlpTarget(url: string | undefined): OtlpTarget | undefined {
  return TARGETS.get((url ?? '').split('?', 1)[0] ?? '');
}
