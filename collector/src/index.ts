export { ConfigurationError, EngineError, ensureError, InputError, SpanledgerError } from './errors.ts';
