import { trace } from '@opentelemetry/api';
import { logs } from '@opentelemetry/api-logs';
import { OTLPLogExporter } from '@opentelemetry/exporter-logs-otlp-proto';
import { OTLPTraceExporter } from '@opentelemetry/exporter-trace-otlp-proto';
import { BatchLogRecordProcessor, LoggerProvider } from '@opentelemetry/sdk-logs';
import { AlwaysOffSampler } from '@opentelemetry/sdk-trace-base';
import { BatchSpanProcessor, NodeTracerProvider } from '@opentelemetry/sdk-trace-node';
import { StepRuntime } from '@spanledger/sdk';
import { governedSampler, scopeLogRecordProcessor, scopeSpanProcessor } from '@spanledger/sdk/propagation';

// The SDK on OpenTelemetry's older packages, where the logs API is one of its own, with a sampler that would leave everything out.
const provider = new NodeTracerProvider({
  sampler: governedSampler(new AlwaysOffSampler()),
  spanProcessors: [scopeSpanProcessor(), new BatchSpanProcessor(new OTLPTraceExporter())],
});
provider.register();
const loggers = new LoggerProvider({
  processors: [scopeLogRecordProcessor(), new BatchLogRecordProcessor({ exporter: new OTLPLogExporter() })],
});
logs.setGlobalLoggerProvider(loggers);

const rules = [{ name: 'no', action: 'deny', conditions: [{ field: 'node.id', operator: 'eq', value: 'denied' }] }];
const runtime = new StepRuntime({ policy: { id: 'p', version: '1', rules }, tenant: 'default' });
await runtime.withRun({ workflow: 'old-train', runId: 'run-of-the-old-train' }, async () => {
  const attributes = { 'gen_ai.operation.name': 'chat', 'gen_ai.request.model': 'm', 'gen_ai.usage.input_tokens': 11 };
  const node = {
    id: 'asked',
    run: () => {
      trace.getTracer('client').startSpan('chat m', { attributes }).end();
      logs.getLogger('client').emit({ eventName: 'said', body: 'below the step' });
      return 'done';
    },
  };
  const { record } = await runtime.run({ task: 't', node });
  await runtime.run({ task: 't', node: { ...node, id: 'denied' } });
  console.log(JSON.stringify({ inputTokens: record.inputTokens, stats: runtime.stats }));
});
await provider.shutdown();
await loggers.shutdown();
