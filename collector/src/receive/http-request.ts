import type { IncomingMessage } from 'node:http';
import { type Accepted, admit, overloaded, type Stop, stop, submit } from './admit.ts';
import { announcesTooMuch, readWire } from './body.ts';
import type { Lease } from './byte-budget.ts';
import { type ContentType, parseContentType } from './content-type.ts';
import type { ReceiveContext } from './context.ts';
import { decompress, KNOWN_CODINGS, parseContentEncoding } from './decompress.ts';
import {
  badRequest,
  methodNotAllowed,
  tooLarge,
  unservedSignal,
  unsupportedContentEncoding,
  unsupportedMediaType,
} from './failure.ts';
import type { Signal } from './ingest.ts';
import type { OtlpTarget } from './otlp-paths.ts';
import { type Pieces, readWhole } from './pieces.ts';

/** How a request ended; `aborted` when there is nobody left to answer. */
export type Handled =
  | { readonly kind: 'accepted'; readonly signal: Signal; readonly accepted: Accepted; readonly bytes: number }
  | { readonly kind: 'aborted' }
  | Stop;

/** A body that is whole and decompressed. */
type Body = { readonly kind: 'body'; readonly body: Pieces } | Exclude<Handled, { kind: 'accepted' }>;

/**
 * Takes one OTLP/HTTP request as far as it goes. All that the headers tell is decided first, so that a refused body is never read.
 * @param sendContinue answers `Expect: 100-continue`; called once the headers are fine
 */
export async function handleOtlpRequest(
  context: ReceiveContext,
  request: IncomingMessage,
  target: OtlpTarget,
  lease: Lease,
  sendContinue: () => void,
): Promise<Handled> {
  const { method = '', headers, url = '' } = request;
  if (method !== 'POST') return stop(methodNotAllowed(method, url.split('?', 1)[0] ?? ''));
  const tenant = await admit(context, headers);
  if (tenant.kind === 'stop') return tenant;
  if (target.kind === 'unserved') return stop(unservedSignal(target.name));
  const contentType = parseContentType(headers['content-type']);
  if (contentType === undefined) return stop(unsupportedMediaType(headers['content-type']));
  const read = await readBody(context, request, lease, sendContinue);
  if (read.kind !== 'body') return read;
  return submitBody(context, target.signal, contentType, read.body, tenant.value);
}

async function readBody(
  context: ReceiveContext,
  request: IncomingMessage,
  lease: Lease,
  sendContinue: () => void,
): Promise<Body> {
  const limit = context.limits.bodyBytes;
  const header = request.headers['content-encoding'];
  const coding = parseContentEncoding(header);
  if (coding === undefined) return stop(unsupportedContentEncoding(header ?? '', KNOWN_CODINGS));
  if (announcesTooMuch(request, limit)) return stop(tooLarge(overLimit(limit, 'as sent')));
  sendContinue();
  const wire = await readWire(
    request,
    { bytes: limit, idleMilliseconds: context.limits.uploadIdleMilliseconds },
    lease,
  );
  if (wire.kind === 'aborted') return wire;
  if (wire.kind === 'too_large') return stop(tooLarge(overLimit(limit, 'as sent')));
  if (wire.kind === 'no_memory') return stop(overloaded());
  const plain = await decompress(wire.body, coding, limit, lease);
  switch (plain.kind) {
    case 'body':
      if (plain.body !== wire.body) lease.give(wire.body.size);
      return plain;
    case 'corrupt':
      return stop(badRequest('BODY_CORRUPT', `the body is not valid ${coding}: ${plain.message}`));
    case 'too_large':
      return stop(tooLarge(overLimit(limit, 'after decompression')));
    case 'no_memory':
      return stop(overloaded());
  }
}

async function submitBody(
  context: ReceiveContext,
  signal: Signal,
  contentType: ContentType,
  body: Pieces,
  tenant: string,
): Promise<Handled> {
  const bytes = body.size;
  const stored = await readWhole(body, (whole) => submit(context, signal, contentType.encoding, whole, tenant));
  return stored.kind === 'go' ? { kind: 'accepted', signal, accepted: stored.value, bytes } : stored;
}

function overLimit(limit: number, where: string): string {
  return `the body is over ${limit} bytes ${where}; send smaller batches, or raise the limit of the collector`;
}
