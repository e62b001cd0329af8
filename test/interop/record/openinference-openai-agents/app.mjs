import { OpenAIAgentsInstrumentation } from '@arizeai/openinference-instrumentation-openai-agents';
import * as agents from '@openai/agents';
import { OTLPTraceExporter } from '@opentelemetry/exporter-trace-otlp-proto';
import { resourceFromAttributes } from '@opentelemetry/resources';
import { BatchSpanProcessor, NodeTracerProvider } from '@opentelemetry/sdk-trace-node';
import { z } from 'zod';

const resource = resourceFromAttributes({ 'service.name': process.env.OTEL_SERVICE_NAME });
const provider = new NodeTracerProvider({
  resource,
  spanProcessors: [new BatchSpanProcessor(new OTLPTraceExporter())],
});
provider.register();
new OpenAIAgentsInstrumentation({ tracerProvider: provider }).manuallyInstrument(agents);

const getWeather = agents.tool({
  name: 'get_weather',
  description: 'Gives the weather of a city.',
  parameters: z.object({ city: z.string() }),
  execute: async ({ city }) => `4 degrees and rain in ${city}`,
});
const isHarmless = {
  name: 'is_harmless',
  execute: async () => ({ tripwireTriggered: false, outputInfo: 'harmless' }),
};
const model = 'gpt-5-mini';
const weather = new agents.Agent({
  name: 'weather_agent',
  model,
  instructions: 'You know the weather.',
  tools: [getWeather],
  inputGuardrails: [isHarmless],
});
const triage = agents.Agent.create({
  name: 'triage_agent',
  model,
  instructions: 'You send each question to whom knows.',
  handoffs: [weather],
});

await agents.run(triage, 'What is the weather in Oslo?');
const streamed = await agents.run(weather, 'What is the weather in Oslo?', { stream: true });
await streamed.completed;
const broken = new agents.Agent({ name: 'broken_agent', model: 'no-such-model' });
await agents.run(broken, 'What is the weather in Oslo?').catch(() => {});

await agents.getGlobalTraceProvider().forceFlush();
await provider.shutdown();
