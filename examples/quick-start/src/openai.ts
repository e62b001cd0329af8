import { carbonEstimator, govern, StepRuntime } from '@spanledger/sdk';
import { genaiPrices } from '@spanledger/sdk/prices';
import OpenAI from 'openai';

const client = new OpenAI();
const runtime = new StepRuntime({
  tenant: 'default',
  policy: { id: 'support-desk', version: '1', rules: [] },
  budget: { limits: [{ per: 'run', usd: 0.5 }] },
  usage: { prices: genaiPrices(), carbon: carbonEstimator({ region: 'SWE' }) },
});

const answer = govern(
  async (question: string) => {
    const messages = [{ role: 'user' as const, content: question }];
    const completion = await client.chat.completions.create({ model: 'gpt-5-mini', messages });
    return completion.choices[0]?.message.content ?? '';
  },
  { runtime, node: 'answer', kind: 'model', slaTargetMs: 5000 },
);

await runtime.withRun({ workflow: 'openai' }, async () => console.log(await answer('What is the weather in Oslo?')));
