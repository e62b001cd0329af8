import { diag } from '@opentelemetry/api';
import { ensureError, SdkError } from '../errors.ts';

/** The store of shared limits did not answer, or not in time. The check that asked it fails, and denies. */
export class LimitStoreError extends SdkError {}

/**
 * Waits for the answers of a store, for so long and no longer: clients of Redis wait for a server that is away, and a step must not.
 * That the store is away is told to OpenTelemetry's diagnostics once, until it answers again.
 */
export class StoreWatch {
  readonly #name: string;
  readonly #timeoutMs: number;
  #isAway = false;

  constructor(name: string, timeoutMs: number) {
    this.#name = name;
    this.#timeoutMs = timeoutMs;
  }

  /**
   * Gives the answer. @throws {LimitStoreError} LIMIT_STORE when there is none in time, or it is an error
   * @param isAnswer whether what the promise rejects with is an answer too, which is thrown as it is
   */
  async answer<T>(asked: Promise<T>, isAnswer: (thrown: unknown) => boolean = () => false): Promise<T> {
    let timer: NodeJS.Timeout | undefined;
    const late = new Promise<never>((_resolve, reject) => {
      const error = new Error(`no answer within ${this.#timeoutMs} ms`);
      timer = setTimeout(() => reject(error), this.#timeoutMs);
    });
    try {
      const answer = await Promise.race([asked, late]);
      this.#isAway = false;
      return answer;
    } catch (thrown) {
      if (isAnswer(thrown)) {
        this.#isAway = false;
        throw thrown;
      }
      throw this.#away(ensureError(thrown));
    } finally {
      clearTimeout(timer);
    }
  }

  #away(cause: Error): LimitStoreError {
    const message = `${this.#name} in Redis can not be asked (${cause.message}); steps are denied until it answers`;
    if (!this.#isAway) diag.error(`@spanledger/sdk: ${message}`);
    this.#isAway = true;
    return new LimitStoreError('LIMIT_STORE', message, { cause });
  }
}
