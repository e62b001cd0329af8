import { createRequire } from 'node:module';
import { metrics, SpanKind, trace } from '@opentelemetry/api';
import { logs } from '@opentelemetry/api-logs';
import { OTLPLogExporter } from '@opentelemetry/exporter-logs-otlp-proto';
import { OTLPTraceExporter } from '@opentelemetry/exporter-trace-otlp-proto';
import { OpenAIInstrumentation } from '@opentelemetry/instrumentation-openai';
import { resourceFromAttributes } from '@opentelemetry/resources';
import { BatchLogRecordProcessor, LoggerProvider } from '@opentelemetry/sdk-logs';
import { BatchSpanProcessor, NodeTracerProvider } from '@opentelemetry/sdk-trace-node';

const resource = resourceFromAttributes({ 'service.name': process.env.OTEL_SERVICE_NAME });
const provider = new NodeTracerProvider({
  resource,
  spanProcessors: [new BatchSpanProcessor(new OTLPTraceExporter())],
});
provider.register();
const loggers = new LoggerProvider({
  resource,
  processors: [new BatchLogRecordProcessor({ exporter: new OTLPLogExporter() })],
});
logs.setGlobalLoggerProvider(loggers);
const instrumentation = new OpenAIInstrumentation({ captureMessageContent: true });
instrumentation.setTracerProvider(provider);
instrumentation.setLoggerProvider(loggers);
// Without a meter provider a streamed call throws.
instrumentation.setMeterProvider(metrics.getMeterProvider());

// The instrumentation patches what is required, not what is imported.
const { default: OpenAI } = createRequire(import.meta.url)('openai');
const client = new OpenAI();
const model = 'gpt-5-mini';
const messages = [{ role: 'user', content: 'What is the weather in Oslo?' }];
const city = { type: 'object', properties: { city: { type: 'string' } }, required: ['city'] };
const tools = [{ type: 'function', function: { name: 'get_weather', parameters: city } }];

await trace.getTracer('weather-app').startActiveSpan('answer a question', { kind: SpanKind.SERVER }, async (span) => {
  const first = await client.chat.completions.create({ model, messages, tools });
  const call = first.choices[0].message;
  messages.push(call, { role: 'tool', tool_call_id: call.tool_calls[0].id, content: '4 degrees, rain' });
  await client.chat.completions.create({ model, messages, tools });
  span.end();
});

const streamed = await client.chat.completions.create({
  model,
  messages: messages.slice(0, 1),
  stream: true,
  stream_options: { include_usage: true },
});
for await (const _ of streamed);
const silent = await client.chat.completions.create({ model, messages: messages.slice(0, 1), stream: true });
for await (const _ of silent);
await client.responses.create({ model, input: 'What is the weather in Oslo?' });
await client.embeddings.create({ model: 'text-embedding-3-small', input: 'weather in Oslo' });
await client.chat.completions.create({ model: 'no-such-model', messages: messages.slice(0, 1) }).catch(() => {});

await provider.shutdown();
await loggers.shutdown();
