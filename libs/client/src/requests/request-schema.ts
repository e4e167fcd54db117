import type { RecordSchema } from '@enlace/e2ee';
import { isJsonObject, parseHex, type JsonObject, type JsonValue } from '@enlace/kernel';
import {
  digestOf,
  readRequest,
  requestTexts,
  type MlaRequest,
  type SoundReport,
} from '@enlace/mla';

import { RecordAbsent } from '../records/thread-record.js';

const CHECKED = ['today', 'engine', 'catalogue', 'packsId', 'packsVersion', 'packsSha256'] as const;
const SAID_LIMIT = 500;

/** What a version was checked with before it was frozen: the same again gives the same report. */
export type CheckedWith = Readonly<Record<(typeof CHECKED)[number], string>>;

/** What a report says it was made with. */
export function checkedWith({ today, engine, packs }: SoundReport): CheckedWith {
  return {
    today,
    engine: engine.version,
    catalogue: engine.catalogue,
    packsId: packs.id,
    packsVersion: packs.version,
    packsSha256: packs.sha256,
  };
}

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
  /** Of a frozen one. */
  readonly checked?: CheckedWith;
};

/** The schema as the beginning of a record names it. */
export const REQUEST_SCHEMA = 'mla-request/1';

/** What was validated, with its types off. */
export function asJson(value: object): JsonObject {
  const json: JsonValue = JSON.parse(JSON.stringify(value));
  if (!isJsonObject(json)) throw new RangeError('an object stays one');
  return json;
}

/** Whether it is the record of a draft, or of what was shared of one. */
export function isDraft(value: JsonObject): boolean {
  return value['request'] !== undefined;
}

/** The request in the record of a draft. */
export function requestIn(value: JsonObject): MlaRequest | null {
  const parsed = readRequest(value['request']);
  return parsed.kind === 'request' ? parsed.request : null;
}

/** Versions of a draft that left the unit; what no version is made of yet is none. */
export function leftIn({ left }: JsonObject): readonly LeftVersion[] {
  return Array.isArray(left) ? left.flatMap((one: JsonValue) => readLeft(one)) : [];
}

function readLeft(value: JsonValue): readonly LeftVersion[] {
  const { kind, salt, threadId, recordId, sha256, checked } = isJsonObject(value) ? value : {};
  if ((kind !== 'shared' && kind !== 'frozen') || typeof salt !== 'string') return [];
  const version = {
    kind,
    salt,
    ...(typeof threadId === 'string' ? { threadId } : {}),
    ...(typeof recordId === 'string' ? { recordId } : {}),
    ...(typeof sha256 === 'string' ? { sha256 } : {}),
    ...readChecked(checked),
  } as const;
  return [version];
}

function readChecked(value: JsonValue | undefined): Pick<LeftVersion, 'checked'> {
  if (!isJsonObject(value)) return {};
  const { today, engine, catalogue, packsId, packsVersion, packsSha256 } = value;
  if (!isText(today) || !isText(engine) || !isText(catalogue)) return {};
  if (!isText(packsId) || !isText(packsVersion) || !isText(packsSha256)) return {};
  return { checked: { today, engine, catalogue, packsId, packsVersion, packsSha256 } };
}

const isText = (value: JsonValue | undefined): value is string => typeof value === 'string';

/** What the request is called by. Throws `record.absent` for a record that names none. */
export function requestIdIn({ requestId }: JsonObject): string {
  if (typeof requestId !== 'string') throw new RecordAbsent();
  return requestId;
}

/** The two States of what was shared; what is no State opens no thread. */
export function pairIn({ projection }: JsonObject): readonly string[] {
  const { requestingState, requestedState } = isJsonObject(projection) ? projection : {};
  return [requestingState, requestedState].map((one) => (typeof one === 'string' ? one : ''));
}

/** Requests as records. */
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
  const { kind, salt, sha256, threadId, recordId, checked, ...more } = value;
  const isShort = (one: JsonValue | undefined): boolean =>
    one === undefined || (typeof one === 'string' && one.length <= 64);
  const isKind = kind === undefined || kind === 'shared' || kind === 'frozen';
  const isSound = checked === undefined || isChecked(checked);
  const texts = [salt, sha256, threadId, recordId];
  return isKind && isSound && texts.every(isShort) && Object.keys(more).length === 0;
}

function isChecked(value: JsonValue): boolean {
  const known: readonly string[] = CHECKED;
  return (
    isJsonObject(value) &&
    Object.entries(value).every(
      ([name, said]) => known.includes(name) && isText(said) && said.length <= SAID_LIMIT,
    )
  );
}
