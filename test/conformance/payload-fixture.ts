import type { Collector } from '../collector-fixture.ts';
import { logsResponse, traceResponse } from '../otlp/answers.ts';
import { type OtlpRequest, toBinary, toOtlpJsonText } from '../otlp/bodies.ts';
import { type HttpAnswer, JSON_TYPE, PROTOBUF, post } from './receive-fixture.ts';

/** How a body is written; for `test.each`. */
export const ENCODINGS = ['protobuf', 'json'] as const;

/** What the collector said to a request. */
export interface Said {
  readonly status: number;
  /** Count of the partial success; 0 when it is unset. */
  readonly rejected: number;
  /** Message of the partial success; '' when it is unset. */
  readonly message: string;
  readonly answer: HttpAnswer;
}

/** Sends a request to the path of its signal and waits until its rows can be read. */
export async function send(
  collector: Collector,
  request: OtlpRequest,
  encoding: (typeof ENCODINGS)[number] = 'protobuf',
): Promise<Said> {
  const signal = request.$typeName.endsWith('TraceServiceRequest') ? 'traces' : 'logs';
  const body = encoding === 'json' ? toOtlpJsonText(request) : toBinary(request);
  return sendRaw(collector, signal, body, encoding);
}

/** Sends text or bytes as they are. */
export async function sendRaw(
  collector: Collector,
  signal: 'traces' | 'logs',
  body: string | Uint8Array<ArrayBuffer>,
  encoding: (typeof ENCODINGS)[number],
): Promise<Said> {
  const answer = await post(`${collector.url}/v1/${signal}`, body, encoding === 'json' ? JSON_TYPE : PROTOBUF);
  if (answer.status !== 200) return { status: answer.status, rejected: 0, message: '', answer };
  await collector.settled();
  const traces = signal === 'traces' ? traceResponse(answer).partialSuccess : undefined;
  const logs = signal === 'logs' ? logsResponse(answer).partialSuccess : undefined;
  const rejected = Number(traces?.rejectedSpans ?? logs?.rejectedLogRecords ?? 0n);
  return { status: 200, rejected, message: (traces ?? logs)?.errorMessage ?? '', answer };
}

/** The stored spans of a trace in the order of their start; 64-bit numbers as strings. */
export function spansOf<T>(collector: Collector, traceId: string, columns: string): Promise<T[]> {
  const sql = `SELECT ${columns} FROM spans WHERE trace_id = {trace:String} ORDER BY start_time_unix_nano, span_id`;
  return collector.query<T>(sql, { trace: traceId });
}

/** The codes under which records of a trace were rejected, with how many there are. `needle` is searched in the kept bytes. */
export function rejectsWith(collector: Collector, needle: string): Promise<{ reason_code: string; signal: string }[]> {
  const sql =
    'SELECT reason_code, toString(signal) AS signal FROM reject_rows WHERE position(raw, {needle:String}) > 0 ORDER BY 1';
  return collector.query(sql, { needle });
}
