import type { Encoding } from './ingest.ts';

/** The form of a body, and the media type that answers repeat (OTLP/HTTP Response: same Content-Type out as in). */
export interface ContentType {
  readonly encoding: Encoding;
  readonly mediaType: string;
}

/** For answers to requests that named no type known here. */
export const FALLBACK_CONTENT_TYPE: ContentType = { encoding: 'json', mediaType: 'application/json' };

/** What may be sent, for the `Accept` header of a 415. */
export const ACCEPTED_MEDIA_TYPES = 'application/x-protobuf, application/protobuf, application/json';

const ENCODINGS: ReadonlyMap<string, Encoding> = new Map([
  ['application/x-protobuf', 'protobuf'],
  ['application/protobuf', 'protobuf'],
  ['application/json', 'json'],
]);

/** Reads a Content-Type header; parameters such as `charset` are ignored. Gives `undefined` for any other type and for none. */
export function parseContentType(header: string | undefined): ContentType | undefined {
  const mediaType = (header ?? '').split(';', 1)[0]?.trim().toLowerCase() ?? '';
  const encoding = ENCODINGS.get(mediaType);
  return encoding && { encoding, mediaType };
}
