import { Buffer } from 'node:buffer';
import { TARGETS } from '@spanledger/semconv';
import { KIND, kindByte } from './kinds.ts';

/** Version of the canonical form that this code writes. A new field makes a new version and never changes an old leaf. */
export const CANON_VERSION = 1;

/** Bytes of the canonical header: version, cursor, origin, arrival. The content hash leaves them out. */
export const HEADER_BYTES = 19;

/** Fields of a record's canonical bytes, in order (docs/ledger-format.md). */
export const CANONICAL_COLUMNS = [
  'canon_version',
  'cursor',
  'origin',
  'received_at',
  'tenant',
  'signal',
  'trace_id',
  'span_id',
  'parent_span_id',
  'trace_state',
  'flags',
  'name',
  'kind',
  'start_time_unix_nano',
  'end_time_unix_nano',
  'status_code',
  'status_message',
  'body',
  'body_kind',
  'attributes',
  'attribute_kinds',
  'dropped_attributes_count',
  'events.time_unix_nano',
  'events.name',
  'events.attributes',
  'events.attribute_kinds',
  'events.dropped_attributes_count',
  'dropped_events_count',
  'links.trace_id',
  'links.span_id',
  'links.trace_state',
  'links.flags',
  'links.attributes',
  'links.attribute_kinds',
  'links.dropped_attributes_count',
  'dropped_links_count',
  'resource_attributes',
  'resource_attribute_kinds',
  'resource_dropped_attributes_count',
  'resource_schema_url',
  'scope_name',
  'scope_version',
  'scope_attributes',
  'scope_attribute_kinds',
  'scope_dropped_attributes_count',
  'scope_schema_url',
] as const;

/** Columns of a row as the transcoder writes it into `ingest`, in order. */
export const INGEST_COLUMNS: readonly string[] = [...CANONICAL_COLUMNS, ...TARGETS.map((target) => `t_${target}`)];

/** Columns of a row as the transcoder writes it into `ledger`, in order. */
export const LEDGER_COLUMNS: readonly string[] = ['origin', 'cursor', 'received_at', 'tenant', 'signal', 'canonical'];

/** Columns of a row as the transcoder writes it into `content`, in order. */
export const CONTENT_COLUMNS: readonly string[] = ['tenant', 'digest', 'kind', 'text', 'received_date'];

/** Columns of a row of `reject_rows`, in the order in which the transcoder writes them. */
export const REJECT_COLUMNS: readonly string[] = [
  'received_at',
  'origin',
  'tenant',
  'signal',
  'encoding',
  'reason_code',
  'reason',
  'raw',
];

/** Numbers of the signals in the column `signal`. */
export const SIGNAL_NUMBER = { traces: 1, logs: 2 } as const;

/** Body and body kind of a record that has none. */
export const NO_BODY: Buffer = Buffer.from([0, kindByte(KIND.empty)]);

/** Columns of a span's events, of its links: so many empty arrays where it has none. */
export const EVENT_COLUMNS = 5;
export const LINK_COLUMNS = 7;

/** Events, links and their dropped counts of a record that can't have any. */
export const NO_NESTED: Buffer = Buffer.alloc(EVENT_COLUMNS + 4 + LINK_COLUMNS + 4);
