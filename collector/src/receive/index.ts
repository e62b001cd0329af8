export type { Authenticate, Identity } from './authentication.ts';
export type { RequestObservation } from './context.ts';
export type { AppendOutcome, Encoding, Signal } from './ingest.ts';
export { type Receiver, startReceiver } from './receiver.ts';
