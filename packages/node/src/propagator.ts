import type { TextMapPropagator } from '@opentelemetry/api';
import { CompositePropagator, W3CBaggagePropagator, W3CTraceContextPropagator } from '@opentelemetry/core';
import { type ScopeTrust, scopePropagator } from '@spanledger/sdk/propagation';
import type { Environment } from './environment.ts';
import type { RegisterOptions, TelemetryLog } from './register-options.ts';

const TRUSTS: readonly string[] = ['none', 'signed', 'all'];

/** Makes the propagator: the app's, with the rules about who learns of runs; null for none. */
export function propagatorOf(
  options: RegisterOptions,
  environment: Environment,
  log: TelemetryLog,
): TextMapPropagator | null {
  const inner = options.propagator ?? fromEnvironment(environment.propagators, log);
  if (inner === null) return null;
  const sendTo = options.propagateTo ?? environment.propagateTo;
  const key = options.propagationKey ?? environment.propagationKey;
  const trust = options.trust ?? trustOf(environment.trust, log);
  return scopePropagator(inner, {
    ...(sendTo === undefined ? {} : { sendTo }),
    ...(key === undefined ? {} : { key }),
    ...(trust === undefined ? {} : { trust }),
  });
}

function fromEnvironment(names: readonly string[] | undefined, log: TelemetryLog): TextMapPropagator | null {
  if (names?.includes('none')) return null;
  const propagators = (names ?? ['tracecontext', 'baggage']).flatMap((name) => {
    if (name === 'tracecontext') return [new W3CTraceContextPropagator()];
    if (name === 'baggage') return [new W3CBaggagePropagator()];
    log('warn', `OTEL_PROPAGATORS "${name}" is not known here; give one as register({ propagator })`);
    return [];
  });
  return new CompositePropagator({ propagators });
}

function trustOf(word: string | undefined, log: TelemetryLog): ScopeTrust | undefined {
  if (word === undefined || TRUSTS.includes(word)) return word as ScopeTrust | undefined;
  log('warn', `SPANLEDGER_TRUST is "none", "signed" or "all", and not "${word}"; nobody is believed`);
  return 'none';
}
