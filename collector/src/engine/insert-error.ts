import { EngineError } from '../errors.ts';

/** Whether a failed insert may have left rows behind. `unknown` includes rows of some blocks, or of the table but not of its views. */
export type InsertOutcome = 'not_applied' | 'unknown';

/**
 * ClickHouse codes that are raised before the first block of an insert is written. Any other code may come after a block was
 * written, so it counts as `unknown`.
 */
const refusedBeforeWriting: ReadonlySet<number> = new Set([
  16, // NO_SUCH_COLUMN_IN_TABLE
  46, // UNKNOWN_FUNCTION
  47, // UNKNOWN_IDENTIFIER
  60, // UNKNOWN_TABLE
  62, // SYNTAX_ERROR
  73, // UNKNOWN_FORMAT
  81, // UNKNOWN_DATABASE
  115, // UNKNOWN_SETTING
  164, // READONLY
  192, // UNKNOWN_USER
  194, // REQUIRED_PASSWORD
  202, // TOO_MANY_SIMULTANEOUS_QUERIES
  497, // ACCESS_DENIED
  516, // AUTHENTICATION_FAILED
]);

/** An insert that was not confirmed. */
export class InsertError extends EngineError {
  /** What may be in the tables now. */
  readonly outcome: InsertOutcome;
  /** ClickHouse's error code, `null` when the server did not say one (lost connection, time-out, a proxy's answer). */
  readonly serverCode: number | null;

  constructor(
    code: 'INSERT_REFUSED' | 'INSERT_CONNECTION',
    message: string,
    details: { outcome: InsertOutcome; serverCode: number | null; cause?: unknown },
  ) {
    super(code, message, { cause: details.cause });
    this.outcome = details.outcome;
    this.serverCode = details.serverCode;
  }
}

/** Gives the outcome that follows from ClickHouse's error code. */
export function outcomeOfCode(serverCode: number | null): InsertOutcome {
  return serverCode !== null && refusedBeforeWriting.has(serverCode) ? 'not_applied' : 'unknown';
}

/** What the operator of a cluster should look at, where ClickHouse's own words do not say so. */
export function adviceOnCode(serverCode: number | null): string {
  const isKeeperAway = serverCode === 242 || serverCode === 999; // TABLE_IS_READ_ONLY, KEEPER_EXCEPTION
  return isKeeperAway ? ', since the server has lost its Keeper; it takes inserts again when that is back' : '';
}
