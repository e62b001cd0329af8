import { execFileSync } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { logBody, randomId, toBinary, toOtlpJson, traceBody } from '../otlp/bodies.ts';

const otlp = fileURLToPath(new URL('../otlp/', import.meta.url));

function contents(folder: string): Record<string, string> {
  const files = readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter((name) => name.endsWith('.ts'));
  return Object.fromEntries(files.sort().map((name) => [name, readFileSync(path.join(folder, name), 'utf8')]));
}

test('the generated code is what the .proto files give', () => {
  const fresh = mkdtempSync(path.join(tmpdir(), 'spanledger-oracle-'));
  try {
    execFileSync('sh', [path.join(otlp, 'generate.sh'), path.join(fresh, 'generated')]);
    const made = contents(path.join(fresh, 'generated'));
    expect(Object.keys(made)).toHaveLength(7);
    expect(made).toEqual(contents(path.join(otlp, 'generated')));
  } finally {
    rmSync(fresh, { recursive: true });
  }
});

test('bodies in OTLP/JSON have ids in hex, enums as integers, int64 as strings and bytes in base64', () => {
  const traceId = randomId();
  const json = JSON.stringify(
    toOtlpJson(traceBody([{ traceId, attributes: { traceId: new Uint8Array([1, 2]), n: 1 } }])),
  );
  expect(json).toContain(`"traceId":"${traceId}"`);
  expect(json).toContain('"kind":1,"startTimeUnixNano":"1768219200000000003"');
  expect(json).toContain('{"key":"traceId","value":{"bytesValue":"AQI="}},{"key":"n","value":{"intValue":"1"}}');
});

test('protobuf bodies begin with the first resource (field 1) and logs carry their event name', () => {
  expect(toBinary(traceBody([{}]))[0]).toBe(0x0a);
  expect(
    Buffer.from(toBinary(logBody([{ eventName: 'spanledger.run.started' }]))).includes('spanledger.run.started'),
  ).toBe(true);
});
