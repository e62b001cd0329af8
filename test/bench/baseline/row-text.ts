import { hash } from 'node:crypto';
import type { PlainScope, PlainSpan } from './plain-span.ts';

const wholeOrNull = (text: string | undefined): string | null => (text === undefined || text === '' ? null : text);

/** The JSONEachRow line of a span, with the SHA-256 of the line before it was put in. */
export function rowText(span: PlainSpan, scope: PlainScope, receivedAt: string): string {
  const of = span.attributes.values;
  const line = JSON.stringify({
    tenant: 'default',
    trace_id: span.traceId,
    span_id: span.spanId,
    parent_span_id: span.parentSpanId,
    received_at: receivedAt,
    run_id: of['spanledger.run.id'] ?? span.traceId,
    step_id: of['spanledger.step.id'] ?? '',
    node_id: of['spanledger.node.id'] ?? span.name,
    operation: of['gen_ai.operation.name'] ?? '',
    name: span.name,
    kind: span.kind,
    start_time_unix_nano: span.startTimeUnixNano,
    end_time_unix_nano: span.endTimeUnixNano,
    status_code: span.statusCode,
    status_message: span.statusMessage,
    trace_state: span.traceState,
    flags: span.flags,
    service_name: scope.resource.values['service.name'] ?? '',
    agent_name: of['gen_ai.agent.name'] ?? '',
    model: of['gen_ai.response.model'] ?? of['gen_ai.request.model'] ?? '',
    provider: of['gen_ai.provider.name'] ?? '',
    response_id: of['gen_ai.response.id'] ?? '',
    verdict: of['spanledger.verdict'] ?? '',
    status: of['spanledger.status'] ?? '',
    input_tokens: wholeOrNull(of['gen_ai.usage.input_tokens']),
    output_tokens: wholeOrNull(of['gen_ai.usage.output_tokens']),
    cache_read_tokens: wholeOrNull(of['gen_ai.usage.cache_read.input_tokens']),
    cost_usd: wholeOrNull(of['spanledger.cost.usd']),
    attributes: of,
    attribute_kinds: span.attributes.kinds,
    dropped_attributes_count: span.droppedAttributesCount,
    'events.time_unix_nano': span.events.map(({ time }) => time),
    'events.name': span.events.map(({ name }) => name),
    'events.attributes': span.events.map(({ attributes }) => attributes.values),
    'events.attribute_kinds': span.events.map(({ attributes }) => attributes.kinds),
    'links.trace_id': span.links.map(({ traceId }) => traceId),
    'links.span_id': span.links.map(({ spanId }) => spanId),
    'links.attributes': span.links.map(({ attributes }) => attributes.values),
    resource_attributes: scope.resource.values,
    resource_attribute_kinds: scope.resource.kinds,
    scope_name: scope.name,
    scope_version: scope.version,
    scope_attributes: scope.attributes.values,
  });
  return `${line.slice(0, -1)},"record_hash":"${hash('sha256', line)}"}\n`;
}
