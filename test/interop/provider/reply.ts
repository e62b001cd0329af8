import type { BilledRequest } from './bill.ts';

/** What an endpoint answers: its line on the bill, and one JSON body or the events of a stream. */
export interface Reply {
  readonly bill: BilledRequest;
  readonly body?: object;
  readonly events?: readonly StreamEvent[];
}

/** One server-sent event; `event` is left out where the API names none. */
export interface StreamEvent {
  readonly event?: string;
  readonly data: object | string;
}

/** Gives the ids of one recording: `call_1`, `call_2`. */
export type NextId = (prefix: string) => string;

/** A fixed moment, seconds since 1970: 25 November 2026. */
export const CREATED = 1_795_564_800;
