import { AI_SDK_DIALECT } from './ai-sdk.ts';
import type { Dialect } from './dialect.ts';
import { LANGFUSE_DIALECT } from './langfuse.ts';
import { MASTRA_DIALECT } from './mastra.ts';
import { OPENINFERENCE_DIALECT } from './openinference.ts';
import { OPENLLMETRY_DIALECT } from './openllmetry.ts';
import { OPENTELEMETRY_DIALECT } from './opentelemetry.ts';
import { OTHER_DIALECTS } from './others.ts';
import { SPANLEDGER_DIALECT } from './spanledger.ts';

export type { Dialect, DialectRule, MessageRule, Target } from './dialect.ts';
export { TARGETS } from './dialect.ts';
export { OPERATION_NAMES, PROVIDER_HOSTS, PROVIDER_NAMES } from './names.ts';

/** Version of the whole table. Raised with every change of a rule, since derived rows depend on it. */
export const DIALECT_VERSION = 2;

/** All dialects in order of precedence. */
export const DIALECTS: readonly Dialect[] = [
  SPANLEDGER_DIALECT,
  OPENTELEMETRY_DIALECT,
  OPENINFERENCE_DIALECT,
  OPENLLMETRY_DIALECT,
  AI_SDK_DIALECT,
  LANGFUSE_DIALECT,
  MASTRA_DIALECT,
  OTHER_DIALECTS,
];
