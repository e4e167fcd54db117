import {
  AUDIT_EVENT_FIELDS,
  type AuditEvent,
  type AuditWhy,
  type FieldKind,
  type RecordableType,
} from '@enlace/contracts';
import {
  canonicalJson,
  formatInstant,
  toBase64Url,
  utf8,
  UnencodableValue,
  type DeviceId,
  type EventId,
  type JsonObject,
  type JsonValue,
  type PersonId,
} from '@enlace/kernel';
import { SECTION_LIMIT_BYTES, type SectionName } from '@enlace/tlog';

import type { ActContext } from '../access/act.js';
import type { SessionContext } from '../database/database.js';
import { EventMalformed } from './audit.errors.js';
import { nodeTlogCrypto } from './node-tlog-crypto.js';

/** Version of the section `what`; raised with the fields of a type. */
const EVENT_VERSION = 1;

/** Somebody whose signature was verified while no session stood behind the request: a claim, a sign-in. */
export interface Signer {
  readonly personId: PersonId;
  readonly state: string;
  readonly deviceId?: DeviceId;
}

/** What a device signed, in whose words an event is. */
export interface ClientStatement {
  /** The whole section `attest`: the statement and its signature. */
  readonly attest: JsonObject;
  readonly receivedAtMs: number;
}

/** What is recorded besides the event itself. */
export interface Circumstances {
  readonly act: ActContext;
  readonly session: SessionContext | null;
  readonly signer: Signer | null;
  readonly actorAlias: string | null;
  readonly node: string;
  /** Of the act's first event; the proof stands in that one alone. */
  readonly primary: EventId | null;
  /** `null`: the server says what it saw itself. */
  readonly stated: ClientStatement | null;
}

export type SectionBytes = Readonly<Record<SectionName, Uint8Array<ArrayBuffer>>>;

/**
 * The bytes of the five sections, made once. Throws `event.malformed`: a field the type does not have, a wrong or
 * missing one, a value outside the domain of RFC 8785 as we use it, a section above 4,096 bytes.
 */
export function encodeSections<Type extends RecordableType>(
  event: AuditEvent<Type>,
  around: Circumstances,
): SectionBytes {
  return {
    what: encodeSection('what', whatOf(event, around)),
    who: encodeSection('who', whoOf(around)),
    where: encodeSection('where', { ...around.act.where }),
    why: encodeSection('why', whyOf({ ...around.act.why, ...event.why })),
    attest: encodeSection('attest', attestOf(around)),
  };
}

function attestOf({ stated, primary, act }: Circumstances): JsonObject {
  return stated?.attest ?? (primary === null ? act.attest : { ofEvent: primary });
}

/** The sections of what the server does by itself: no person, no place, nothing signed. */
export function encodeSystemSections<Type extends RecordableType>(
  event: AuditEvent<Type>,
  { node, correlationId }: { readonly node: string; readonly correlationId: string },
): SectionBytes {
  return {
    what: encodeSection('what', { ...commonOf(event, 'server'), node, correlationId }),
    who: encodeSection('who', { actor: 'system', node }),
    where: encodeSection('where', {}),
    why: encodeSection('why', whyOf(event.why ?? {})),
    attest: encodeSection('attest', {}),
  };
}

/** SHA-256 of the session row key: tells sessions apart and opens none. */
export function sessionRef(sidHash: Uint8Array): string {
  return toBase64Url(nodeTlogCrypto.sha256(sidHash));
}

function whatOf(event: AuditEvent, around: Circumstances): JsonObject {
  const { session, signer, actorAlias, act, node, stated } = around;
  return {
    ...commonOf(event, stated === null ? 'server' : 'client'),
    ...present({
      receivedAt: stated === null ? undefined : formatInstant(stated.receivedAtMs),
      actorState: session?.state ?? signer?.state,
      actorRole: session?.roles[0],
      actorAlias: actorAlias ?? undefined,
    }),
    correlationId: act.correlationId,
    node,
  };
}

function commonOf(event: AuditEvent, observedBy: 'server' | 'client'): JsonObject {
  const { object, caseId, threadId, requestId, reasonCode, ruleId } = event;
  assertStates(event.states);
  return {
    ...checkFields(event.type, event.fields),
    v: EVENT_VERSION,
    type: event.type,
    outcome: event.outcome,
    observedBy,
    objectType: object.type,
    objectId: object.id,
    states: event.states,
    ...present({ ownerState: object.ownerState, caseId, threadId, requestId, reasonCode, ruleId }),
  };
}

