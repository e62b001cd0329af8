import { LangChainInstrumentation } from '@arizeai/openinference-instrumentation-langchain';
import { ChatAnthropic } from '@langchain/anthropic';
import * as CallbackManagerModule from '@langchain/core/callbacks/manager';
import { Document } from '@langchain/core/documents';
import { BaseRetriever } from '@langchain/core/retrievers';
import { tool } from '@langchain/core/tools';
import { ChatOpenAI } from '@langchain/openai';
import { OTLPTraceExporter } from '@opentelemetry/exporter-trace-otlp-proto';
import { resourceFromAttributes } from '@opentelemetry/resources';
import { BatchSpanProcessor, NodeTracerProvider } from '@opentelemetry/sdk-trace-node';
import { createAgent } from 'langchain';
import { z } from 'zod';

const resource = resourceFromAttributes({ 'service.name': process.env.OTEL_SERVICE_NAME });
const provider = new NodeTracerProvider({
  resource,
  spanProcessors: [new BatchSpanProcessor(new OTLPTraceExporter())],
});
provider.register();
new LangChainInstrumentation({ tracerProvider: provider }).manuallyInstrument(CallbackManagerModule);

const getWeather = tool(({ city }) => `4 degrees and rain in ${city}`, {
  name: 'get_weather',
  description: 'Gives the weather of a city.',
  schema: z.object({ city: z.string() }),
});
const question = { messages: [{ role: 'user', content: 'What is the weather in Oslo?' }] };
const metadata = { session_id: 'session-1', user_id: 'user-1' };

const agent = createAgent({
  name: 'weather_agent',
  model: new ChatOpenAI({ model: 'gpt-5-mini' }),
  tools: [getWeather],
});
await agent.invoke(question, { metadata });

const claude = new ChatAnthropic({ model: 'claude-sonnet-4-5' });
const cached = createAgent({ name: 'claude_agent', model: claude, tools: [getWeather] });
await cached.invoke(question, { metadata });

for await (const _ of await new ChatOpenAI({ model: 'gpt-5-mini' }).stream('What is the weather in Oslo?'));
for await (const _ of await claude.stream('What is the weather in Oslo?'));

class Archive extends BaseRetriever {
  lc_namespace = ['weather-app'];
  async _getRelevantDocuments() {
    return [new Document({ pageContent: 'Rain in Oslo.', metadata: { source: 'archive' } })];
  }
}
await new Archive().invoke('weather in Oslo');

const broken = tool(
  () => {
    throw new TypeError('The weather service does not answer.');
  },
  { name: 'broken_tool', description: 'Fails.', schema: z.object({}) },
);
await broken.invoke({}).catch(() => {});
await new ChatOpenAI({ model: 'no-such-model', maxRetries: 0 }).invoke('What is the weather?').catch(() => {});

await provider.shutdown();
