import type { IncomingMessage } from 'node:http';
import type { Lease } from './byte-budget.ts';
import type { Pieces } from './pieces.ts';

/** What came over the wire, still compressed. */
export type WireBody =
  | { readonly kind: 'body'; readonly body: Pieces }
  | { readonly kind: 'too_large' }
  | { readonly kind: 'no_memory' }
  /** The client went away or stopped sending; there is nobody to answer. */
  | { readonly kind: 'aborted' };

/** Limits of one body on the wire. */
export interface WireLimits {
  /** Most bytes of the body as sent. */
  readonly bytes: number;
  /** Longest pause between two pieces, in milliseconds. A slow client passes, a stalled one frees its memory. */
  readonly idleMilliseconds: number;
}

/**
 * True when the headers alone tell that the body is over the limit. A Content-Length beside a Transfer-Encoding means nothing
 * (RFC 9112, 6.3), so that it is then not looked at; the true size is counted in `readWire` in any case.
 */
export function announcesTooMuch(request: IncomingMessage, limit: number): boolean {
  if (request.headers['transfer-encoding'] !== undefined) return false;
  return Number(request.headers['content-length'] ?? 0) > limit;
}

/** Reads the body and counts each piece as it arrives; stops reading as soon as a limit is passed. */
export function readWire(request: IncomingMessage, limits: WireLimits, lease: Lease): Promise<WireBody> {
  return new Promise((resolve) => {
    const pieces: Buffer[] = [];
    let size = 0;
    const idle = setTimeout(() => finish({ kind: 'aborted' }), limits.idleMilliseconds);
    const onData = (piece: Buffer): void => {
      idle.refresh();
      size += piece.length;
      if (size > limits.bytes) finish({ kind: 'too_large' });
      else if (!lease.take(piece.length)) finish({ kind: 'no_memory' });
      else pieces.push(piece);
    };
    const onEnd = (): void => finish({ kind: 'body', body: { pieces, size } });
    const onClose = (): void => finish({ kind: 'aborted' });
    const finish = (outcome: WireBody): void => {
      clearTimeout(idle);
      request.off('data', onData).off('end', onEnd).off('close', onClose).pause();
      resolve(outcome);
    };
    // An upload that breaks off emits `error` and then `close`; without a listener the first would end the process.
    request.on('error', ignoreBrokenUpload).on('data', onData).on('end', onEnd).on('close', onClose);
    if (request.destroyed) onClose();
  });
}

/**
 * For a request that is answered before it was read: takes the rest in without keeping it for a moment, since a client that is still
 * sending would otherwise meet a reset and never see the answer. Whoever sends longer than that is cut off.
 */
export function discardRest(request: IncomingMessage, milliseconds: number): void {
  if (request.complete || request.destroyed) return;
  request.on('error', ignoreBrokenUpload).resume();
  const cut = setTimeout(() => request.socket.destroy(), milliseconds).unref();
  request.once('close', () => clearTimeout(cut));
}

function ignoreBrokenUpload(): void {}
