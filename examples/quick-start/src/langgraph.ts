import { Annotation, END, START, StateGraph } from '@langchain/langgraph';
import { ChatOpenAI } from '@langchain/openai';
import { govern, StepRuntime } from '@spanledger/sdk';

const model = new ChatOpenAI({ model: 'gpt-5-mini' });
const runtime = new StepRuntime({ tenant: 'default', policy: { id: 'desk', version: '1', rules: [] } });

const draft = govern(async (question: string) => String((await model.invoke(question)).content), {
  runtime,
  node: 'draft',
  kind: 'agent',
});
const review = govern(async (answer: string) => answer.trim(), {
  runtime,
  node: 'review',
  input: () => ({ from: ['draft'] }),
});

const State = Annotation.Root({ question: Annotation<string>(), answer: Annotation<string>() });
const graph = new StateGraph(State)
  .addNode('draft', async ({ question }) => ({ answer: await draft(question) }))
  .addNode('review', async ({ answer }) => ({ answer: await review(answer) }))
  .addEdge(START, 'draft')
  .addEdge('draft', 'review')
  .addEdge('review', END)
  .compile();

await runtime.withRun({ workflow: 'langgraph' }, async () => {
  const { answer } = await graph.invoke({ question: 'What is the weather in Oslo?' });
  console.log(answer);
});
