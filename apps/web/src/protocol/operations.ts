import { PURPOSES, STATES } from '@enlace/contracts';

import { demoPerson } from './demo-forms.js';
import {
  keptVault,
  look,
  proposals,
  reached,
  signedFact,
  stateContacts,
} from './directory-forms.js';
import { buffer, z } from './messages.js';
import type {
  ownActs,
  recordAlert,
  recordEvent,
  recordIntegrity,
  recordPage,
  recordView,
} from './record/record-forms.js';
import type { RECORD_OPERATIONS } from './record/record-operations.js';
import type { knownPerson } from './people-forms.js';
import type {
  dueAcknowledgement,
  listedThread,
  savedFile,
  searchAsked,
  searchFound,
  searchGround,
  shownCase,
  shownThread,
} from './thread-forms.js';
import type {
  documentChange,
  listedRequest,
  sharedVersions,
  shownRequest,
} from './request-forms.js';
import type { INFORMATION_OPERATIONS } from './information/information-operations.js';
import type { REQUEST_OPERATIONS } from './request-operations.js';
import type { THREAD_OPERATIONS } from './thread-operations.js';
import type { WAY_OPERATIONS } from './ways/way-operations.js';
import {
  draft,
  invited,
  invitee,
  nextCertificate,
  openedKey,
  registry,
  revocationReason,
} from './registrar-forms.js';

/** How far this browser is: nothing here, a ceremony under way, or a device that two registrars stand behind. */
const stage = z.enum(['empty', 'enrolling', 'enrolled']);
const nothing = z.strictObject({});

/** What the screens of an enrolment show; each act answers with it. */
const enrolment = z.strictObject({
  step: z.enum([
    'invitation',
    'passkey',
    'spare',
    'claim',
    'passphrase',
    'kit',
    'waiting',
    'enrolled',
    'over',
  ]),
  state: z.nullable(z.string()),
  /** Of the trust store, as the paper has it. */
  fingerprint: z.nullable(z.string()),
  /** For the registrar, face to face; public keys are behind them. */
  digits: z.nullable(z.string()),
});

/** What an authenticator is asked with. */
const asking = {
  rpId: z.string(),
  challenge: buffer,
  credentials: z.array(buffer),
  /** The input of the passkey's pseudo-random function; its output opens the vault and goes to the worker alone. */
  prfSalt: buffer,
};

/** What a passkey signed, without the output of its function. */
const assertion = {
  credentialId: buffer,
  clientDataJSON: buffer,
  authenticatorData: buffer,
  signature: buffer,
};

/** What a new passkey is made with, and what came of it; the output of its function is for the worker alone. */
const makingPasskey = z.strictObject({ ...asking, userId: buffer, userName: z.string() });
const madePasskey = z.strictObject({
  credentialId: buffer,
  clientDataJSON: buffer,
  attestationObject: buffer,
  authenticatorData: buffer,
  prf: z.nullable(buffer),
});

/** What opens a vault and is typed. */
const typedWay = z.enum(['passphrase', 'recovery']);
const typedSecret = z.strictObject({ kind: typedWay, secret: buffer });

/** How far somebody is who comes back, and what else than a passkey opens the vault. */
const recovery = z.strictObject({
  step: z.enum(['paper', 'vault', 'passkey', 'certificate', 'done', 'ended']),
  ways: z.array(typedWay),
});

/** Who works here, as far as this device knows by itself. */
const account = z.strictObject({
  state: z.string(),
  personId: z.string(),
  deviceId: z.string(),
  /** Of the session; null where there is none, because no server has answered. */
  endsAt: z.nullable(z.string()),
  /** Without a session: when this browser last had one. */
  asOf: z.nullable(z.string()),
  isVaultOpen: z.boolean(),
  /** Somebody of the demo, by name in its files; null for everybody else. */
  demo: z.nullable(z.string()),
  /** The server has seen acts of this device that its store does not know of. */
  wasSetBack: z.boolean(),
});

const session = z.strictObject({
  sessionId: z.string(),
  deviceId: z.string(),
  acr: z.string(),
  openedAt: z.string(),
  lastUsedAt: z.string(),
  endsAt: z.string(),
  current: z.boolean(),
});

/**
 * What a page may ask of the worker, with the form of its arguments and of its answer; both sides parse both. What is
 * of one area stands in a table of its own: nobody loads it who does not work there. No answer holds a key, a
 * token or a proof, and no argument is code. The recovery code crosses once, when it is shown.
 */
