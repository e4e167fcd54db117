import type { RecordSchema } from '@enlace/e2ee';
import { isJsonObject, parseHex, type JsonObject, type JsonValue } from '@enlace/kernel';
import { digestOf, readRequest, requestTexts, type MlaRequest } from '@enlace/mla';

/** A version that left the unit: what it was bound with stays here. */
export type LeftVersion = {
  readonly kind: 'shared' | 'frozen';
  /** Of a shared one: where it went. */
  readonly threadId?: string;
  readonly recordId?: string;
  /** 32 random bytes in base64url: without them a hash that the server keeps says nothing. */
  readonly salt: string;
  /** SHA-256 of what was shared, in hexadecimal. */
  readonly sha256?: string;
};

/** Whether it is the record of a draft, or of what was shared of one. */
export function isDraft(value: JsonObject): boolean {
  return value['request'] !== undefined;
}

/** The request in the record of a draft. */
export function requestIn(value: JsonObject): MlaRequest | null {
  const parsed = readRequest(value['request']);
  return parsed.kind === 'request' ? parsed.request : null;
}

export function leftIn(value: JsonObject): readonly LeftVersion[] {
  const { left = [] } = value;
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- the schema let nothing else into the record
  return left as unknown as readonly LeftVersion[];
}

/** Requests as records: `mla-request/1`. */
export const REQUEST_RECORD: RecordSchema = {
  version: 1,
  texts: new Set([...requestTexts()].map((place) => `/request${place}`)),
  accepts: (value) =>
    typeof value['requestId'] === 'string' && (isADraft(value) || isShared(value)),
  hash: (value) => parseHex(digestOf(value)),
};

const MEMBERS: ReadonlySet<string> = new Set(['requestId', 'request', 'left']);
/** What an update on the way to a whole draft has not yet. */
function isADraft(value: JsonObject): boolean {
  const { request, left = [] } = value;
  const isKnown = Object.keys(value).every((name) => MEMBERS.has(name));
  const isRequest = request === undefined || readRequest(request).kind === 'request';
  return isKnown && isRequest && Array.isArray(left) && left.every((one: JsonValue) => isLeft(one));
}

function isShared(value: JsonObject): boolean {
  return isJsonObject(value['projection']) && Object.keys(value).length === 2;
}

function isLeft(value: JsonValue): boolean {
  if (!isJsonObject(value)) return false;
  const { kind, salt, sha256, threadId, recordId, ...more } = value;
  const isText = (one: JsonValue | undefined): boolean =>
    one === undefined || (typeof one === 'string' && one.length <= 64);
  const isKind = kind === undefined || kind === 'shared' || kind === 'frozen';
  return (
    isKind && [salt, sha256, threadId, recordId].every(isText) && Object.keys(more).length === 0
  );
}
