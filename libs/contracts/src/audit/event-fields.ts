import type { AuditEventType } from './event-types.js';
import { WORK_EVENT_FIELDS } from './work-event-fields.js';

/**
 * What one field of an event may hold. `?` after it: the field may be absent. `hash` is any digest in its text
 * form; `ranges` are `n` or `n-m`, ascending.
 */
interface FieldValues {
  readonly text: string;
  readonly id: string;
  readonly hash: string;
  readonly instant: string;
  readonly count: number;
  readonly flag: boolean;
  readonly texts: readonly string[];
  readonly ids: readonly string[];
  readonly counts: readonly number[];
  readonly ranges: readonly string[];
}
export type FieldKind = keyof FieldValues;
export type FieldRule = FieldKind | `${FieldKind}?`;

const STATEMENT = { statementHash: 'hash' } as const;
const KEY_CHANGE = { statementHash: 'hash', oldKey: 'text?', newKey: 'text?' } as const;
const PERSON_STEP = {
  role: 'text?',
  before: 'texts?',
  after: 'texts?',
  approvals: 'ids?',
  statementHash: 'hash?',
} as const;
const DEVICE = {
  fingerprint: 'hash',
  platform: 'text',
  cause: 'text?',
  statementHash: 'hash?',
} as const;
const PASSKEY = { credentialRef: 'hash', aaguid: 'text' } as const;
/** An approval brings the proposed contact into the log with it. */
const CONTACT = { officeId: 'id', statementHash: 'hash?', proposalHash: 'hash?' } as const;
/** What the law of a State is, or what it says of a rule: the path is of the packs, never of a case. */
const CONFIRMATION = { path: 'text', statementHash: 'hash' } as const;
const SESSION_END = { cause: 'text' } as const;
const SOCKET = { socketRef: 'id', cause: 'text?' } as const;
const RELEASE = { releaseId: 'text', manifestHash: 'hash' } as const;
/** How far the log had been signed that is in the backup. */
const BACKUP = { checkpointSize: 'count', checkpointRoot: 'hash' } as const;
const BREAKGLASS = {
  action: 'text',
  effectiveAfter: 'instant',
  expiresAt: 'instant',
  verdict: 'text?',
} as const;
const LOG_LIFE = {
  origin: 'text',
  predecessor: 'text?',
  predecessorSize: 'count?',
  predecessorRoot: 'hash?',
  nextOrigin: 'text?',
  nextVkey: 'text?',
  lostFrom: 'count?',
  lostTo: 'count?',
  reason: 'text?',
} as const;
const LOG_STATE = { origin: 'text', size: 'count', cause: 'text' } as const;
const MANIFEST = {
  origin: 'text',
  state: 'text',
  fromIndex: 'count',
  toIndex: 'count',
  count: 'count',
  root: 'hash',
  previousIndex: 'count?',
} as const;
const WITNESS = { witnessName: 'text', lastSize: 'count', statementHash: 'hash?' } as const;
/** What was asked for, and whether it can only have been about whoever asked. */
const ASKED = { filter: 'texts?', aboutSelf: 'flag?' } as const;
/** The stretch of the newest log that is in it. */
const EXPORT = {
  format: 'text',
  rows: 'count',
  fromIndex: 'count?',
  toIndex: 'count?',
  ...ASKED,
} as const;
/** What is open to whom, by two auditors of the State that answers: asked for or granted, and until when. */
const SCOPE = {
  kind: 'text',
  holderAlias: 'text',
  holderState: 'text',
  expiresAt: 'instant',
} as const;
const ALERT = { rule: 'text', numbers: 'counts', eventIds: 'ids' } as const;
const LOAD = { step: 'text', numbers: 'counts' } as const;

/**
 * The own fields of each event type that something records, beyond those that every event has. The one source of
 * their types and of the check before they are written; a type that is not here cannot be recorded.
 */
