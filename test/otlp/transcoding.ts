import { contentDigest } from '../../collector/src/otlp/content-digest.ts';
import { CursorClock } from '../../collector/src/otlp/cursor-clock.ts';
import type { Transcoded } from '../../collector/src/otlp/transcode.ts';
import { type Encoding, type Rows, type Signal, Transcoder } from '../../collector/src/otlp/transcoder.ts';
import { type OtlpRequest, toBinary, toOtlpJsonText } from './bodies.ts';
import { columnsOf, type IngestRow, readRows } from './ingest-rows.ts';

/** Tenant and master key of the transcoders made here. */
export const TENANT = 'test';
export const MASTER_KEY: Buffer = Buffer.alloc(32, 7);
/** Arrival of every request, nanoseconds. */
export const RECEIVED_AT = 1_768_219_260_000_000_000n;

const REJECTS = columnsOf('003_reject_rows.sql').map((column) =>
  column.name === 'received_at' ? { ...column, type: 'UInt64' } : column,
);

/** A rejected record as it stands in `reject_rows`. */
export interface Rejected {
  readonly code: string;
  readonly reason: string;
  readonly raw: Buffer;
  readonly encoding: string;
  readonly signal: number;
}

const CONTENT = columnsOf('002_content.sql').map((column) =>
  column.name === 'tenant' ? { ...column, type: 'String' } : column,
);

/** A content value as it stands in `content`. */
export interface Content {
  /** Lower-case hex. */
  readonly digest: string;
  readonly kind: string;
  readonly text: string;
}

/** A transcoder alone, without an engine. */
export interface Transcoding {
  readonly rows: Rows;
  /** Transcodes a body and leaves its rows. Throws as the transcoder does. */
  take(signal: Signal, encoding: Encoding, body: Uint8Array | string): Transcoded;
  /** Transcodes a message. */
  send(request: OtlpRequest, encoding?: Encoding): Transcoded;
  /** Bytes of the rows so far. */
  bytes(): Buffer;
  /** The rows so far, taken apart. */
  read(): IngestRow[];
  rejected(): Rejected[];
  /** Content that goes beside the ledger, in the order of its records. */
  content(): Content[];
  /** Forgets the rows. */
  clear(): void;
}

/** Makes a transcoder; most bytes of rows a request: 256 MiB unless told otherwise. */
export function transcoding(rowBytes: number = 256 << 20): Transcoding {
  const transcoder = new Transcoder(4096, contentDigest(MASTER_KEY), new CursorClock(3, 0n), { rowBytes });
  const { rows } = transcoder;
  const bytes = (): Buffer => Buffer.from(rows.ingest.bytes.subarray(0, rows.ingest.length));
  const take: Transcoding['take'] = (signal, encoding, body) => {
    const bytesOfBody = Buffer.from(body as string);
    try {
      return transcoder.transcode(signal, encoding, bytesOfBody, { tenant: TENANT, receivedAt: RECEIVED_AT });
    } finally {
      // Whoever received a body frees it right away: nothing of it may be needed later.
      bytesOfBody.fill(0xff);
    }
  };
  return {
    rows,
    take,
    send: (request, encoding = 'protobuf') =>
      take(signalOf(request), encoding, encoding === 'json' ? toOtlpJsonText(request) : toBinary(request)),
    bytes,
    read: () => readRows(bytes()),
    rejected: () => readRows(Buffer.from(rows.rejects.bytes.subarray(0, rows.rejects.length)), REJECTS).map(toRejected),
    content: () => readRows(Buffer.from(rows.content.bytes.subarray(0, rows.content.length)), CONTENT).map(toContent),
    clear: () => {
      for (const buffer of [rows.ledger, rows.content, rows.ingest, rows.rejects]) buffer.length = 0;
    },
  };
}

/** The signal of a message. */
export function signalOf(request: OtlpRequest): Signal {
  return request.$typeName.endsWith('TraceServiceRequest') ? 'traces' : 'logs';
}

function toRejected({ cells }: IngestRow): Rejected {
  return {
    code: String(cells['reason_code']),
    reason: String(cells['reason']),
    raw: cells['raw'] as Buffer,
    encoding: String(cells['encoding']),
    signal: cells['signal'] as number,
  };
}

function toContent({ cells }: IngestRow): Content {
  const digest = (cells['digest'] as Buffer).toString('hex');
  return { digest, kind: String(cells['kind']), text: String(cells['text']) };
}
