import type { LiveNews, PresenceAsked } from '../protocol/messages.js';
import { areaOf, type StartOperation } from '../protocol/operations.js';
import type { OwnDirectory } from './directory/own-directory.js';
import type { FindHandlers, Handlers } from './dispatch.js';
import { Keeper } from './keeper.js';
import { OwnAccount } from './session/account.js';
import { Presence } from './session/presence.js';

/** What the worker says by itself. */
export interface Voice {
  readonly onTakenOver: () => void;
  readonly onPresence: (asked: PresenceAsked) => void;
  readonly onNews: (news: LiveNews) => void;
  /** Something was made durable; said every few seconds at most. */
  readonly onKept: () => void;
}

type OfficeOperation = Extract<
  StartOperation,
  `registrar.${string}` | `contact.${string}` | 'directory.contacts' | 'directory.reach'
>;
type SessionOperation = Extract<StartOperation, `session.${string}`>;
type ArrivalOperation = Extract<StartOperation, `enrol.${string}` | `recover.${string}`>;

const done = {};

/** The acts behind every operation; each is a line here and a method of what it works on. */
export function createHandlers({ onTakenOver, onPresence, onNews, onKept }: Voice): FindHandlers {
  const keeper = new Keeper(onTakenOver, onKept);
  const presence = new Presence(onPresence);
  const account = new OwnAccount(keeper, presence);
  // Scripts of their own: nobody fetches one before the first need.
  const directory = once(async () => {
    const { OwnDirectory } = await import('./directory/own-directory.js');
    return new OwnDirectory(keeper, account);
  });
  const demo = once(async () => {
    const { DemoPeople } = await import('./demo/demo-people.js');
    return new DemoPeople(keeper, account);
  });
  const room = once(async () => {
    const { Workroom } = await import('./threads/workroom.js');
    return new Workroom({ keeper, account, directory: await directory(), onNews });
  });
  const threads = once(async () => {
    const { threadHandlers } = await import('./threads/thread-handlers.js');
    return threadHandlers(await room(), { onNews });
  });
  const requests = once(async () => {
    const { requestHandlers } = await import('./requests/request-handlers.js');
    return requestHandlers(await room());
  });
  const information = once(async () => {
    const { informationHandlers } = await import('./information/information-handlers.js');
    return informationHandlers(await room());
  });
  const record = once(async () => {
    const { recordHandlers } = await import('./record/record-handlers.js');
    return recordHandlers(keeper, account, await directory());
  });
  const ways = once(async () => {
    const { wayHandlers } = await import('./ways/way-handlers.js');
    return wayHandlers({ keeper, account, directory: await directory() });
  });
  const atStart: Pick<Handlers, StartOperation> = {
    'demo.people': async () => (await demo()).list(),
    'demo.enter': async ({ slug }) => (await demo()).enter(slug),
    'presence.show': async (shown) => (presence.show(shown), done),
    'presence.refuse': async () => (presence.refuse(), done),
    'directory.look': async () => (await directory()).look(),
    'directory.facts': async () => (await directory()).facts(),
    'directory.vault': async () => (await directory()).vault(),
    'vault.open': async (secret) => account.openVault(secret),
    ...sessionHandlers(keeper, account),
    ...officeHandlers({ account, directory }),
    ...arrivalHandlers(keeper),
  };
  return async (op) => {
    const area = areaOf(op);
    if (area === 'threads') return threads();
    if (area === 'information') return information();
    if (area === 'record') return record();
    if (area === 'ways') return ways();
    return area === 'requests' ? requests() : atStart;
  };
}

