import { fromBinary, fromJson, type JsonValue } from '@bufbuild/protobuf';
import {
  type BadRequest,
  BadRequestSchema,
  type RetryInfo,
  RetryInfoSchema,
  type Status,
  StatusSchema,
} from './generated/google/rpc/status_pb.ts';
import {
  type ExportLogsServiceResponse,
  ExportLogsServiceResponseSchema,
} from './generated/opentelemetry/proto/collector/logs/v1/logs_service_pb.ts';
import {
  type ExportTraceServiceResponse,
  ExportTraceServiceResponseSchema,
} from './generated/opentelemetry/proto/collector/trace/v1/trace_service_pb.ts';

/** A body that came back, with its Content-Type. */
export interface Answer {
  readonly contentType: string | null;
  readonly body: Uint8Array;
}

/** Decodes an answer to `/v1/traces`; throws when it is not one. */
export function traceResponse(answer: Answer): ExportTraceServiceResponse {
  return isJson(answer)
    ? fromJson(ExportTraceServiceResponseSchema, jsonOf(answer))
    : fromBinary(ExportTraceServiceResponseSchema, answer.body);
}

/** Decodes an answer to `/v1/logs`; throws when it is not one. */
export function logsResponse(answer: Answer): ExportLogsServiceResponse {
  return isJson(answer)
    ? fromJson(ExportLogsServiceResponseSchema, jsonOf(answer))
    : fromBinary(ExportLogsServiceResponseSchema, answer.body);
}

/** The parts of a google.rpc.Status, its known details decoded. */
export interface DecodedStatus {
  readonly code: number;
  readonly message: string;
  readonly badRequest: BadRequest | undefined;
  readonly retryInfo: RetryInfo | undefined;
}

/** Decodes an error body. JSON details are taken by their `@type`. */
export function statusOf(answer: Answer): DecodedStatus {
  if (isJson(answer)) return jsonStatus(jsonOf(answer) as { [name: string]: JsonValue });
  const status: Status = fromBinary(StatusSchema, answer.body);
  const detail = (type: string) =>
    status.details.find((one) => one.typeUrl === `type.googleapis.com/google.rpc.${type}`)?.value;
  const badRequest = detail('BadRequest');
  const retryInfo = detail('RetryInfo');
  return {
    code: status.code,
    message: status.message,
    badRequest: badRequest && fromBinary(BadRequestSchema, badRequest),
    retryInfo: retryInfo && fromBinary(RetryInfoSchema, retryInfo),
  };
}

function jsonStatus(json: { [name: string]: JsonValue }): DecodedStatus {
  const details = (json['details'] ?? []) as { [name: string]: JsonValue }[];
  const detail = (type: string): JsonValue | undefined => {
    const found = details.find((one) => one['@type'] === `type.googleapis.com/google.rpc.${type}`);
    if (!found) return undefined;
    const { '@type': _, ...rest } = found;
    return rest;
  };
  const badRequest = detail('BadRequest');
  const retryInfo = detail('RetryInfo');
  return {
    code: Number(json['code'] ?? 0),
    message: String(json['message'] ?? ''),
    badRequest: badRequest === undefined ? undefined : fromJson(BadRequestSchema, badRequest),
    retryInfo: retryInfo === undefined ? undefined : fromJson(RetryInfoSchema, retryInfo),
  };
}

function isJson(answer: Answer): boolean {
  return answer.contentType?.startsWith('application/json') ?? false;
}

function jsonOf(answer: Answer): JsonValue {
  return JSON.parse(new TextDecoder().decode(answer.body));
}
