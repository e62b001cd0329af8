import * as CallbackManagerModule from '@langchain/core/callbacks/manager';
import { tool } from '@langchain/core/tools';
import { ChatOpenAI } from '@langchain/openai';
import { OTLPTraceExporter } from '@opentelemetry/exporter-trace-otlp-proto';
import { resourceFromAttributes } from '@opentelemetry/resources';
import { BatchSpanProcessor, NodeTracerProvider } from '@opentelemetry/sdk-trace-node';
import { LangChainInstrumentation } from '@traceloop/instrumentation-langchain';
import { createAgent } from 'langchain';
import { z } from 'zod';

const resource = resourceFromAttributes({ 'service.name': process.env.OTEL_SERVICE_NAME });
const provider = new NodeTracerProvider({
  resource,
  spanProcessors: [new BatchSpanProcessor(new OTLPTraceExporter())],
});
provider.register();
const instrumentation = new LangChainInstrumentation();
instrumentation.setTracerProvider(provider);
instrumentation.manuallyInstrument({ callbackManagerModule: CallbackManagerModule });

const getWeather = tool(({ city }) => `4 degrees and rain in ${city}`, {
  name: 'get_weather',
  description: 'Gives the weather of a city.',
  schema: z.object({ city: z.string() }),
});
const agent = createAgent({
  name: 'weather_agent',
  model: new ChatOpenAI({ model: 'gpt-5-mini' }),
  tools: [getWeather],
});
await agent.invoke({ messages: [{ role: 'user', content: 'What is the weather in Oslo?' }] });
for await (const _ of await new ChatOpenAI({ model: 'gpt-5-mini' }).stream('What is the weather in Oslo?'));
await new ChatOpenAI({ model: 'no-such-model', maxRetries: 0 }).invoke('What is the weather?').catch(() => {});

await provider.shutdown();
