import { afterAll, beforeAll, expect, test } from 'vitest';
import { credentialOf } from '../../collector/src/keys/credential.ts';
import type { Authenticate } from '../../collector/src/receive/index.ts';
import { statusOf } from '../otlp/answers.ts';
import { toBinary, traceBody } from '../otlp/bodies.ts';
import { answerOf, JSON_TYPE, PROTOBUF, post, startTestReceiver, type TestReceiver } from './receive-fixture.ts';

const body = toBinary(traceBody([{}]));

const authenticate: Authenticate = (headers) => {
  const key = credentialOf(headers);
  if (key === 'reader') return { kind: 'forbidden' };
  return key === 'writer' ? { kind: 'tenant', tenant: 'acme' } : { kind: 'unauthorized' };
};

let open: TestReceiver;
let keyed: TestReceiver;

beforeAll(async () => {
  open = await startTestReceiver({ allowedOrigins: ['https://app.example'] });
  keyed = await startTestReceiver({ authenticate });
});
afterAll(() => Promise.all([open.stop(), keyed.stop()]));

test.each(['GET', 'HEAD', 'PUT', 'DELETE', 'PATCH', 'OPTIONS'])(
  '%s on an OTLP path is 405 with Allow',
  async (method) => {
    for (const path of ['/v1/traces', '/v1/logs', '/v1/metrics']) {
      const answer = await answerOf(await fetch(open.url + path, { method }));
      expect([answer.status, answer.headers.get('allow')]).toEqual([405, 'POST']);
      if (method !== 'HEAD')
        expect(statusOf(answer).message).toBe(`METHOD_NOT_ALLOWED: ${path} takes POST, not ${method}`);
    }
  },
);

test.each([
  ['/v1/metrics', 'OTEL_METRICS_EXPORTER=none'],
  ['/v1development/profiles', 'profiles are not stored here'],
])('the unserved signal %s is a 404 that says so, never an empty 200', async (path, hint) => {
  for (const type of [PROTOBUF, JSON_TYPE]) {
    const answer = await post(open.url + path, body, type);
    expect([answer.status, answer.contentType]).toEqual([404, type['content-type']]);
    expect(statusOf(answer).message).toContain(hint);
  }
});

test.each(['/', '/v1/runs', '/v1/traces/', '/v1/tracesx', '/V1/TRACES', '/v1/traces/abc', '/health'])(
  '%s belongs to the API',
  async (path) => {
    const answer = await answerOf(await fetch(open.url + path));
    expect([answer.status, new TextDecoder().decode(answer.body)]).toEqual([200, 'api']);
  },
);

test.each([
  [{ authorization: 'Bearer writer' }, 200],
  [{ authorization: 'bearer  writer ' }, 200],
  [{ 'x-api-key': 'writer' }, 200],
  [{ authorization: 'Bearer reader' }, 403],
  [{ authorization: 'Bearer wrong' }, 401],
  [{ authorization: 'Basic d3JpdGVy' }, 401],
  [{ 'x-api-key': '' }, 401],
  [{}, 401],
])('the key in %o gives %i', async (headers, expected) => {
  for (const type of [PROTOBUF, JSON_TYPE]) {
    const answer = await post(`${keyed.url}/v1/traces`, body, { ...type, ...headers } as Record<string, string>);
    expect([answer.status, answer.contentType]).toEqual([expected, type['content-type']]);
    if (expected === 401) {
      expect(answer.headers.get('www-authenticate')).toContain('Bearer');
      expect(statusOf(answer)).toMatchObject({ code: 16, message: expect.stringContaining('UNAUTHORIZED') });
    }
    if (expected === 403) expect(statusOf(answer).code).toBe(7);
  }
});

test('the tenant of the key goes on with the body; refused bodies go nowhere', () => {
  expect(keyed.submissions).toHaveLength(6);
  expect(new Set(keyed.submissions.map((one) => one.tenant))).toEqual(new Set(['acme']));
});

test('an authentication hook that throws is a 503', async () => {
  const broken = await startTestReceiver({
    authenticate: () => {
      throw new Error('key file gone');
    },
  });
  expect((await post(`${broken.url}/v1/traces`, body, PROTOBUF)).status).toBe(503);
  expect(broken.logged).toHaveLength(1);
  await broken.stop();
});

function preflight(origin: string): Promise<Response> {
  return fetch(`${open.url}/v1/traces`, {
    method: 'OPTIONS',
    headers: {
      origin,
      'access-control-request-method': 'POST',
      'access-control-request-headers': 'content-type,x-api-key',
    },
  });
}

test('CORS: a preflight from an allowed origin passes, and the answer to the post is readable', async () => {
  const asked = await preflight('https://app.example');
  expect(asked.status).toBe(204);
  expect(asked.headers.get('access-control-allow-origin')).toBe('https://app.example');
  expect(asked.headers.get('access-control-allow-methods')).toBe('POST');
  expect(asked.headers.get('access-control-allow-headers')).toBe('content-type,x-api-key');
  const posted = await post(`${open.url}/v1/traces`, body, { ...PROTOBUF, origin: 'https://app.example' });
  expect(posted.headers.get('access-control-allow-origin')).toBe('https://app.example');
  expect(posted.headers.get('access-control-expose-headers')).toBe('Retry-After');
  expect(posted.headers.get('vary')).toBe('Origin');
});

test('CORS: another origin, and any origin when none is configured, gets no permission', async () => {
  const asked = await preflight('https://evil.example');
  expect([asked.status, asked.headers.get('access-control-allow-origin')]).toEqual([405, null]);
  const posted = await post(`${keyed.url}/v1/traces`, body, { ...PROTOBUF, origin: 'https://app.example' });
  expect(posted.headers.get('access-control-allow-origin')).toBeNull();
});
