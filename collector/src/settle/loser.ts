/** A record whose name an earlier record has. */
export interface Loser {
  readonly tenant: string;
  readonly signal: 'span' | 'log';
  /** Lower-case hex; empty for a log record, which its event id names. */
  readonly traceId: string;
  readonly spanId: string;
  /** Empty for a span. */
  readonly eventId: string;
  readonly origin: number;
  /** Cursors as decimal text. */
  readonly cursor: string;
  readonly keptOrigin: number;
  readonly keptCursor: string;
  /** True where it says something else than the earlier one. */
  readonly conflicting: boolean;
}
