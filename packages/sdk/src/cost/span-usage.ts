import type { Attributes, AttributeValue, SpanContext } from '@opentelemetry/api';
import { DIALECTS, OPERATION_NAMES, PROVIDER_NAMES, type Target } from '@spanledger/semconv';
import { filledText, type ModelUsage, tokenCount, usdAmount, withCached } from './model-usage.ts';
import { usageDetails } from './usage-details.ts';

/** The part of a finished span that usage is read from; spans of both OpenTelemetry trains fit. */
export interface FinishedSpan {
  readonly attributes: Attributes;
  readonly parentSpanContext?: SpanContext | undefined;
  /** Where the train before SDK 2 has the parent. */
  readonly parentSpanId?: string | undefined;
  spanContext(): SpanContext;
}

/** What a span says of a model call, or of the calls below it. */
export interface SpanUsage extends ModelUsage {
  readonly spanId: string;
  readonly parentSpanId: string | undefined;
  readonly responseId: string | undefined;
  /** Whether it sums up calls below it, as the span of an agent does. */
  readonly isRollup: boolean;
}

/** Operations that are a model call, and those that sum calls up; the collector has the same lists. */
const MODEL_CALLS = new Set([
  'chat',
  'text_completion',
  'generate_content',
  'embeddings',
  'completion',
  'generate',
  'rerank',
]);
const ROLLUPS = new Set([
  'invoke_agent',
  'create_agent',
  'agent_step',
  'invoke_workflow',
  'plan',
  'fetch_response',
  'task',
  'model_generation',
  'embed',
]);

const OPERATIONS = new Map(Object.entries(OPERATION_NAMES));
const PROVIDERS = new Map(Object.entries(PROVIDER_NAMES));
const KNOWN_PROVIDERS = new Set(PROVIDERS.values());

/** Attribute keys of each meaning in the order of the dialect tables. */
const KEYS = new Map<Target, readonly string[]>();
for (const rule of DIALECTS.flatMap((dialect) => dialect.rules)) {
  if (rule.target !== undefined) KEYS.set(rule.target, [...(KEYS.get(rule.target) ?? []), rule.key]);
}

/** Reads what a span says of a model call, in any dialect; `undefined` for spans that say nothing of the kind. */
export function spanUsage(span: FinishedSpan): SpanUsage | undefined {
  const { attributes } = span;
  const operation = operationOf(attributes);
  const isRollup = ROLLUPS.has(operation);
  if (!isRollup && !MODEL_CALLS.has(operation)) return undefined;
  const tokens = (target: Target): number | undefined => tokenCount(read(attributes, target));
  const details = usageDetails(read(attributes, 'usage_details'));
  const cacheReadTokens = tokens('cache_read_tokens') ?? details.cacheReadTokens;
  const cacheWriteTokens = tokens('cache_write_tokens') ?? details.cacheWriteTokens;
  const said = withCached(tokens('input_tokens'), (cacheReadTokens ?? 0) + (cacheWriteTokens ?? 0));
  const usage = {
    inputTokens: said ?? details.inputTokens,
    outputTokens: tokens('output_tokens') ?? details.outputTokens,
    cacheReadTokens,
    cacheWriteTokens,
    reasoningTokens: tokens('reasoning_tokens') ?? details.reasoningTokens,
    costUsd: costOf(attributes),
  };
  if (usage.inputTokens === undefined && usage.outputTokens === undefined && usage.costUsd === undefined)
    return undefined;
  return {
    ...usage,
    spanId: span.spanContext().spanId,
    parentSpanId: span.parentSpanContext?.spanId ?? span.parentSpanId,
    responseId: filledText(read(attributes, 'response_id')),
    model: filledText(read(attributes, 'response_model')) ?? filledText(read(attributes, 'request_model')),
    provider: providerOf(read(attributes, 'provider')),
    isRollup,
  };
}

function read(attributes: Attributes, target: Target): AttributeValue | undefined {
  for (const key of KEYS.get(target) ?? []) {
    const value = attributes[key];
    if (value !== undefined) return value;
  }
  return undefined;
}

function operationOf(attributes: Attributes): string {
  const named = filledText(read(attributes, 'operation'));
  if (named !== undefined) return OPERATIONS.get(named.toLowerCase()) ?? named;
  const kind = filledText(read(attributes, 'operation_kind'));
  if (kind !== undefined) return OPERATIONS.get(kind.split(' ')[0]?.toLowerCase() ?? '') ?? '';
  if (read(attributes, 'tool_name') !== undefined) return 'execute_tool';
  const model = read(attributes, 'request_model') ?? read(attributes, 'response_model');
  return model === undefined ? '' : 'chat';
}

function providerOf(value: AttributeValue | undefined): string | undefined {
  const word = filledText(value)?.toLowerCase();
  if (word === undefined) return undefined;
  const head = word.split('.')[0] ?? word;
  const name = PROVIDERS.get(word) ?? (KNOWN_PROVIDERS.has(word) ? word : (PROVIDERS.get(head) ?? head));
  return name === '' ? undefined : name;
}

/** What the instrumentation says that the call cost; other currencies are not dollars. */
function costOf(attributes: Attributes): number | undefined {
  const currency = filledText(read(attributes, 'cost_currency'));
  if (currency !== undefined && currency.toUpperCase() !== 'USD') return undefined;
  const total = usdAmount(read(attributes, 'cost_usd'));
  if (total !== undefined) return total;
  const input = usdAmount(read(attributes, 'input_cost_usd'));
  const output = usdAmount(read(attributes, 'output_cost_usd'));
  return input === undefined || output === undefined ? undefined : input + output;
}