export const AUDIT_EVENT_FIELDS = {
  ...WORK_EVENT_FIELDS,
  'access.denied': { target: 'text' },
  'access.throttled': { target: 'text', count: 'count', windowMs: 'count', seqs: 'ranges' },
  'alert.raised': ALERT,
  'alert.acknowledged': ALERT,
  'alert.closed': ALERT,
  'audit.verification-failed': { what: 'text', evidenceHash: 'hash' },
  'audit.searched': { filter: 'texts', rows: 'count', scopeId: 'id?', aboutSelf: 'flag?' },
  'audit.viewed': { view: 'text', rows: 'count', scopeId: 'id?', ...ASKED },
  'audit.statistics-viewed': { view: 'text' },
  'audit.exported': EXPORT,
  'audit.downloaded': { ...EXPORT, fileHash: 'hash' },
  'audit.proof-fetched': { fromIndex: 'count', toIndex: 'count' },
  'audit.timestamped': { size: 'count', tsaName: 'text', tokenHash: 'hash' },
  'audit.mirrored': { fromIndex: 'count', toIndex: 'count' },
  'audit-scope.granted': SCOPE,
  'audit-scope.revoked': SCOPE,
  'authority.registered': KEY_CHANGE,
  'authority.key-rotated': KEY_CHANGE,
  'authority.key-replaced': KEY_CHANGE,
  'backup.created': BACKUP,
  'backup.restored': BACKUP,
  'breakglass.invoked': BREAKGLASS,
  'breakglass.approved': BREAKGLASS,
  'breakglass.expired': BREAKGLASS,
  'breakglass.reviewed': BREAKGLASS,
  'card.erased': { kind: 'text', approvals: 'ids' },
  'client.reported': { count: 'count', batchHash: 'hash' },
  'clock.stepped-back': { ms: 'count' },
  'contact.proposed': CONTACT,
  'contact.approved': CONTACT,
  'contact.rejected': CONTACT,
  'contact.confirmed': CONTACT,
  'device.enrolled': DEVICE,
  'device.renewed': DEVICE,
  'device.revoked': DEVICE,
  'directory.searched': { filter: 'texts', rows: 'count' },
  'directory.institutions-published': { fileHash: 'hash' },
  'fact.confirmed': CONFIRMATION,
  'log.started': LOG_LIFE,
  'log.continued': LOG_LIFE,
  'log.closed': LOG_LIFE,
  'log.halted': LOG_STATE,
  'log.resumed': LOG_STATE,
  'log.manifest-issued': MANIFEST,
  'log.key-announced': { origin: 'text', use: 'text', statementHash: 'hash' },
  'office.changed': STATEMENT,
  'passkey.added': PASSKEY,
  'passkey.removed': PASSKEY,
  'person.invited': PERSON_STEP,
  'person.invitation-approved': PERSON_STEP,
  'person.invitation-cancelled': PERSON_STEP,
  'person.claimed': PERSON_STEP,
  'person.certified': PERSON_STEP,
  'person.activated': PERSON_STEP,
  'person.renewed': PERSON_STEP,
  'person.role-changed': PERSON_STEP,
  'person.suspended': PERSON_STEP,
  'person.reinstated': PERSON_STEP,
  'person.frozen': PERSON_STEP,
  'person.unfrozen': PERSON_STEP,
  'person.revoked': PERSON_STEP,
  'person.reentry-issued': PERSON_STEP,
  'person.listed': { count: 'count' },
  'person.consulted': { subjectId: 'id', subjectState: 'text' },
  'purpose.declared': { purpose: 'text' },
  'receipt.disputed': { leafHash: 'hash', cause: 'text' },
  'registrar.appointed': STATEMENT,
  'registrar.revoked': STATEMENT,
  'rule.reviewed': CONFIRMATION,
  'safety-number.verified': { peerAlias: 'text', method: 'text' },
  'release.proposed': RELEASE,
  'release.activated': RELEASE,
  'section.disclosed': {
    toState: 'text',
    sections: 'texts',
    ranges: 'texts',
    rule: 'text',
    asked: 'texts?',
  },
  'section.erased': {
    sections: 'texts',
    ranges: 'texts',
    rule: 'text',
    asked: 'texts?',
  },
  'service.degraded': LOAD,
  'service.restored': LOAD,
  'session.opened': {
    method: 'text',
    acr: 'text',
    newDevice: 'flag',
    build: 'hash',
    abandoned: 'ranges',
  },
  'session.refused': { attemptedAlias: 'text' },
  'session.elevated': { action: 'text' },
  'session.closed': SESSION_END,
  'session.revoked': SESSION_END,
  'session.connected': SOCKET,
  'session.disconnected': SOCKET,
  'state.admitted': STATEMENT,
  'state.removed': STATEMENT,
  'state.suspended': STATEMENT,
  'state.reinstated': STATEMENT,
  'state.policy-changed': STATEMENT,
  'statement.refused': { kind: 'text', statementHash: 'hash' },
  'vault.fetched': { counter: 'count', bytes: 'count' },
  'vault.rollback-detected': { expected: 'count', found: 'count' },
  'vault.updated': { counter: 'count', bytes: 'count' },
  'witness.added': WITNESS,
  'witness.removed': WITNESS,
  'witness.token-issued': WITNESS,
  'witness.delayed': WITNESS,
  'witness.recovered': WITNESS,
} as const satisfies Partial<Record<AuditEventType, Readonly<Record<string, FieldRule>>>>;

type FieldTable = typeof AUDIT_EVENT_FIELDS;

/** The types that this build can record. */
export type RecordableType = keyof FieldTable;

type RequiredFields<Rules> = {
  readonly [
    Name in keyof Rules as Rules[Name] extends FieldKind ? Name : never
  ]: Rules[Name] extends FieldKind ? FieldValues[Rules[Name]] : never;
};
type OptionalFields<Rules> = {
  readonly [
    Name in keyof Rules as Rules[Name] extends `${FieldKind}?` ? Name : never
  ]?: Rules[Name] extends `${infer Kind extends FieldKind}?` ? FieldValues[Kind] : never;
};

/** The own fields of each type. */
export type AuditFields = {
  readonly [Type in RecordableType]: RequiredFields<FieldTable[Type]> &
    OptionalFields<FieldTable[Type]>;
};
