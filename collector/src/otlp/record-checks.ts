import type { Rejection } from './transcode.ts';

const TRACE_ID_BYTES = 16;
const SPAN_ID_BYTES = 8;

/** Says why the ids of a span can't be accepted, undefined where they can. Lengths in bytes; `zero` where all bytes are 0. */
export function spanIdFault(
  traceIdBytes: number,
  traceIdZero: boolean,
  spanIdBytes: number,
  spanIdZero: boolean,
  parentIdBytes: number,
): Rejection | undefined {
  if (traceIdBytes !== TRACE_ID_BYTES) return lengthFault('trace_id', traceIdBytes, TRACE_ID_BYTES);
  if (traceIdZero) return { code: 'INVALID_TRACE_ID', reason: 'trace_id is all zero' };
  if (spanIdBytes !== SPAN_ID_BYTES) return lengthFault('span_id', spanIdBytes, SPAN_ID_BYTES);
  if (spanIdZero) return { code: 'INVALID_SPAN_ID', reason: 'span_id is all zero' };
  if (parentIdBytes !== 0 && parentIdBytes !== SPAN_ID_BYTES) {
    return lengthFault('parent_span_id', parentIdBytes, SPAN_ID_BYTES);
  }
  return undefined;
}

function lengthFault(field: string, found: number, expected: number): Rejection {
  return { code: `INVALID_${field.toUpperCase()}`, reason: `${field} has ${found} bytes, must have ${expected}` };
}