/** What registrars do, and whom offices named. */
function officeHandlers({
  account,
  directory,
}: {
  readonly account: OwnAccount;
  readonly directory: () => Promise<OwnDirectory>;
}): Pick<Handlers, OfficeOperation> {
  const registry = once(async () => {
    const { Registry } = await import('./registrar/registry.js');
    return new Registry(account, await directory());
  });
  const contacts = once(async () => {
    const { Contacts } = await import('./directory/contacts.js');
    return new Contacts(account, await directory());
  });
  return {
    'directory.contacts': async ({ state }) => (await contacts()).ofState(state),
    'directory.reach': async (asked) => (await contacts()).reach(asked),
    'contact.proposals': async () => (await contacts()).proposals(),
    'contact.approve': async (about) => (await contacts()).approve(about).then(() => done),
    'contact.reject': async (about) => (await contacts()).reject(about).then(() => done),
    'registrar.open-key': async (given) => (await registry()).openKey(given),
    'registrar.list': async () => (await registry()).list(),
    'registrar.invite': async (invitee) => (await registry()).invite(invitee),
    'registrar.approve': async (about) => (await registry()).approve(about),
    'registrar.certify': async (about) => (await registry()).certify(about),
    'registrar.cancel': async ({ invitationId }) => (await registry()).cancel(invitationId),
    'registrar.revoke': async (about) => (await registry()).revoke(about),
    'registrar.unfreeze': async ({ personId }) => (await registry()).unfreeze(personId),
    'registrar.draft-certificate': async (about) => (await registry()).draft(about),
    'registrar.read-certificate': async ({ text }) => (await registry()).readDraft(text),
    'registrar.complete-certificate': async ({ text }) => (await registry()).complete(text),
  };
}

/** Coming in, staying and going. */
function sessionHandlers(keeper: Keeper, account: OwnAccount): Pick<Handlers, SessionOperation> {
  return {
    'session.open-store': async ({ takeOver }) => keeper.open(takeOver),
    'session.ask': async () => account.ask(),
    'session.open': async (shown) => account.open(shown),
    'session.ask-here': async () => account.askHere(),
    'session.open-here': async (shown) => account.openHere(shown),
    'session.check': async () => account.check().then(() => done),
    'session.list': async () => account.sessions(),
    'session.end': async ({ sessionId }) => account.end(sessionId),
    'session.sign-out': async () => account.signOut().then(() => done),
  };
}

/** What somebody does whose device this browser is not yet. */
function arrivalHandlers(keeper: Keeper): Pick<Handlers, ArrivalOperation> {
  const enrolling = once(async () => {
    const { Enrolling } = await import('./enrolment/enrolling.js');
    return new Enrolling(keeper);
  });
  const recovering = once(async () => {
    const { Recovering } = await import('./recovery/recovering.js');
    return new Recovering(keeper);
  });
  return {
    'recover.view': async () => (await recovering()).view(),
    'recover.begin': async (shown) => (await recovering()).begin(shown),
    'recover.open': async (secret) => (await recovering()).open(secret),
    'recover.passkey-options': async () => (await recovering()).passkeyOptions(),
    'recover.sign': async (made) => (await recovering()).sign(made),
    'recover.certify': async () => (await recovering()).certify(),
    'enrol.view': async () => (await enrolling()).view(),
    'enrol.read-invitation': async ({ typed }) => (await enrolling()).readInvitation(typed),
    'enrol.abandon': async () => (await enrolling()).abandon(),
    'enrol.passkey-options': async () => (await enrolling()).passkeyOptions(),
    'enrol.add-passkey': async (made) => (await enrolling()).addPasskey(made),
    'enrol.claim': async () => (await enrolling()).claim(),
    'enrol.set-passphrase': async ({ passphrase }) => (await enrolling()).setPassphrase(passphrase),
    'enrol.make-kit': async () => (await enrolling()).makeKit(),
    'enrol.check-kit': async ({ typed }) => (await enrolling()).checkKit(typed),
    'enrol.poll': async () => (await enrolling()).poll(),
  };
}

/** What is made at the first call and kept; one that failed (a script that did not arrive) is tried again. */
function once<Value>(make: () => Promise<Value>): () => Promise<Value> {
  let made: Promise<Value> | null = null;
  return async () => {
    made ??= make();
    try {
      return await made;
    } catch (error) {
      made = null;
      throw error;
    }
  };
}