const TABLE = {
  /** Opens the store for this page alone. `isOurs` false: another page of this browser works with it. */
  'session.open-store': {
    args: z.strictObject({ takeOver: z.boolean() }),
    result: z.strictObject({ isOurs: z.boolean(), stage: z.nullable(stage) }),
  },
  'session.ask': { args: nothing, result: z.strictObject(asking) },
  /** The same without a server: the passkey opens what this browser holds. */
  'session.ask-here': { args: nothing, result: z.strictObject(asking) },
  'session.open-here': {
    args: z.strictObject({ ...assertion, prf: z.nullable(buffer) }),
    result: account,
  },
  'session.open': {
    args: z.strictObject({ ...assertion, prf: z.nullable(buffer) }),
    result: account,
  },
  /** Whether the session lives. Throws `session.ended`, and `client.not-connected` once a server is there again. */
  'session.check': { args: nothing, result: nothing },
  'session.list': { args: nothing, result: z.array(session) },
  'session.end': { args: z.strictObject({ sessionId: z.string() }), result: z.array(session) },
  'session.sign-out': { args: nothing, result: nothing },
  /** The two answers to what the worker asked by the event `presence`. */
  'presence.show': { args: z.strictObject(assertion), result: nothing },
  'presence.refuse': { args: nothing, result: nothing },
  /** The invented people of a server on this machine; null where there is no demo. */
  'demo.people': { args: nothing, result: z.nullable(z.array(demoPerson)) },
  'demo.enter': { args: z.strictObject({ slug: z.string() }), result: account },
  'directory.look': { args: nothing, result: look },
  'directory.facts': { args: nothing, result: z.array(signedFact) },
  /** Whom the offices of a State named, by the own directory. */
  'directory.contacts': { args: z.strictObject({ state: z.enum(STATES) }), result: stateContacts },
  /** Telephone and mail of a contact; who asked, and for what, is on record. */
  'directory.reach': {
    args: z.strictObject({
      contactId: z.string(),
      state: z.enum(STATES),
      purpose: z.enum(PURPOSES),
    }),
    result: reached,
  },
  'contact.proposals': { args: nothing, result: proposals },
  'contact.approve': {
    args: z.strictObject({ contactId: z.string(), seen: z.string(), days: z.int() }),
    result: nothing,
  },
  'contact.reject': {
    args: z.strictObject({ contactId: z.string(), seen: z.string(), reason: z.string() }),
    result: nothing,
  },
  /** The vault on the server: opened, compared, and found to hold the certified key. */
  'directory.vault': { args: nothing, result: keptVault },
  'registrar.open-key': {
    args: z.strictObject({ file: buffer, passphrase: buffer }),
    result: openedKey,
  },
  'registrar.list': { args: nothing, result: registry },
  'registrar.invite': { args: invitee, result: invited },
  'registrar.approve': {
    args: z.strictObject({ invitationId: z.string(), seen: z.string() }),
    result: registry,
  },
  'registrar.certify': {
    args: z.strictObject({ invitationId: z.string(), seen: z.string(), digits: z.string() }),
    result: registry,
  },
  'registrar.cancel': { args: z.strictObject({ invitationId: z.string() }), result: registry },
  'registrar.revoke': {
    args: z.strictObject({ personId: z.string(), reason: revocationReason }),
    result: registry,
  },
  'registrar.unfreeze': { args: z.strictObject({ personId: z.string() }), result: registry },
  'registrar.draft-certificate': {
    args: z.strictObject({ personId: z.string(), seen: z.string() }),
    result: draft,
  },
  'registrar.read-certificate': { args: draft, result: nextCertificate },
  'registrar.complete-certificate': { args: draft, result: registry },
  'vault.open': { args: typedSecret, result: account },
  'recover.view': { args: nothing, result: recovery },
  /** Lets in by a code of two registrars. */
  'recover.begin': {
    args: z.strictObject({ typed: z.string(), personId: z.string() }),
    result: recovery,
  },
  'recover.open': { args: typedSecret, result: recovery },
  'recover.passkey-options': { args: nothing, result: makingPasskey },
  'recover.sign': { args: madePasskey, result: recovery },
  'recover.certify': { args: nothing, result: recovery },
  'enrol.view': { args: nothing, result: enrolment },
  'enrol.read-invitation': { args: z.strictObject({ typed: z.string() }), result: enrolment },
  'enrol.abandon': { args: nothing, result: enrolment },
  'enrol.passkey-options': { args: nothing, result: makingPasskey },
  'enrol.add-passkey': { args: madePasskey, result: enrolment },
  'enrol.claim': { args: nothing, result: enrolment },
  'enrol.set-passphrase': { args: z.strictObject({ passphrase: buffer }), result: enrolment },
  'enrol.make-kit': { args: nothing, result: z.strictObject({ code: z.string() }) },
  'enrol.check-kit': { args: z.strictObject({ typed: z.string() }), result: enrolment },
  'enrol.poll': { args: nothing, result: enrolment },
} as const satisfies Readonly<Record<string, { args: z.ZodMiniType; result: z.ZodMiniType }>>;

