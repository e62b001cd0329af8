import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { startSink } from './multi-agent-sink.ts';

const main = fileURLToPath(new URL('../../examples/multi-agent/src/main.ts', import.meta.url));

interface Finished {
  readonly code: number | string | null;
  readonly output: string;
  readonly errors: string;
}

/** Runs the entry as a user does, against a collector at `endpoint`. */
function runMain(endpoint: string): Promise<Finished> {
  const { OPENAI_BASE_URL: _, ...rest } = process.env;
  const env = { ...rest, OTEL_EXPORTER_OTLP_ENDPOINT: endpoint, OTEL_EXPORTER_OTLP_PROTOCOL: 'http/json' };
  return new Promise((resolve) => {
    execFile(process.execPath, ['--conditions=source', main], { env }, (error, output, errors) =>
      resolve({ code: error === null ? 0 : (error.code ?? null), output, errors }),
    );
  });
}

test('prints the run id and the trace id as its last line', async () => {
  const sink = await startSink();
  const { code, output } = await runMain(sink.url);
  await sink.close();
  expect(code).toBe(0);
  const last = JSON.parse(output.trimEnd().split('\n').at(-1) ?? '');
  const root = sink.spans.find((span) => span.name === 'invoke_workflow support-crew');
  expect(last).toEqual({ run_id: root?.attributes['spanledger.run.id'], trace_id: root?.traceId });
});

test('says so and exits with 1 when the collector refuses the telemetry', async () => {
  const sink = await startSink(400);
  const { code, errors } = await runMain(sink.url);
  await sink.close();
  expect(code).toBe(1);
  expect(errors).toContain('Not all telemetry was delivered');
  expect(errors).toContain('20 spans were not delivered');
  expect(errors).toContain('Bad Request');
  expect(errors).toContain('34 log records were not delivered');
});
