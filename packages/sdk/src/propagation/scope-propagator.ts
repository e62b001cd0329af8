import type { Attributes, Context, TextMapGetter, TextMapPropagator, TextMapSetter } from '@opentelemetry/api';
import { propagation, trace } from '@opentelemetry/api';
import { stepScopeOf, withStepScope } from '../contract/step-scope.ts';
import { ConfigurationError } from '../errors.ts';
import { hostList } from './host-list.ts';
import { addScope, emptyBaggage, readScope, removeScope } from './scope-baggage.ts';

/** Whose word on run, node and tenant is taken: nobody's, that of who signs with the shared key, or everybody's. */
export type ScopeTrust = 'none' | 'signed' | 'all';

/** Options of {@link scopePropagator}. */
export interface ScopePropagatorOptions {
  /** Hosts that may learn run, node and tenant: `host`, `host:port` or `*.host`. Default none. */
  readonly sendTo?: readonly string[];
  /** Whose word is taken. Default `signed` with a key, else `none`. `all` is for a network that only your own services reach. */
  readonly trust?: ScopeTrust;
  /** Key that your services share, at least 16 characters. With it what is sent is signed. */
  readonly key?: string;
}

/**
 * Puts a propagator in charge of who learns of runs. Baggage goes to every host that is called, so the names of a run are never kept in
 * it: they are added for allowed hosts as a request leaves, and taken out of what comes in, believed or not.
 *
 * The host is that of the span of the request (`server.address`, or `url.full`), which the HTTP instrumentations set before they
 * inject. Where there is none, nothing is added.
 *
 * @param inner the app's propagator; it must carry baggage, as W3C's does.
 * @example
 * propagation.setGlobalPropagator(scopePropagator(w3c, { sendTo: ['*.agents.internal'], key }));
 * @throws ConfigurationError for a host pattern or a key that can't be used.
 */
export function scopePropagator(inner: TextMapPropagator, options: ScopePropagatorOptions = {}): TextMapPropagator {
  const { key } = options;
  const trust = options.trust ?? (key === undefined ? 'none' : 'signed');
  if (key !== undefined && key.length < 16) {
    throw new ConfigurationError('PROPAGATION_KEY_INVALID', 'key', 'a shared key has at least 16 characters');
  }
  if (trust === 'signed' && key === undefined) {
    throw new ConfigurationError('PROPAGATION_KEY_INVALID', 'trust', '"signed" needs a shared key');
  }
  const allowed = hostList(options.sendTo ?? [], 'sendTo');
  return {
    inject(context: Context, carrier: unknown, setter: TextMapSetter) {
      const baggage = removeScope(propagation.getBaggage(context) ?? emptyBaggage());
      const scope = stepScopeOf(context);
      const traceId = trace.getSpanContext(context)?.traceId ?? '';
      const isAllowed = scope !== undefined && hostsOf(context).some((host) => allowed.has(host));
      const carried = isAllowed ? addScope(baggage, scope, traceId, key) : baggage;
      inner.inject(propagation.setBaggage(context, carried), carrier, setter);
    },
    extract(context: Context, carrier: unknown, getter: TextMapGetter) {
      const extracted = inner.extract(context, carrier, getter);
      const baggage = propagation.getBaggage(extracted);
      if (baggage === undefined) return extracted;
      const carried = readScope(baggage, trace.getSpanContext(extracted)?.traceId ?? '', key);
      const clean = propagation.setBaggage(extracted, removeScope(baggage));
      if (carried === undefined || !(trust === 'all' || (trust === 'signed' && carried.isSigned))) return clean;
      return withStepScope(clean, carried.scope);
    },
    fields: () => inner.fields(),
  };
}

/** The host that a request goes to, with its port and without, as its span says. */
function hostsOf(context: Context): readonly string[] {
  const attributes = (trace.getSpan(context) as { attributes?: Attributes } | undefined)?.attributes;
  if (attributes === undefined) return [];
  const url = attributes['url.full'] ?? attributes['http.url'];
  if (typeof url === 'string' && URL.canParse(url)) return [new URL(url).host];
  const address = attributes['server.address'] ?? attributes['net.peer.name'];
  if (typeof address !== 'string' || address === '') return [];
  const port = attributes['server.port'] ?? attributes['net.peer.port'];
  return port === undefined ? [address] : [`${address}:${port}`];
}