type Table = typeof TABLE &
  typeof THREAD_OPERATIONS &
  typeof REQUEST_OPERATIONS &
  typeof INFORMATION_OPERATIONS &
  typeof RECORD_OPERATIONS &
  typeof WAY_OPERATIONS;
export type ThreadOperation = keyof typeof THREAD_OPERATIONS;
export type RequestOperation = keyof typeof REQUEST_OPERATIONS;
export type InformationOperation = keyof typeof INFORMATION_OPERATIONS;
export type RecordOperation = keyof typeof RECORD_OPERATIONS;
export type WayOperation = keyof typeof WAY_OPERATIONS;
export type StartOperation = keyof typeof TABLE;
export type Operation = keyof Table;
export type ArgsOf<Op extends Operation> = z.infer<Table[Op]['args']>;
export type ResultOf<Op extends Operation> = z.infer<Table[Op]['result']>;
export type Stage = z.infer<typeof stage>;
export type Enrolment = z.infer<typeof enrolment>;
export type Recovery = z.infer<typeof recovery>;
export type Account = z.infer<typeof account>;
export type OwnSession = z.infer<typeof session>;
export type DemoPerson = z.infer<typeof demoPerson>;
export type Look = z.infer<typeof look>;
export type StateContacts = z.infer<typeof stateContacts>;
export type ContactProposals = z.infer<typeof proposals>;
export type Registry = z.infer<typeof registry>;
export type RegistryInvitation = Registry['invitations'][number];
export type RegistryPerson = Registry['people'][number];
export type NextCertificate = z.infer<typeof nextCertificate>;
export type RecordEvent = z.infer<typeof recordEvent>;
export type RecordPage = z.infer<typeof recordPage>;
export type RecordView = z.infer<typeof recordView>;
export type RecordAlert = z.infer<typeof recordAlert>;
export type RecordIntegrity = z.infer<typeof recordIntegrity>;
export type ShownCase = z.infer<typeof shownCase>;
export type ListedThread = z.infer<typeof listedThread>;
export type DueAcknowledgement = z.infer<typeof dueAcknowledgement>;
export type SearchGround = z.infer<typeof searchGround>;
export type SearchAsked = z.infer<typeof searchAsked>;
export type SearchFound = z.infer<typeof searchFound>;
export type SavedFile = z.infer<typeof savedFile>;
export type ListedRequest = z.infer<typeof listedRequest>;
export type ShownRequest = z.infer<typeof shownRequest>;
export type SharedVersion = z.infer<typeof sharedVersions>['versions'][number];
export type DocumentChange = z.infer<typeof documentChange>;
export type ShownThread = z.infer<typeof shownThread>;
export type KnownPerson = z.infer<typeof knownPerson>;
export type OwnActs = z.infer<typeof ownActs>;
export type RevocationReason = z.infer<typeof revocationReason>;

/** So typed that the form of one operation gives the types of that operation. */
type Forms = {
  readonly [Op in Operation]: {
    readonly args: z.ZodMiniType<ArgsOf<Op>>;
    readonly result: z.ZodMiniType<ResultOf<Op>>;
  };
};

const AREAS = [
  [/^(?:case|thread)\./, 'threads'],
  [/^request\./, 'requests'],
  [/^information\./, 'information'],
  [/^record\./, 'record'],
  [/^ways\./, 'ways'],
] as const;

type Area = (typeof AREAS)[number][1];

/** What an operation is about: each area has a script of its own. Null: what the worker starts with. */
export function areaOf(name: string): Area | null {
  return AREAS.find(([pattern]) => pattern.test(name))?.[1] ?? null;
}

/** What each area is asked with, as far as it is not known at the start. */
const TABLES: Readonly<Record<Area, () => Promise<Partial<Forms>>>> = {
  threads: async () => (await import('./thread-operations.js')).THREAD_OPERATIONS,
  requests: async () => (await import('./request-operations.js')).REQUEST_OPERATIONS,
  information: async () =>
    (await import('./information/information-operations.js')).INFORMATION_OPERATIONS,
  record: async () => (await import('./record/record-operations.js')).RECORD_OPERATIONS,
  ways: async () => (await import('./ways/way-operations.js')).WAY_OPERATIONS,
};

/** The table that an operation stands in, if there is one of that name. */
export async function tableOf(name: string): Promise<Partial<Forms>> {
  const area = areaOf(name);
  return area === null ? TABLE : TABLES[area]();
}

export function isOperationIn(table: Partial<Forms>, name: string): name is Operation {
  return Object.hasOwn(table, name);
}

/** The forms of an operation. */
export async function formsOf<Op extends Operation>(op: Op): Promise<Forms[Op]> {
  const forms = (await tableOf(op))[op];
  if (forms === undefined) throw new RangeError('no such operation');
  return forms;
}
