import { EngineError } from '../errors.ts';

/** An insert failed; the records are not acknowledged and the client may send them again. */
export class AppendError extends EngineError {
  constructor(message: string, cause: unknown) {
    super('APPEND_FAILED', message, { cause });
  }
}
