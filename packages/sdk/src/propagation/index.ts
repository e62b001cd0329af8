export type { SamplerResult, SpanSampler } from './governed-sampler.ts';
export { governedSampler } from './governed-sampler.ts';
export type { EmittedLogRecord, ScopeLogRecordProcessor, ScopeSpanProcessor, StartingSpan } from './scope-processor.ts';
export { scopeLogRecordProcessor, scopeSpanProcessor } from './scope-processor.ts';
export type { ScopePropagatorOptions, ScopeTrust } from './scope-propagator.ts';
export { scopePropagator } from './scope-propagator.ts';
