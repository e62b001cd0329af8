import type { Scope } from '../../collector/src/keys/scope.ts';

interface Operation {
  readonly security?: readonly { readonly bearer?: readonly Scope[] }[];
  readonly parameters?: readonly {
    name: string;
    in: string;
    required?: boolean;
    schema: { enum?: string[]; const?: string };
  }[];
  readonly 'x-parameter-scopes'?: Readonly<Record<string, Scope>>;
}

/** A route of the collector. */
export interface Route {
  readonly method: string;
  /** With the values of the shared run. */
  readonly url: string;
  /** The scopes that it needs; none for an open route. */
  readonly needs: readonly Scope[];
  /** Whether the path names something of a tenant. */
  readonly hasName: boolean;
  /** Whether the query must hold something. */
  readonly needsQuery: boolean;
}

/**
 * What stands for a parameter of a path: both tenants have a thing of that name, and each one of its own with its name in place of
 * `shared`. A new parameter needs a value here, and `sendRecords` to send it.
 */
const PATH_VALUES: Readonly<Record<string, string>> = {
  run_id: 'shared-run',
  step_id: 'shared-step',
  target_id: 'shared-target',
};
/** All routes: those of an OpenAPI document, and those that it does not describe. */
export function routesIn(document: unknown): Route[] {
  const paths = (document as { paths: Record<string, Record<string, Operation>> }).paths;
  return [
    ...Object.entries(paths).flatMap(([path, methods]) =>
      Object.entries(methods).flatMap(([method, operation]) => routesOf(method.toUpperCase(), path, operation)),
    ),
    { method: 'POST', url: '/v1/traces', needs: ['ingest'], hasName: false, needsQuery: false },
    { method: 'POST', url: '/v1/logs', needs: ['ingest'], hasName: false, needsQuery: false },
    { method: 'GET', url: '/metrics', needs: ['admin'], hasName: false, needsQuery: false },
    { method: 'GET', url: '/healthz', needs: [], hasName: false, needsQuery: false },
    { method: 'GET', url: '/readyz', needs: [], hasName: false, needsQuery: false },
  ];
}

/** A route as it is, and once for each parameter that needs a scope of its own. */
function routesOf(method: string, path: string, operation: Operation): Route[] {
  const { security, parameters = [] } = operation;
  if (security === undefined) throw new Error(`${method} ${path} says nothing of keys in /openapi.json`);
  const url = path.replaceAll(/\{(\w+)\}/g, (_all, name: string) => {
    const value = PATH_VALUES[name];
    if (value === undefined) throw new Error(`tenant-routes.ts must know a value for {${name}} of ${path}`);
    // What is changed must not be what others are asked for.
    return method === 'GET' ? value : value.replace('shared', 'spare');
  });
  const needsQuery = parameters.some((one) => one.in === 'query' && one.required === true);
  const plain = { method, url, needs: security[0]?.bearer ?? [], hasName: url !== path, needsQuery };
  const more = Object.entries(operation['x-parameter-scopes'] ?? {}).map(([name, scope]) => {
    const schema = parameters.find((one) => one.name === name)?.schema;
    const query = `${name}=${schema?.const ?? schema?.enum?.[0] ?? 'x'}`;
    return { ...plain, url: `${url}?${query}`, needs: [...plain.needs, scope] };
  });
  return [plain, ...more];
}
