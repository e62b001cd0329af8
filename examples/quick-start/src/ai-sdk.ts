import { createOpenAI } from '@ai-sdk/openai';
import { OpenTelemetry } from '@ai-sdk/otel';
import { govern, governTool, StepRuntime } from '@spanledger/sdk';
import { generateText, registerTelemetry, stepCountIs, tool } from 'ai';
import { z } from 'zod';

registerTelemetry(new OpenTelemetry());
const openai = createOpenAI();
const runtime = new StepRuntime({
  tenant: 'default',
  policy: { id: 'weather', version: '1', rules: [] },
  tools: { allow: { get_weather: { callsPerRun: 3 } } },
});

const getWeather = tool({
  description: 'Gives the weather of a city.',
  inputSchema: z.object({ city: z.string() }),
  execute: async ({ city }) => `4 degrees and rain in ${city}`,
});
const tools = { get_weather: governTool(getWeather, { runtime, name: 'get_weather' }) };

const agent = govern(
  async (prompt: string) => {
    const telemetry = { isEnabled: true, functionId: 'weather-agent' };
    const options = { model: openai('gpt-5-mini'), tools, stopWhen: stepCountIs(3), prompt, telemetry };
    return (await generateText(options)).text;
  },
  { runtime, node: 'weather-agent', kind: 'agent' },
);

await runtime.withRun({ workflow: 'ai-sdk' }, async () => console.log(await agent('What is the weather in Oslo?')));
