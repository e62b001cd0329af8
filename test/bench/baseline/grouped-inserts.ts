import http from 'node:http';

const BATCH_BYTES = 32 << 20;
const LINGER_MS = 3;
const PARALLEL_INSERTS = 2;

interface Waiter {
  resolve(): void;
  reject(error: Error): void;
}

/** Puts the rows of requests that come together into one insert, as the collector does, and answers after it. */
export class GroupedInserts {
  readonly #url: string;
  readonly #agent = new http.Agent({ keepAlive: true });
  #lines: string[] = [];
  #bytes = 0;
  #waiters: Waiter[] = [];
  #running = 0;
  #linger: NodeJS.Timeout | undefined;

  /** @param engineUrl base URL of ClickHouse's HTTP */
  constructor(engineUrl: string) {
    const query = encodeURIComponent('INSERT INTO baseline_spans FORMAT JSONEachRow');
    this.#url = `${engineUrl}/?database=spanledger&async_insert=0&wait_end_of_query=1&query=${query}`;
  }

  /** Waits until the lines are in the table and on disk. */
  insert(lines: readonly string[]): Promise<void> {
    for (const line of lines) {
      this.#lines.push(line);
      this.#bytes += line.length;
    }
    const done = new Promise<void>((resolve, reject) => {
      this.#waiters.push({ resolve, reject });
    });
    this.#schedule();
    return done;
  }

  #schedule(): void {
    if (this.#waiters.length === 0 || this.#running >= PARALLEL_INSERTS) return;
    if (this.#bytes >= BATCH_BYTES) this.#flush();
    else this.#linger ??= setTimeout(() => this.#flush(), LINGER_MS);
  }

  #flush(): void {
    clearTimeout(this.#linger);
    this.#linger = undefined;
    if (this.#waiters.length === 0 || this.#running >= PARALLEL_INSERTS) return;
    const waiters = this.#waiters;
    const body = this.#lines.join('');
    this.#waiters = [];
    this.#lines = [];
    this.#bytes = 0;
    this.#running++;
    this.#post(body)
      .then(
        () => {
          for (const waiter of waiters) waiter.resolve();
        },
        (error: Error) => {
          for (const waiter of waiters) waiter.reject(error);
        },
      )
      .finally(() => {
        this.#running--;
        this.#schedule();
      });
  }

  #post(body: string): Promise<void> {
    return new Promise((resolve, reject) => {
      const request = http.request(this.#url, { method: 'POST', agent: this.#agent }, (response) => {
        let text = '';
        response.setEncoding('utf8').on('data', (chunk: string) => {
          text += chunk;
        });
        response.on('end', () => {
          if (response.statusCode === 200) resolve();
          else reject(new Error(text));
        });
      });
      request.on('error', reject).end(body);
    });
  }
}
