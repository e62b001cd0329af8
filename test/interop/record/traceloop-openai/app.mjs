import { SpanKind, trace } from '@opentelemetry/api';
import { OTLPTraceExporter } from '@opentelemetry/exporter-trace-otlp-proto';
import { resourceFromAttributes } from '@opentelemetry/resources';
import { BatchSpanProcessor, NodeTracerProvider } from '@opentelemetry/sdk-trace-node';
import { OpenAIInstrumentation } from '@traceloop/instrumentation-openai';
import OpenAI from 'openai';

const resource = resourceFromAttributes({ 'service.name': process.env.OTEL_SERVICE_NAME });
const provider = new NodeTracerProvider({
  resource,
  spanProcessors: [new BatchSpanProcessor(new OTLPTraceExporter())],
});
provider.register();
const instrumentation = new OpenAIInstrumentation();
instrumentation.setTracerProvider(provider);
instrumentation.manuallyInstrument(OpenAI);

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

const question = messages.slice(0, 1);
const streamed = await client.chat.completions.create({
  model,
  messages: question,
  stream: true,
  stream_options: { include_usage: true },
});
for await (const _ of streamed);
await client.responses.create({ model, input: 'What is the weather in Oslo?' });
await client.embeddings.create({ model: 'text-embedding-3-small', input: 'weather in Oslo' });
await client.chat.completions.create({ model: 'no-such-model', messages: question }).catch(() => {});

await provider.shutdown();