function whoOf({ session, signer, act }: Circumstances): JsonObject {
  if (session === null) {
    return {
      ...present({
        actorId: signer?.personId,
        actorState: signer?.state,
        authorityId: signer?.state,
        deviceId: signer?.deviceId,
      }),
      via: act.via,
    };
  }
  return {
    actorId: session.personId,
    actorRoles: session.roles,
    officeId: session.officeId,
    authorityId: session.state,
    actorState: session.state,
    deviceId: session.deviceId,
    ...present({ sessionRef: act.sidHash === null ? undefined : sessionRef(act.sidHash) }),
    via: act.via,
  };
}

function whyOf(why: AuditWhy): JsonObject {
  const { approvals, purpose, declarationId, justificationHash, legalBasis, reasonText } = why;
  if (reasonText !== undefined && reasonText.length > REASON_LIMIT_CHARACTERS) {
    throw new EventMalformed('a reason is above 500 characters');
  }
  return present({
    approvals,
    purpose,
    declarationId,
    justificationHash,
    legalBasis,
    reasonText,
  });
}

/** An administrative reason is a sentence, not a document. */
const REASON_LIMIT_CHARACTERS = 500;

/** Members that are there; an absent one is no member, not a null. */
function present(members: Readonly<Record<string, JsonValue | undefined>>): JsonObject {
  const entries = Object.entries(members).flatMap(([name, value]) =>
    value === undefined ? [] : [[name, value] as const],
  );
  return Object.fromEntries(entries);
}

function assertStates(states: readonly string[]): void {
  if (states.some((state, at) => at > 0 && state <= (states[at - 1] ?? ''))) {
    throw new EventMalformed('the States of an event are sorted and unique');
  }
}

function checkFields(type: RecordableType, fields: object): JsonObject {
  const rules = new Map<string, string>(Object.entries(AUDIT_EVENT_FIELDS[type]));
  const checked: Record<string, JsonValue> = {};
  for (const [name, value] of Object.entries(fields)) {
    const rule = rules.get(name);
    if (value === undefined) continue;
    if (rule === undefined) throw new EventMalformed(`${type} has no field ${name}`);
    checked[name] = checkField(`${type}: ${name}`, rule.replace('?', ''), value);
  }
  for (const [name, rule] of rules) {
    if (!rule.endsWith('?') && checked[name] === undefined) {
      throw new EventMalformed(`${type} lacks the field ${name}`);
    }
  }
  return checked;
}

const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[1-8][0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/;
const INSTANT = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}\.\d{3}Z$/;
const RANGE = /^\d{1,16}(?:-\d{1,16})?$/;
const DIGEST = /^[A-Za-z0-9_-]{16,128}$/;

const isText = (value: unknown): value is string => typeof value === 'string';
const isCount = (value: unknown): value is number => Number.isSafeInteger(value);
const matches = (form: RegExp) => (value: unknown) => isText(value) && form.test(value);
const listOf = (one: (value: unknown) => boolean) => (value: unknown) =>
  Array.isArray(value) && value.every(one);

const KINDS: Readonly<Record<FieldKind, (value: unknown) => boolean>> = {
  text: isText,
  id: matches(UUID),
  hash: matches(DIGEST),
  instant: matches(INSTANT),
  count: isCount,
  flag: (value) => typeof value === 'boolean',
  texts: listOf(isText),
  ids: listOf(matches(UUID)),
  counts: listOf(isCount),
  ranges: listOf(matches(RANGE)),
};

function checkField(place: string, rule: string, value: JsonValue): JsonValue {
  const isOfKind = new Map<string, (value: unknown) => boolean>(Object.entries(KINDS)).get(rule);
  if (isOfKind?.(value) !== true) throw new EventMalformed(`${place} is not of kind ${rule}`);
  return value;
}

function encodeSection(name: SectionName, section: JsonObject): Uint8Array<ArrayBuffer> {
  if (!Object.values(section).every(isFlat)) {
    throw new EventMalformed(`the section ${name} is not flat, or has U+0000`);
  }
  const bytes = utf8(encodeJson(name, section));
  if (bytes.length > SECTION_LIMIT_BYTES) {
    throw new EventMalformed(`the section ${name} is above its limit`);
  }
  return bytes;
}

function encodeJson(name: SectionName, section: JsonObject): string {
  try {
    return canonicalJson(section);
  } catch (cause) {
    if (!(cause instanceof UnencodableValue)) throw cause;
    throw new EventMalformed(`the section ${name} cannot be encoded`, { cause });
  }
}

function isFlat(value: JsonValue): boolean {
  const values = Array.isArray(value) ? value : [value];
  return values.every(
    (one) => (typeof one !== 'object' || one === null) && !String(one).includes('\0'),
  );
}
