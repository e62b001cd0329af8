import { context } from '@opentelemetry/api';
import { AsyncLocalStorageContextManager } from '@opentelemetry/context-async-hooks';
import { LoggerProvider } from '@opentelemetry/sdk-logs';
import { ConsoleSpanExporter, SimpleSpanProcessor, TracerProvider } from '@opentelemetry/sdk-trace';
import { spanledgerProcessors } from '@spanledger/node';
import { govern, StepRuntime } from '@spanledger/sdk';

// What the app has: a context manager, and a processor with an exporter of its own.
context.setGlobalContextManager(new AsyncLocalStorageContextManager().enable());
const yours = new SimpleSpanProcessor({ exporter: new ConsoleSpanExporter() });

// What is added: to SPANLEDGER_ENDPOINT, or to the option `endpoint`.
const { spanProcessor, logRecordProcessor } = spanledgerProcessors();
const tracerProvider = new TracerProvider({ spanProcessors: [yours, spanProcessor] });
const loggerProvider = new LoggerProvider({ processors: [logRecordProcessor] });

const policy = { id: 'support-desk', version: '1', rules: [] };
const runtime = new StepRuntime({ tenant: 'default', policy, tracerProvider, loggerProvider });
const summarise = govern(async (text: string) => `${text.slice(0, 17)}...`, { runtime, node: 'summarise' });
await runtime.withRun({ workflow: 'own-opentelemetry' }, () => summarise('The parcel has not moved for eight days.'));

await Promise.all([tracerProvider.shutdown(), loggerProvider.shutdown()]);
