import { EngineError } from '../errors.ts';

/** There is no room for records; those of a failed insert are not acknowledged. */
export class DiskFullError extends EngineError {
  constructor(cause?: unknown) {
    super('DISK_FULL', 'the disk of the ledger is full; nothing is stored until there is room; send again', { cause });
  }
}

/** An insert failed; the records are not acknowledged and the client may send them again. */
export class AppendError extends EngineError {
  constructor(message: string, cause: unknown) {
    super('APPEND_FAILED', message, { cause });
  }
}
