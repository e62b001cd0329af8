import type { Dialect } from './dialect.ts';
import { OPENTELEMETRY_DIALECT } from './opentelemetry.ts';
import { SPANLEDGER_DIALECT } from './spanledger.ts';

export type { Dialect, DialectRule, Target } from './dialect.ts';
export { TARGETS } from './dialect.ts';

/** Version of the whole table. Raised with every change of a rule, since derived rows depend on it. */
export const DIALECT_VERSION = 1;

/** All dialects in order of precedence. */
export const DIALECTS: readonly Dialect[] = [SPANLEDGER_DIALECT, OPENTELEMETRY_DIALECT];
