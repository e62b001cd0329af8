import Anthropic from '@anthropic-ai/sdk';
import { SpanKind, trace } from '@opentelemetry/api';
import { OTLPTraceExporter } from '@opentelemetry/exporter-trace-otlp-proto';
import { resourceFromAttributes } from '@opentelemetry/resources';
import { BatchSpanProcessor, NodeTracerProvider } from '@opentelemetry/sdk-trace-node';

const resource = resourceFromAttributes({ 'service.name': process.env.OTEL_SERVICE_NAME });
const provider = new NodeTracerProvider({
  resource,
  spanProcessors: [new BatchSpanProcessor(new OTLPTraceExporter())],
});
provider.register();

const client = new Anthropic();
const model = 'claude-sonnet-4-5';
const messages = [{ role: 'user', content: 'What is the weather in Oslo?' }];
const city = { type: 'object', properties: { city: { type: 'string' } }, required: ['city'] };
const tools = [{ name: 'get_weather', input_schema: city }];
const common = { model, max_tokens: 500 };

await trace.getTracer('weather-app').startActiveSpan('answer a question', { kind: SpanKind.SERVER }, async (span) => {
  const first = await client.messages.create({ ...common, messages, tools });
  const result = { type: 'tool_result', tool_use_id: first.content[0].id, content: '4 degrees, rain' };
  messages.push({ role: 'assistant', content: first.content }, { role: 'user', content: [result] });
  await client.messages.create({ ...common, messages, tools });
  span.end();
});
const question = messages.slice(0, 1);
const streamed = await client.messages.create({ ...common, messages: question, stream: true });
for await (const _ of streamed);
await client.messages.create({ ...common, model: 'no-such-model', messages: question }).catch(() => {});

await provider.shutdown();
