import { expect, test } from 'vitest';
import { createApi } from '../../collector/src/serve/app.ts';
import type { Store } from '../../collector/src/serve/store.ts';

const unused = (): never => {
  throw new Error('The document needs no data.');
};
const store: Store = { reader: () => unused };
const api = createApi({ store, status: unused, version: '1.2.3' });

interface Operation {
  operationId: string;
  summary: string;
  parameters?: { name: string; in: string; required?: boolean; schema: object }[];
  responses: Record<string, { description: string; content?: Record<string, { schema: object }> }>;
}
interface Document {
  openapi: string;
  info: { title: string; version: string };
  paths: Record<string, Record<string, Operation>>;
  components: { schemas: Record<string, object> };
}
const document = (await (await api.request('/openapi.json')).json()) as Document;
const operations = Object.entries(document.paths).flatMap(([path, methods]) =>
  Object.entries(methods).map(([method, operation]) => ({ path, method, operation })),
);

test('it is OpenAPI 3.1 with a title and a version', () => {
  expect(document.openapi).toMatch(/^3\.1\.\d+$/);
  expect(document.info).toMatchObject({ title: 'Spanledger', version: '1.2.3' });
});

test('it lists every route', () => {
  const routes = api.routes.filter((route) => route.method !== 'ALL').map((route) => route.path);
  const paths = new Set(routes.map((path) => path.replaceAll(/:(\w+)/g, '{$1}')));
  expect(Object.keys(document.paths).sort()).toEqual([...paths].sort());
  expect(paths.size).toBeGreaterThan(20);
});

test('every operation has a name of its own, a summary, and answers with a schema', () => {
  expect(new Set(operations.map(({ operation }) => operation.operationId)).size).toBe(operations.length);
  for (const { path, operation } of operations) {
    expect(operation.summary).not.toBe('');
    for (const [status, response] of Object.entries(operation.responses)) {
      expect(status).toMatch(/^[2-5]\d\d$/);
      expect(response.description).not.toBe('');
      if (path !== '/openapi.json') expect(response.content?.['application/json']?.schema).toBeTypeOf('object');
    }
  }
});

test('every parameter in a path is declared once, required', () => {
  for (const { path, operation } of operations) {
    const named = [...path.matchAll(/\{(\w+)\}/g)].map((match) => match[1]);
    const declared = (operation.parameters ?? []).filter((parameter) => parameter.in === 'path');
    expect(declared.map((parameter) => [parameter.name, parameter.required])).toEqual(
      named.map((name) => [name, true]),
    );
  }
});

test('every reference leads somewhere', () => {
  const references = [...JSON.stringify(document).matchAll(/"\$ref":"([^"]+)"/g)].map((match) => match[1] ?? '');
  expect(references.length).toBeGreaterThan(20);
  for (const reference of references) {
    expect(reference).toMatch(/^#\/components\/schemas\/\w+$/);
    expect(document.components.schemas).toHaveProperty(reference.slice('#/components/schemas/'.length));
  }
});

test('the documented names are there', () => {
  const names = (schema: string): string[] =>
    Object.keys((document.components.schemas[schema] as { properties: object }).properties);
  expect(names('AuditEntry')).toEqual(
    expect.arrayContaining(['node_id', 'verdict', 'timestamp', 'blocked', 'block_reason', 'cost_usd', 'tokens_used']),
  );
  expect(names('NodeLatency')).toEqual(expect.arrayContaining(['node_id', 'count', 'p50_ms', 'p95_ms', 'p99_ms']));
  expect(names('PolicyViolation')).toEqual(expect.arrayContaining(['node_id', 'rule_name', 'reason', 'timestamp']));
  expect(names('RunReport')).toEqual([
    'run_id',
    'audit_trail',
    'node_latency',
    'policy_violations',
    'workflow_summary',
  ]);
  const parameters = document.paths['/v1/runs']?.['get']?.parameters?.map((parameter) => parameter.name);
  expect(parameters).toEqual(['from', 'to', 'status', 'agent', 'workflow', 'verdict', 'text', 'limit', 'page_token']);
});
