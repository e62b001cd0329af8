import type { Env, Hono, MiddlewareHandler } from 'hono';
import { bodyLimit } from 'hono/body-limit';
import { describeRoute, resolver, validator } from 'hono-openapi';
import type { z } from 'zod';
import type { Caller } from '../keys/caller.ts';
import { type Access, declareAccess } from './access.ts';
import { badBody, badParameter, bodyTooLarge, errorSchema } from './errors.ts';
import type { Read } from './store.ts';

/** What every handler finds in its context. */
export interface ApiEnv extends Env {
  readonly Variables: {
    /** Reads for the tenant of the request, and for no other; not there in open routes. */
    read: Read;
    /** Who asks; not there in open routes. */
    caller: Caller;
    /** Set by the guard for routes that need no key. */
    isOpen: boolean;
  };
}

/** The API's Hono app. */
export type Api = Hono<ApiEnv>;

/** A request schema: an object of parameters, each of them text. */
type Parameters<Output> = z.ZodType<Output, Readonly<Record<string, string | undefined>>>;

const failures: Readonly<Record<string, string>> = {
  401: 'No key, or none that is known and in force',
  403: 'The key lacks a scope',
  400: 'A parameter is unknown or has a value that is not allowed',
  404: 'There is nothing of that id',
  409: 'It can not be changed here',
  413: 'The body is too large',
  503: 'The engine is away or the query took too much; try again later',
};

/**
 * Describes a route for `/openapi.json` and declares the scope that its callers need.
 * @param access what the guard asks of the key
 * @param statuses what else it answers besides 200, 401 and 403
 * @example api.get('/v1/runs', describe('read', 'Runs, newest first', runList), query(filter), handler)
 */
export function describe(
  access: Access,
  summary: string,
  answer: z.ZodType,
  statuses: readonly number[] = [400, 503],
): MiddlewareHandler {
  const json = (schema: z.ZodType) => ({ 'application/json': { schema: resolver(schema) } });
  const { scope, parameters = {} } = typeof access === 'string' ? { scope: access } : access;
  const refusals = scope === 'open' ? [] : [401, 403];
  const more = Object.entries(parameters).map(([name, needed]) => ` With \`${name}\` also \`${needed}\`.`);
  const description = describeRoute({
    summary,
    ...(scope === 'open'
      ? { security: [] }
      : {
          description: `The key needs the scope \`${scope}\`.${more.join('')}`,
          security: [{ bearer: [scope] }, { apiKey: [scope] }],
          'x-parameter-scopes': parameters,
        }),
    responses: {
      200: { description: 'The answer', content: json(answer) },
      ...Object.fromEntries(
        [...refusals, ...statuses].map((status) => [
          status,
          { description: failures[status] ?? '', content: json(errorSchema) },
        ]),
      ),
    },
  });
  return declareAccess(description, access);
}

/**
 * Validates query parameters, known or not; `c.req.valid('query')` has them.
 * @throws {ApiError} `BAD_PARAMETER`
 */
export function query<Output>(
  schema: Parameters<Output>,
): MiddlewareHandler<ApiEnv, string, { in: { query: Record<string, string> }; out: { query: Output } }> {
  return validator('query', schema, (result) => {
    if (!result.success) throw refuse(result.error);
  }) as unknown as MiddlewareHandler<ApiEnv, string, { in: { query: Record<string, string> }; out: { query: Output } }>;
}

/** Largest JSON body that a route takes, bytes. */
const MOST_BODY_BYTES = 65_536;

/**
 * Validates a JSON body; `c.req.valid('json')` has it.
 * @throws {ApiError} `BAD_BODY`, and `BODY_TOO_LARGE` over 64 KiB
 */
export function body<Output>(
  schema: z.ZodType<Output>,
): readonly [
  MiddlewareHandler<ApiEnv>,
  MiddlewareHandler<ApiEnv>,
  MiddlewareHandler<ApiEnv, string, { in: { json: unknown }; out: { json: Output } }>,
] {
  const limit = bodyLimit({
    maxSize: MOST_BODY_BYTES,
    onError: () => {
      throw bodyTooLarge(MOST_BODY_BYTES);
    },
  });
  const json: MiddlewareHandler<ApiEnv> = async (context, next) => {
    // A body of another type would be taken for an empty one, and all defaults be meant.
    if (!/^application\/json *(;|$)/i.test(context.req.header('content-type') ?? '')) {
      throw badBody('must be JSON, with the header Content-Type: application/json.');
    }
    try {
      await context.req.json();
    } catch {
      // The parser's words name a position only; what is wrong is said here.
      throw badBody('is not valid JSON.');
    }
    return next();
  };
  const validate = validator('json', schema, (result) => {
    if (!result.success) throw refuseBody(result.error);
  }) as unknown as MiddlewareHandler<ApiEnv, string, { in: { json: unknown }; out: { json: Output } }>;
  return [limit, json, validate];
}

function refuseBody(issues: readonly object[]): Error {
  const issue: { message?: string; path?: readonly unknown[]; keys?: readonly string[] } = issues[0] ?? {};
  const at = (issue.path ?? []).map(String);
  const unknown = issue.keys?.[0];
  if (unknown !== undefined) return badBody('is not a field that this route knows.', [...at, unknown].join('.'));
  return badBody(`${issue.message}.`, at.join('.'));
}

function refuse(issues: readonly object[]): Error {
  const issue: { message?: string; path?: readonly unknown[]; keys?: readonly string[] } = issues[0] ?? {};
  const unknown = issue.keys?.[0];
  if (unknown !== undefined) return badParameter(unknown, 'is not a parameter of this route.');
  return badParameter(String(issue.path?.[0] ?? ''), `${issue.message}.`);
}
