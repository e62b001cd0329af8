export {
  type Authenticate,
  credentialOf,
  type Identity,
  type RequestHeaders,
} from './authentication.ts';
export { DEFAULT_LIMITS, type ReceiverLimits, type ReceiverLog, type RequestObservation } from './context.ts';
export type { AppendOutcome, Encoding, Ingest, Signal } from './ingest.ts';
export { type Receiver, type ReceiverOptions, startReceiver } from './receiver.ts';
