import { context, SpanKind, trace } from '@opentelemetry/api';
import type { Providers } from './nowhere.ts';

const ATTRIBUTES: Record<string, string | number | boolean> = Object.fromEntries(
  Array.from({ length: 30 }, (_, at) => [
    `app.attribute_${at}`,
    at % 3 === 0 ? at : at % 3 === 1 ? `value ${at}` : true,
  ]),
);

/** The same attributes as metadata, for who takes metadata. */
export const METADATA = ATTRIBUTES;

/** The baseline: what OpenTelemetry alone costs, a span with 30 attributes around an async function. */
export function plainSpan({ tracerProvider }: Providers, body: () => Promise<unknown>): () => Promise<unknown> {
  const tracer = tracerProvider.getTracer('plain');
  return async () => {
    const span = tracer.startSpan('step', { kind: SpanKind.INTERNAL });
    const output = await context.with(trace.setSpan(context.active(), span), body);
    span.setAttributes(ATTRIBUTES);
    span.end();
    return output;
  };
}
