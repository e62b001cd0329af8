import {
  AlwaysOffSampler,
  AlwaysOnSampler,
  ParentBasedSampler,
  type Sampler,
  TraceIdRatioBasedSampler,
} from '@opentelemetry/sdk-trace';
import { governedSampler } from '@spanledger/sdk/propagation';
import type { Environment } from './environment.ts';
import type { TelemetryLog } from './register-options.ts';

/** Makes the sampler that `OTEL_TRACES_SAMPLER` names. */
export function samplerFromEnvironment({ sampler, samplerArgument }: Environment, log: TelemetryLog): Sampler {
  const ratio = (): Sampler => {
    const share = samplerArgument === undefined ? 1 : Number(samplerArgument);
    if (share >= 0 && share <= 1) return new TraceIdRatioBasedSampler(share);
    log('warn', `OTEL_TRACES_SAMPLER_ARG is no share from 0 to 1: "${samplerArgument}"; all spans are kept`);
    return new TraceIdRatioBasedSampler(1);
  };
  switch (sampler) {
    case 'always_on':
      return new AlwaysOnSampler();
    case 'always_off':
      return new AlwaysOffSampler();
    case 'traceidratio':
      return ratio();
    case 'parentbased_always_off':
      return new ParentBasedSampler({ root: new AlwaysOffSampler() });
    case 'parentbased_traceidratio':
      return new ParentBasedSampler({ root: ratio() });
    case undefined:
    case 'parentbased_always_on':
      return new ParentBasedSampler({ root: new AlwaysOnSampler() });
    default:
      log('warn', `OTEL_TRACES_SAMPLER "${sampler}" is not known here; all spans are kept`);
      return new ParentBasedSampler({ root: new AlwaysOnSampler() });
  }
}

/** Puts a sampler of OpenTelemetry under the rule that governed records are never left out. */
export function governed(sampler: Sampler): Sampler {
  return governedSampler(sampler as Parameters<typeof governedSampler>[0]);
}
