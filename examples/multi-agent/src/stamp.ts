import type { Attributes, Context } from '@opentelemetry/api';
import { createContextKey } from '@opentelemetry/api';
import type { LogRecordProcessor } from '@opentelemetry/sdk-logs';
import type { SpanProcessor } from '@opentelemetry/sdk-trace';

/**
 * Spans and logs that other libraries make below a step know nothing of runs. A stamp is a set of attributes kept in the
 * OpenTelemetry context; the two processors here copy it to whatever is made in that context.
 */
const STAMP = createContextKey('spanledger stamp');

/** Gives a context whose spans and log records will carry the attributes, beside those of stamps further out. */
export function withStamp(context: Context, attributes: Attributes): Context {
  return context.setValue(STAMP, { ...stampOf(context), ...attributes });
}

function stampOf(context: Context): Attributes {
  return (context.getValue(STAMP) as Attributes | undefined) ?? {};
}

const nothing = (): Promise<void> => Promise.resolve();

/** Copies the stamp to each span that starts. Attributes that the span already has stay. */
export const stampSpans: SpanProcessor = {
  onStart(span, parentContext) {
    span.setAttributes({ ...stampOf(parentContext), ...span.attributes });
  },
  onEnd() {},
  forceFlush: nothing,
  shutdown: nothing,
};

/** Copies the stamp to each log record. Must stand before the exporting processor. */
export const stampLogs: LogRecordProcessor = {
  onEmit(record, context) {
    if (context !== undefined) record.setAttributes({ ...stampOf(context), ...record.attributes });
  },
  forceFlush: nothing,
  shutdown: nothing,
};
