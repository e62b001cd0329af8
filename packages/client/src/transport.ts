import { z } from 'zod';
import { NotFoundError, RequestError, UnavailableError, UnexpectedAnswerError } from './errors.ts';

/** How to reach a collector. */
export interface ConnectionOptions {
  /** Base URL of the collector's HTTP port, for example `http://127.0.0.1:4318`. */
  readonly url: string | URL;
  /** Key that is sent as a bearer token. Default none. */
  readonly apiKey?: string;
  /** Sends requests. Default the global `fetch`. */
  readonly fetch?: typeof globalThis.fetch;
}

/** Query parameters; those that are `undefined` are left out. */
export type QueryParameters = Readonly<Record<string, string | number | undefined>>;

const errorBody = z.object({
  error: z.object({ code: z.string(), message: z.string(), parameter: z.string().optional() }),
});

/** Reads JSON from the API and checks its shape. */
export class Transport {
  readonly #base: string;
  readonly #headers: Readonly<Record<string, string>>;
  readonly #fetch: typeof globalThis.fetch;

  constructor(options: ConnectionOptions) {
    this.#base = new URL(options.url).href.replace(/\/+$/, '');
    this.#headers = {
      accept: 'application/json',
      ...(options.apiKey === undefined ? {} : { authorization: `Bearer ${options.apiKey}` }),
    };
    this.#fetch = options.fetch ?? globalThis.fetch;
  }

  /**
   * Reads one resource.
   * @param segments parts of the path after `/v1`; each is escaped
   * @throws {NotFoundError | RequestError | UnavailableError | UnexpectedAnswerError}
   */
  async get<Output>(
    segments: readonly string[],
    schema: z.ZodType<Output>,
    parameters: QueryParameters = {},
  ): Promise<Output> {
    const url = this.#address(segments, parameters);
    const { response, text } = await this.#read(url);
    const body = parseJson(text);
    if (!response.ok) throw failure(response, body, url);
    const parsed = schema.safeParse(body);
    if (parsed.success) return parsed.data;
    const message = `${url.pathname} answered in a shape that this client does not know: ${z.prettifyError(parsed.error)}`;
    throw new UnexpectedAnswerError('UNEXPECTED_ANSWER', response.status, message);
  }

  /**
   * Reads one resource as text.
   * @param segments parts of the path after `/v1`; each is escaped
   * @throws {NotFoundError | RequestError | UnavailableError}
   */
  async getText(segments: readonly string[], parameters: QueryParameters = {}): Promise<string> {
    const url = this.#address(segments, parameters);
    const { response, text } = await this.#read(url);
    if (!response.ok) throw failure(response, parseJson(text), url);
    return text;
  }

  #address(segments: readonly string[], parameters: QueryParameters): URL {
    const url = new URL(`${this.#base}/v1/${segments.map(encodeURIComponent).join('/')}`);
    for (const [name, value] of Object.entries(parameters)) {
      if (value !== undefined) url.searchParams.set(name, String(value));
    }
    return url;
  }

  async #read(url: URL): Promise<{ response: Response; text: string }> {
    try {
      const response = await this.#fetch(url, { headers: this.#headers });
      return { response, text: await response.text() };
    } catch (cause) {
      throw new UnavailableError('CONNECTION_FAILED', 0, `No answer from ${url.origin}.`, { cause });
    }
  }
}

/** The text as JSON; `undefined` when it is none. */
function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    // Not JSON: a proxy may answer so. The caller says it with the status.
    return undefined;
  }
}

function failure(response: Response, body: unknown, url: URL): Error {
  const { status } = response;
  const parsed = errorBody.safeParse(body);
  const { code, message, parameter } = parsed.success
    ? parsed.data.error
    : { code: `HTTP_${status}`, message: `${url.pathname} answered with status ${status}.`, parameter: undefined };
  if (status === 404 && parsed.success && code !== 'ROUTE_NOT_FOUND') return new NotFoundError(code, status, message);
  if (status === 429 || status >= 500) {
    const seconds = Number.parseInt(response.headers.get('retry-after') ?? '', 10);
    return new UnavailableError(code, status, message, Number.isNaN(seconds) ? {} : { retryAfterSeconds: seconds });
  }
  return new RequestError(code, status, message, parameter);
}
