import type { ContentDigest } from './content-digest.ts';
import type { CursorClock } from './cursor-clock.ts';
import { walkJsonBody } from './json-envelope.ts';
import { LOG_ENVELOPE, walkJsonLog } from './json-logs.ts';
import { ScannedAttributes } from './json-scanned-attributes.ts';
import { ScannedBodyWalker } from './json-scanned-body.ts';
import { ScannedLog } from './json-scanned-logs.ts';
import { ScannedSpan } from './json-scanned-spans.ts';
import { SPAN_ENVELOPE, walkJsonSpan } from './json-spans.ts';
import { AttributeList } from './protobuf-attributes.ts';
import { EnvelopeWalker } from './protobuf-envelope.ts';
import { LogWalker } from './protobuf-logs.ts';
import { SpanWalker } from './protobuf-spans.ts';
import { RecordWriter, type RequestContext } from './record-writer.ts';
import { RejectWriter } from './reject-writer.ts';
import { RowBuffer } from './row-buffer.ts';
import { type Transcoded, type TranscodeLimits, TranscodeSession } from './transcode.ts';

/** What a request carries. */
export type Signal = 'traces' | 'logs';
/** The form in which it carries it. */
export type Encoding = 'protobuf' | 'json';

/** Rows that are ready to insert. */
export interface Rows {
  /** What was said: rows of the ledger. */
  readonly ledger: RowBuffer;
  /** Personal content that the ledger holds by digest only. */
  readonly content: RowBuffer;
  /** The same records for the derived tables. */
  readonly ingest: RowBuffer;
  readonly rejects: RowBuffer;
}

const attributes = new AttributeList();
const envelopes = new EnvelopeWalker(attributes);
const spans = new SpanWalker(attributes);
const logs = new LogWalker(attributes);
const scannedAttributes = new ScannedAttributes();
const scannedSpans = new ScannedBodyWalker(
  SPAN_ENVELOPE,
  walkJsonSpan,
  new ScannedSpan(scannedAttributes),
  scannedAttributes,
);
const scannedLogs = new ScannedBodyWalker(
  LOG_ENVELOPE,
  walkJsonLog,
  new ScannedLog(scannedAttributes),
  scannedAttributes,
);

/**
 * Turns OTLP bodies into rows, one walk a body: it appends to `rows` and holds nothing else. A request that fails as a whole leaves
 * `rows` as they were.
 */
export class Transcoder {
  readonly rows: Rows;
  readonly #writer: RecordWriter;
  readonly #rejects: RejectWriter;
  readonly #limits: TranscodeLimits;

  constructor(capacity: number, digest: ContentDigest, clock: CursorClock, limits: TranscodeLimits) {
    this.#rejects = new RejectWriter(clock.origin);
    this.rows = {
      ledger: new RowBuffer(capacity),
      content: new RowBuffer(1024),
      ingest: new RowBuffer(capacity),
      rejects: this.#rejects.rows,
    };
    this.#writer = new RecordWriter(this.rows, digest, clock);
    this.#limits = limits;
  }

  /** @throws InputError where the request as a whole can't be accepted */
  transcode(signal: Signal, encoding: Encoding, body: Uint8Array, context: RequestContext): Transcoded {
    const buffers = [this.rows.ledger, this.rows.content, this.rows.ingest, this.rows.rejects];
    const before = buffers.map((buffer) => buffer.length);
    this.#rejects.encoding = encoding;
    const forget = (): void => {
      this.#writer.endShared();
      for (const [index, buffer] of buffers.entries()) buffer.length = before[index] ?? 0;
    };
    let session = new TranscodeSession(this.#writer, this.#rejects, context, this.#limits);
    try {
      if (encoding === 'protobuf') {
        walkProtobuf(signal, body, session);
      } else if (!scanJson(signal, body, session)) {
        forget();
        session = new TranscodeSession(this.#writer, this.#rejects, context, this.#limits);
        walkJson(signal, body, session);
      }
    } catch (thrown) {
      forget();
      throw thrown;
    }
    return session.result;
  }
}

/** Walks a body of JSON from its bytes; gives false where it must be parsed as a whole. */
function scanJson(signal: Signal, body: Uint8Array, session: TranscodeSession): boolean {
  return (signal === 'traces' ? scannedSpans : scannedLogs).walk(body, session);
}

function walkJson(signal: Signal, body: Uint8Array, session: TranscodeSession): void {
  if (signal === 'traces') walkJsonBody(body, SPAN_ENVELOPE, session, walkJsonSpan);
  else walkJsonBody(body, LOG_ENVELOPE, session, walkJsonLog);
}

function walkProtobuf(signal: Signal, body: Uint8Array, session: TranscodeSession): void {
  const walker = signal === 'traces' ? spans : logs;
  walker.beginRequest();
  envelopes.walk(body, session, walker);
  walker.endRequest(session);
}
