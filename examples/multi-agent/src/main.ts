import { runSupportCrew } from './app.ts';
import { startLocalLlm } from './local-llm.ts';
import { startTelemetry } from './telemetry.ts';

const endpoint = process.env['OTEL_EXPORTER_OTLP_ENDPOINT'] ?? 'http://127.0.0.1:4318';
const givenLlm = process.env['OPENAI_BASE_URL'];

const telemetry = startTelemetry(endpoint);
const llm = givenLlm === undefined ? await startLocalLlm({ latencyMs: 20 }) : undefined;
try {
  const result = await runSupportCrew({ openAiBaseUrl: llm?.url ?? givenLlm ?? '' });
  console.log(`reply:  ${result.reply}`);
  console.log(`review: ${result.review}`);
  console.log(JSON.stringify({ run_id: result.runId, trace_id: result.traceId }));
} finally {
  // Also after a failed run: that is the run whose record is wanted most.
  const delivery = await telemetry.stop();
  await llm?.close();
  console.error(`sent ${delivery.spans} spans and ${delivery.logRecords} log records to ${endpoint}`);
  if (delivery.problems.length > 0) {
    console.error('Not all telemetry was delivered:');
    for (const problem of delivery.problems) console.error(`  ${problem}`);
    console.error('Start the collector (npm start), or set OTEL_EXPORTER_OTLP_ENDPOINT to where one listens.');
    process.exitCode = 1;
  }
}
