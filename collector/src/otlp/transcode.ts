import { TARGETS } from '@spanledger/semconv';
import { InputError } from '../errors.ts';
import type { RecordWriter, RequestContext } from './record-writer.ts';
import type { RejectWriter } from './reject-writer.ts';

/** Why a record was rejected: a stable code and the reason in words. */
export interface Rejection {
  readonly code: string;
  readonly reason: string;
}

/** What became of a request's records. */
export interface Transcoded {
  accepted: number;
  rejected: number;
  /** Reason of the first rejection, empty without one. */
  message: string;
}

/** Bounds of one request. */
export interface TranscodeLimits {
  /** Most bytes of rows that one request may become; resource attributes stand in each of its rows. Default 256 MiB. */
  readonly rowBytes: number;
}

/** The request is well formed but becomes more rows than the collector takes at once: answer 413. */
export class TooLargeError extends InputError {
  constructor(limit: number) {
    super('ROWS_TOO_LARGE', `the request becomes more than ${limit} bytes of rows: send it in smaller batches`);
  }
}

/** The body is of another signal than the path it came to. */
export class WrongSignalError extends InputError {
  constructor(is: string, path: string) {
    super('WRONG_SIGNAL', `the body holds ${is}, but came to ${path}: check the exporter's endpoint`);
  }
}

const TENANT_CLAIM = TARGETS.indexOf('tenant_claim');
/** Targets that name things and stand in sorting keys. */
const ID_TARGETS = (['run_id', 'step_id', 'event_id', 'node_id'] as const).map((target) => TARGETS.indexOf(target));
const LONGEST_ID = 512;

/** What a walk over a request writes to and counts. */
export class TranscodeSession {
  readonly writer: RecordWriter;
  readonly rejects: RejectWriter;
  readonly context: RequestContext;
  readonly result: Transcoded = { accepted: 0, rejected: 0, message: '' };
  readonly #rowLimit: number;
  readonly #rejectLimit: number;
  readonly #limits: TranscodeLimits;

  constructor(writer: RecordWriter, rejects: RejectWriter, context: RequestContext, limits: TranscodeLimits) {
    this.writer = writer;
    this.rejects = rejects;
    this.context = context;
    this.#limits = limits;
    this.#rowLimit = writer.rows.length + limits.rowBytes;
    this.#rejectLimit = rejects.rows.length + limits.rowBytes;
    writer.beginRequest(context);
  }

  /** Ends the row that was begun, or rejects it where it claims another tenant or an id is too long. */
  finishRow(signal: number, raw: () => Uint8Array): void {
    const claim = this.writer.targetText(TENANT_CLAIM);
    if (claim !== '' && claim !== this.context.tenant) {
      this.reject(signal, raw(), {
        code: 'TENANT_MISMATCH',
        reason: `the record claims tenant "${claim}", but its key belongs to "${this.context.tenant}"`,
      });
      return;
    }
    for (const target of ID_TARGETS) {
      const size = this.writer.targetBytes(target);
      if (size <= LONGEST_ID) continue;
      const reason = `${TARGETS[target]} has ${size} bytes, must have at most ${LONGEST_ID}`;
      this.reject(signal, raw(), { code: 'ID_TOO_LONG', reason });
      return;
    }
    this.writer.endRow();
    this.result.accepted += 1;
    if (this.writer.rows.length > this.#rowLimit) throw new TooLargeError(this.#limits.rowBytes);
  }

  /** Abandons the row that was begun and keeps the record with its reason. */
  reject(signal: number, raw: Uint8Array, rejection: Rejection): void {
    this.writer.abandonRow();
    this.result.rejected += 1;
    if (this.result.message === '') this.result.message = rejection.reason;
    this.rejects.write(this.context, signal, rejection, raw);
    if (this.rejects.rows.length > this.#rejectLimit) throw new TooLargeError(this.#limits.rowBytes);
  }

  /** Rejects the record for an error that its own bytes caused; throws on any other. */
  rejectFor(thrown: unknown, signal: number, raw: Uint8Array): void {
    if (!(thrown instanceof InputError) || thrown instanceof TooLargeError) throw thrown;
    this.reject(signal, raw, { code: thrown.code, reason: thrown.message });
  }
}
