import { Buffer } from 'node:buffer';
import type { RequestContext } from './record-writer.ts';
import { RowBuffer } from './row-buffer.ts';
import type { Rejection } from './transcode.ts';

/** Writes rejected records as RowBinary rows of `reject_rows`, in the order of `REJECT_COLUMNS`. */
export class RejectWriter {
  readonly rows: RowBuffer = new RowBuffer(1024);
  readonly #origin: number;
  /** Form of the raw bytes of the request at hand. */
  encoding: 'protobuf' | 'json' = 'protobuf';

  constructor(origin: number) {
    this.#origin = origin;
  }

  write(context: RequestContext, signal: number, rejection: Rejection, raw: Uint8Array): void {
    const rows = this.rows;
    rows.bigUint64(context.receivedAt);
    rows.uint16(this.#origin);
    rows.text(context.tenant);
    rows.uint8(signal);
    rows.ascii(this.encoding);
    rows.ascii(rejection.code);
    rows.text(rejection.reason);
    rows.string(raw, 0, Buffer.byteLength(raw));
  }
}
