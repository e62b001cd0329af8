import { createAnthropic } from '@ai-sdk/anthropic';
import { createOpenAI } from '@ai-sdk/openai';
import { Agent } from '@mastra/core/agent';
import { Mastra } from '@mastra/core/mastra';
import { createTool } from '@mastra/core/tools';
import { createStep, createWorkflow } from '@mastra/core/workflows';
import { Observability } from '@mastra/observability';
import { OtelExporter } from '@mastra/otel-exporter';
import { z } from 'zod';

const openai = createOpenAI();
const anthropic = createAnthropic({ baseURL: `${process.env.ANTHROPIC_BASE_URL}/v1` });
const instructions = 'You know the weather.';
const getWeather = createTool({
  id: 'get_weather',
  description: 'Gives the weather of a city.',
  inputSchema: z.object({ city: z.string() }),
  outputSchema: z.object({ weather: z.string() }),
  execute: async ({ city }) => ({ weather: `4 degrees and rain in ${city}` }),
});
const tools = { get_weather: getWeather };
const agents = {
  weather: new Agent({ id: 'weather', name: 'weather_agent', instructions, model: openai('gpt-5-mini'), tools }),
  claude: new Agent({ id: 'claude', name: 'claude_agent', instructions, model: anthropic('claude-sonnet-4-5'), tools }),
  broken: new Agent({
    id: 'broken',
    name: 'broken_agent',
    instructions,
    model: openai('no-such-model'),
    maxRetries: 0,
  }),
};
const ask = createStep({
  id: 'ask',
  inputSchema: z.object({ question: z.string() }),
  outputSchema: z.object({ answer: z.string() }),
  execute: async ({ inputData, mastra, tracingContext }) => {
    const answer = await mastra.getAgent('weather').generate(inputData.question, { tracingContext });
    return { answer: answer.text };
  },
});
const workflow = createWorkflow({
  id: 'weather_report',
  inputSchema: z.object({ question: z.string() }),
  outputSchema: z.object({ answer: z.string() }),
})
  .then(ask)
  .commit();

const endpoint = process.env.OTEL_EXPORTER_OTLP_ENDPOINT;
const exporter = new OtelExporter({ provider: { custom: { endpoint, protocol: 'http/json' } } });
const mastra = new Mastra({
  agents,
  workflows: { weather_report: workflow },
  observability: new Observability({
    configs: { otel: { serviceName: process.env.OTEL_SERVICE_NAME, exporters: [exporter] } },
  }),
  logger: false,
});

const question = 'What is the weather in Oslo?';
await mastra.getAgent('weather').generate(question);
const streamed = await mastra.getAgent('claude').stream(question);
await streamed.consumeStream();
const run = await mastra.getWorkflow('weather_report').createRun();
await run.start({ inputData: { question } });
await mastra
  .getAgent('broken')
  .generate(question)
  .catch(() => {});

await exporter.shutdown();
