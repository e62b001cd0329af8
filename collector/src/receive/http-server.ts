import { createServer, type IncomingMessage, type RequestListener, type Server, type ServerResponse } from 'node:http';
import { internalFault } from './admit.ts';
import { parseContentType } from './content-type.ts';
import type { ReceiveContext } from './context.ts';
import { corsHeaders, isPreflight, preflightHeaders } from './cors.ts';
import { isAllowedHost } from './host-check.ts';
import { send, sendAccepted, sendFailure } from './http-answer.ts';
import { type Handled, handleOtlpRequest } from './http-request.ts';
import { type OtlpTarget, otlpTarget } from './otlp-paths.ts';

const HOST_NOT_ALLOWED = 'HOST_NOT_ALLOWED';

// Slow-loris: headers must come within 15 s, a whole request within 10 minutes, which lets 64 MiB through at 0.9 Mbit/s.
const HEADERS_TIMEOUT = 15_000;
const REQUEST_TIMEOUT = 600_000;
// Exporters send every 5 s, which is also Node's default: connections would be closed just as they are used again.
const KEEP_ALIVE_TIMEOUT = 75_000;

/** The server of port 4318, not yet listening: OTLP paths go to the receiver, all others to the API. */
export function createHttpServer(context: ReceiveContext, api: RequestListener): Server {
  const server = createServer({
    headersTimeout: HEADERS_TIMEOUT,
    requestTimeout: REQUEST_TIMEOUT,
    keepAliveTimeout: KEEP_ALIVE_TIMEOUT,
  });
  server.on('request', (request: IncomingMessage, response: ServerResponse) => {
    closeOnceStopping(context, request, response);
    if (!isAllowedHost(request.headers.host, context.allowedHosts)) return refuseHost(request, response);
    const target = otlpTarget(request.url);
    if (target === undefined) return api(request, response);
    void receive(context, request, response, target, () => undefined);
  });
  server.on('checkContinue', (request: IncomingMessage, response: ServerResponse) => {
    closeOnceStopping(context, request, response);
    if (!isAllowedHost(request.headers.host, context.allowedHosts)) return refuseHost(request, response);
    const target = otlpTarget(request.url);
    if (target !== undefined) return void receive(context, request, response, target, () => response.writeContinue());
    response.writeContinue();
    api(request, response);
  });
  return server;
}

function refuseHost(request: IncomingMessage, response: ServerResponse): void {
  const message = `${HOST_NOT_ALLOWED}: this collector is not known as ${request.headers.host}; name it with --allowed-hosts if it is`;
  response.writeHead(421, { 'content-type': 'application/json', connection: 'close' });
  response.end(JSON.stringify({ code: 7, message }));
}

// server.close() ends the connections that are idle at that moment; the others would stay for the whole keep-alive time.
function closeOnceStopping(context: ReceiveContext, request: IncomingMessage, response: ServerResponse): void {
  response.once('close', () => {
    if (context.isStopping()) request.socket.end();
  });
}

async function receive(
  context: ReceiveContext,
  request: IncomingMessage,
  response: ServerResponse,
  target: OtlpTarget,
  sendContinue: () => void,
): Promise<void> {
  const cors = corsHeaders(request.headers, context.allowedOrigins);
  if (cors['access-control-allow-origin'] !== undefined && isPreflight(request.method, request.headers)) {
    return send(response, 204, new Uint8Array(), { ...cors, ...preflightHeaders(request.headers) });
  }
  const lease = context.budget.lease();
  try {
    const handled = await handleOtlpRequest(context, request, target, lease, sendContinue);
    answer(context, request, response, target, handled, cors);
  } catch (thrown) {
    const handled: Handled = { kind: 'stop', failure: internalFault(context, thrown) };
    answer(context, request, response, target, handled, cors);
  } finally {
    lease.end();
  }
}

function answer(
  context: ReceiveContext,
  request: IncomingMessage,
  response: ServerResponse,
  target: OtlpTarget,
  handled: Handled,
  cors: Record<string, string>,
): void {
  if (handled.kind === 'aborted') {
    request.socket.destroy();
    return;
  }
  const contentType = parseContentType(request.headers['content-type']);
  if (handled.kind === 'accepted' && contentType !== undefined) sendAccepted(response, contentType, handled, cors);
  if (handled.kind === 'stop') sendFailure(request, response, contentType, handled.failure, cors);
  context.onRequest({
    signal: target.kind === 'served' ? target.signal : 'other',
    transport: 'http',
    encoding: contentType?.encoding ?? 'unknown',
    statusCode: handled.kind === 'accepted' ? 200 : handled.failure.httpStatus,
    bytes: handled.kind === 'accepted' ? handled.bytes : 0,
  });
}
