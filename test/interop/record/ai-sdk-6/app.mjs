import { createAnthropic } from '@ai-sdk/anthropic';
import { createOpenAI } from '@ai-sdk/openai';
import { OTLPTraceExporter } from '@opentelemetry/exporter-trace-otlp-proto';
import { resourceFromAttributes } from '@opentelemetry/resources';
import { BatchSpanProcessor, NodeTracerProvider } from '@opentelemetry/sdk-trace-node';
import { embed, generateObject, generateText, stepCountIs, streamText, tool } from 'ai';
import { z } from 'zod';

const resource = resourceFromAttributes({ 'service.name': process.env.OTEL_SERVICE_NAME });
const provider = new NodeTracerProvider({
  resource,
  spanProcessors: [new BatchSpanProcessor(new OTLPTraceExporter())],
});
provider.register();
const openai = createOpenAI();
const anthropic = createAnthropic({ baseURL: `${process.env.ANTHROPIC_BASE_URL}/v1` });

const getWeather = tool({
  description: 'Gives the weather of a city.',
  inputSchema: z.object({ city: z.string() }),
  execute: async ({ city }) => `4 degrees and rain in ${city}`,
});
const prompt = 'What is the weather in Oslo?';
const telemetry = (functionId) => ({
  isEnabled: true,
  functionId,
  metadata: { sessionId: 'session-1', userId: 'user-1', agent: 'weather_agent' },
});
const options = { tools: { get_weather: getWeather }, stopWhen: stepCountIs(3), prompt };

await generateText({
  ...options,
  model: openai('gpt-5-mini'),
  experimental_telemetry: telemetry('weather-question'),
});
const streamed = streamText({
  ...options,
  model: openai.chat('gpt-5-mini'),
  experimental_telemetry: telemetry('weather-stream'),
});
await streamed.consumeStream();
await generateText({
  ...options,
  model: anthropic('claude-sonnet-4-5'),
  experimental_telemetry: telemetry('weather-claude'),
});
await embed({
  model: openai.textEmbeddingModel('text-embedding-3-small'),
  value: 'weather in Oslo',
  experimental_telemetry: telemetry('weather-embedding'),
});
const failing = { model: openai('no-such-model'), maxRetries: 0, prompt, experimental_telemetry: telemetry('failing') };
await generateText(failing).catch(() => {});
await generateObject({ ...failing, model: openai('gpt-5-mini'), schema: z.object({ city: z.string() }) }).catch(
  () => {},
);

await provider.shutdown();
