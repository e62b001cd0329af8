import { LangfuseSpanProcessor } from '@langfuse/otel';
import { observe } from '@langfuse/tracing';
import { OTLPTraceExporter } from '@opentelemetry/exporter-trace-otlp-proto';
import { BatchSpanProcessor, NodeTracerProvider } from '@opentelemetry/sdk-trace-node';
import { scopeSpanProcessor } from '@spanledger/sdk/propagation';

// To OTEL_EXPORTER_OTLP_ENDPOINT, beside Langfuse's own.
const spanledger = new BatchSpanProcessor(new OTLPTraceExporter());
const provider = new NodeTracerProvider({
  spanProcessors: [new LangfuseSpanProcessor(), scopeSpanProcessor(), spanledger],
});
provider.register();

const answer = observe(async (question) => `an answer to ${question}`, { name: 'answer', asType: 'agent' });
console.log(await answer('Where is my parcel?'));
await provider.shutdown();
