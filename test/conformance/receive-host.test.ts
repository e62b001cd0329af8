import http from 'node:http';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { startTestReceiver, type TestReceiver } from './receive-fixture.ts';

let receiver: TestReceiver;

beforeAll(async () => {
  receiver = await startTestReceiver({ allowedHosts: ['collector.example'] });
});
afterAll(() => receiver.stop());

/** Status of a request under a `Host` header of its own, which fetch does not allow. */
function statusUnder(host: string, method: string, path: string): Promise<number | undefined> {
  const { promise, resolve, reject } = Promise.withResolvers<number | undefined>();
  const headers = { host, 'content-type': 'application/json' };
  const request = http.request(receiver.url + path, { method, headers }, (response) => {
    response.resume().on('end', () => resolve(response.statusCode));
  });
  request.on('error', reject).end(method === 'POST' ? '{}' : undefined);
  return promise;
}

const known = ['localhost', 'localhost:4318', '127.0.0.1:4318', '[::1]:4318', '10.1.2.3', 'Collector.Example:443'];

test.each(known)('requests under %s are answered', async (host) => {
  expect(await statusUnder(host, 'GET', '/v1/runs')).toBe(200);
  expect(await statusUnder(host, 'POST', '/v1/traces')).toBe(200);
});

test.each(['attacker.example', 'localhost.attacker.example:4318', 'collector.example.org'])(
  'requests under the name "%s" are refused before anything is read',
  async (host) => {
    const before = receiver.submissions.length;
    expect(await statusUnder(host, 'GET', '/v1/runs')).toBe(421);
    expect(await statusUnder(host, 'POST', '/v1/traces')).toBe(421);
    expect(receiver.submissions.length).toBe(before);
  },
);
