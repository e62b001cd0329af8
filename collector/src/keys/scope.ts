/**
 * What a key may do, in the order of the documentation. No scope implies another: a key that lists runs and shows their content has
 * both `read` and `audit`.
 */
export const SCOPES: readonly ['ingest', 'read', 'audit', 'admin'] = ['ingest', 'read', 'audit', 'admin'];

/**
 * One thing that a key may do: `ingest` sends telemetry; `read` reads runs, steps and what is computed of them; `audit` reads content,
 * which stands behind digests, and the bytes of rejected records; `admin` reads how the collector is and changes its settings.
 */
export type Scope = (typeof SCOPES)[number];
