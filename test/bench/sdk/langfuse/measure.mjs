/** Times steps that Langfuse records, with its own span processor and an exporter that throws everything away. Prints a JSON array of microseconds. */
import { LangfuseSpanProcessor } from '@langfuse/otel';
import { startActiveObservation } from '@langfuse/tracing';
import { NodeTracerProvider } from '@opentelemetry/sdk-trace-node';

const [text, metadata, steps] = JSON.parse(process.argv[2] ?? '[]');
const nowhere = { export: (_spans, done) => done({ code: 0 }), shutdown: async () => {}, forceFlush: async () => {} };
const processor = new LangfuseSpanProcessor({
  exporter: nowhere,
  publicKey: 'pk',
  secretKey: 'sk',
  baseUrl: 'http://127.0.0.1:9',
});
new NodeTracerProvider({ spanProcessors: [processor] }).register();

const step = () =>
  startActiveObservation('step', async (observation) => {
    observation.update({ input: text, metadata });
    const output = text;
    observation.update({ output });
    return output;
  });

const times = new Float64Array(steps);
for (let at = 0; at < steps / 4; at++) await step();
for (let at = 0; at < steps; at++) {
  const before = performance.now();
  await step();
  times[at] = (performance.now() - before) * 1000;
}
process.stdout.write(JSON.stringify([...times]), () => process.exit(0));
