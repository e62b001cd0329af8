import type { Context } from 'hono';
import { z } from 'zod';
import { EngineError, SpanledgerError } from '../errors.ts';
import type { Scope } from '../keys/scope.ts';

/** HTTP statuses for requests at fault. */
type ApiStatus = 400 | 401 | 403 | 404 | 409 | 413;

/** A request that can't be answered with data. Its code is stable; `docs/errors.md` has a section per code. */
export class ApiError extends SpanledgerError {
  /** HTTP status of the answer. */
  readonly status: ApiStatus;
  /** Name of the parameter at fault. */
  readonly parameter: string | undefined;
  /** Further headers of the answer. */
  readonly headers: Readonly<Record<string, string>>;
  constructor(
    status: ApiStatus,
    code: string,
    message: string,
    parameter?: string,
    headers: Readonly<Record<string, string>> = {},
  ) {
    super(code, message);
    this.status = status;
    this.parameter = parameter;
    this.headers = headers;
  }
}

/** There is no key, or none that is known and in force: the answer does not say which. */
export function unauthorized(): ApiError {
  const message = 'Send a valid key as "Authorization: Bearer <key>" or "X-API-Key: <key>".';
  return new ApiError(401, 'UNAUTHORIZED', message, undefined, { 'WWW-Authenticate': 'Bearer realm="spanledger"' });
}

/** The key is valid and lacks a scope. */
export function forbidden(scope: Scope): ApiError {
  const challenge = `Bearer realm="spanledger", error="insufficient_scope", scope="${scope}"`;
  const message = `This key may not do that; it needs the scope "${scope}".`;
  return new ApiError(403, 'FORBIDDEN', message, undefined, { 'WWW-Authenticate': challenge });
}

/** A web page of another origin wants to change something. */
export function originNotAllowed(origin: string): ApiError {
  const message = `Pages of ${JSON.stringify(origin.slice(0, 200))} may not do that; with keys, --allowed-origins can allow it.`;
  return new ApiError(403, 'ORIGIN_NOT_ALLOWED', message);
}

/** A parameter is unknown or has a value that is not allowed; the message says what is. */
export function badParameter(parameter: string, message: string): ApiError {
  return new ApiError(400, 'BAD_PARAMETER', `Parameter ${parameter}: ${message}`, parameter);
}

/** The body of a request is not what the route takes; the message says what is. @param path the field at fault */
export function badBody(message: string, path?: string): ApiError {
  return new ApiError(400, 'BAD_BODY', `Body${path ? `, field ${path}` : ''}: ${message}`, path || undefined);
}

/** The body of a request has more bytes than the route takes. */
export function bodyTooLarge(most: number): ApiError {
  return new ApiError(413, 'BODY_TOO_LARGE', `The body may have at most ${most} bytes.`);
}

/** The tenant has no run of that id. */
export function runNotFound(runId: string): ApiError {
  return new ApiError(404, 'RUN_NOT_FOUND', `There is no run ${JSON.stringify(runId)}.`, 'run_id');
}

/** The tenant has no step of that id. */
export function stepNotFound(stepId: string): ApiError {
  return new ApiError(404, 'STEP_NOT_FOUND', `There is no step ${JSON.stringify(stepId)} as asked for.`, 'step_id');
}

/** The tenant has no SLA target of that id. */
export function targetNotFound(targetId: string): ApiError {
  return new ApiError(404, 'SLA_TARGET_NOT_FOUND', `There is no SLA target ${JSON.stringify(targetId)}.`, 'target_id');
}

/** The target comes from the file, which is the place to change it. */
export function targetInFile(targetId: string): ApiError {
  const message = `The SLA target ${JSON.stringify(targetId)} stands in the targets file; change it there.`;
  return new ApiError(409, 'SLA_TARGET_IN_FILE', message, 'target_id');
}

/** Body of every answer that is not data. */
export const errorSchema: z.ZodType<{ error: { code: string; message: string; parameter?: string | undefined } }> = z
  .object({
    error: z.object({
      code: z.string().meta({ description: 'Stable code, for example RUN_NOT_FOUND' }),
      message: z.string().meta({ description: 'What was wrong and what to do' }),
      parameter: z.string().optional().meta({ description: 'Name of the parameter at fault' }),
    }),
  })
  .meta({ id: 'Error' });

/**
 * Answers an error as JSON: the request's own fault with its status, an engine that is away with 503, anything else with 500 and
 * no detail, which `report` gets instead.
 */
export function answerError(error: Error, context: Context, report: (error: Error) => void): Response {
  if (error instanceof ApiError) {
    const { code, message, parameter, status, headers } = error;
    return context.json(
      { error: { code, message, ...(parameter === undefined ? {} : { parameter }) } },
      status,
      headers,
    );
  }
  if (error instanceof EngineError) {
    return context.json({ error: { code: error.code, message: error.message } }, 503, { 'Retry-After': '2' });
  }
  report(error);
  const message = 'The collector met an error of its own; its log says more.';
  return context.json({ error: { code: 'INTERNAL_ERROR', message } }, 500);
}
