import { observeOpenAI } from '@langfuse/openai';
import { LangfuseSpanProcessor } from '@langfuse/otel';
import { propagateAttributes, startActiveObservation } from '@langfuse/tracing';
import { OTLPTraceExporter } from '@opentelemetry/exporter-trace-otlp-proto';
import { resourceFromAttributes } from '@opentelemetry/resources';
import { NodeTracerProvider } from '@opentelemetry/sdk-trace-node';
import OpenAI from 'openai';

const resource = resourceFromAttributes({ 'service.name': process.env.OTEL_SERVICE_NAME });
const processor = new LangfuseSpanProcessor({ exporter: new OTLPTraceExporter(), environment: 'recording' });
const provider = new NodeTracerProvider({ resource, spanProcessors: [processor] });
provider.register();

const client = observeOpenAI(new OpenAI());
const model = 'gpt-5-mini';
const messages = [{ role: 'user', content: 'What is the weather in Oslo?' }];
const city = { type: 'object', properties: { city: { type: 'string' } }, required: ['city'] };
const tools = [{ type: 'function', function: { name: 'get_weather', parameters: city } }];

const answer = async (agent) => {
  agent.update({ input: messages[0].content });
  const first = await client.chat.completions.create({ model, messages, tools });
  const call = first.choices[0].message;
  const result = await startActiveObservation(
    'get_weather',
    async (observation) => {
      observation.update({ input: { city: 'Oslo' }, output: '4 degrees, rain' });
      return '4 degrees, rain';
    },
    { asType: 'tool' },
  );
  messages.push(call, { role: 'tool', tool_call_id: call.tool_calls[0].id, content: result });
  const second = await client.chat.completions.create({ model, messages, tools });
  agent.update({ output: second.choices[0].message.content });
};
await propagateAttributes({ sessionId: 'session-1', userId: 'user-1', traceName: 'weather-question' }, () =>
  startActiveObservation('weather_agent', answer, { asType: 'agent' }),
);

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
await startActiveObservation(
  'priced by hand',
  async (generation) =>
    generation.update({
      model: 'own-model',
      usageDetails: { input: 50, output: 5 },
      costDetails: { input: 0.0005, output: 0.0001, total: 0.0006 },
    }),
  { asType: 'generation' },
);

await provider.shutdown();
