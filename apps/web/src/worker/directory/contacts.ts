import {
  approveContact,
  carryInSession,
  contactsOf,
  listContactProposals,
  reachContact,
  rejectContact,
  type ContactProposal,
  type OfficeContact,
  type Session,
} from '@enlace/client';
import type { StateCode } from '@enlace/contracts';
import { isJsonObject, systemClock, systemRandom, type JsonObject } from '@enlace/kernel';
import { officeAt, parseStatement, type Directory } from '@enlace/trust';

import type { ArgsOf, ResultOf } from '../../protocol/operations.js';
import { stateOf } from '../device-profile.js';
import { ShownAnew } from '../registrar/registrar-errors.js';
import type { OwnAccount } from '../session/account.js';
import { NotSignedIn } from '../worker-errors.js';
import { certificateOf, certificatesBehind, namedBy, namesIn, type Cards } from './names.js';
import type { OwnDirectory } from './own-directory.js';

type Shown = ResultOf<'directory.contacts'>['contacts'][number];
type Card = ResultOf<'contact.proposals'>['open'][number]['card'];

/** Whom the offices of the States named, and what the foreign ministry of the own State says of its own. */
export class Contacts {
  readonly #account: Pick<OwnAccount, 'seat'>;
  readonly #directory: Pick<OwnDirectory, 'read'>;
  #shown: readonly ContactProposal[] = [];

  constructor(account: Pick<OwnAccount, 'seat'>, directory: Pick<OwnDirectory, 'read'>) {
    this.#account = account;
    this.#directory = directory;
  }

  /** Of a State, by the own directory: the server is asked for names of cards alone. Throws as `OwnDirectory.read`. */
  async ofState(state: StateCode): Promise<ResultOf<'directory.contacts'>> {
    const { session } = await this.#account.seat();
    const { directory, log } = await this.#read();
    const found = contactsOf(directory, state, systemClock.nowMs());
    return { contacts: await contactsInWords(session, directory, found), log };
  }

  /** Throws as `reachContact`, and `registrar.shown-anew` for a contact that the directory does not have. */
  async reach({ contactId, state, purpose }: ArgsOf<'directory.reach'>) {
    const { session } = await this.#account.seat();
    const { directory } = await this.#read();
    const contact = contactsOf(directory, state, systemClock.nowMs()).find(
      (one) => one.contactId === contactId,
    );
    const { personId = null } = contact ?? {};
    if (contact === undefined || personId === null) throw new ShownAnew('no such contact');
    const asked = { contact: { contactId, state, personId }, purpose };
    const card = await reachContact(session, directory, asked);
    return { card: card === null ? null : cardInWords(card) };
  }

  /** What waits for the foreign ministry, and what it has approved. Throws as `listContactProposals`. */
  async proposals(): Promise<ResultOf<'contact.proposals'>> {
    const { session, profile } = await this.#account.seat();
    const { directory, log } = await this.#read();
    const all = await listContactProposals(session);
    this.#shown = all.filter(({ step, card }) => step === 'proposed' && card !== null);
    const approved = contactsOf(directory, stateOf(profile), systemClock.nowMs());
    const words = await contactsInWords(session, directory, approved);
    const people = this.#shown.flatMap(({ contact: { personId } }) => personId ?? []);
    const cards = await namesIn(session, certificatesBehind(directory, people));
    return {
      open: this.#shown.map(({ wire, contact, card }) => {
        const { contactId, duties } = contact;
        const before = approved.find((one) => one.contactId === contactId);
        return {
          ...whose(directory, cards, contact),
          seen: parseStatement(wire).id,
          duties: [...duties],
          card: cardInWords(card ?? {}),
          before:
            before === undefined
              ? null
              : { duties: [...before.duties], until: before.approvedUntil },
        };
      }),
      approved: words.toSorted((a, b) => (a.approvedUntil < b.approvedUntil ? -1 : 1)),
      log,
    };
  }

  async approve({ days, ...about }: ArgsOf<'contact.approve'>): Promise<void> {
    const { wire } = this.#asShown(about);
    const { session, show, profile, identitySeed } = await this.#account.seat();
    if (identitySeed === null) throw new NotSignedIn('the vault is closed');
    const { directory } = await this.#read();
    const speaker = {
      state: stateOf(profile),
      identitySeed,
      directory,
      clock: systemClock,
      random: systemRandom,
    };
    await approveContact(carryInSession(session, show), speaker, { wire, days });
  }

  async reject({ reason, ...about }: ArgsOf<'contact.reject'>): Promise<void> {
    const { contact } = this.#asShown(about);
    const { session, show } = await this.#account.seat();
    const said = reason.normalize('NFC');
    await rejectContact(carryInSession(session, show), contact.contactId, said);
  }

  async #read() {
    return this.#directory.read(await this.#account.seat());
  }

  /** Nobody signs for what was not read. */
  #asShown({ contactId, seen }: { readonly contactId: string; readonly seen: string }) {
    const found = this.#shown.find(
      ({ contact, wire }) => contact.contactId === contactId && parseStatement(wire).id === seen,
    );
    if (found === undefined) throw new ShownAnew('not what was shown');
    return found;
  }
}

async function contactsInWords(
  session: Session,
  directory: Directory,
  contacts: readonly OfficeContact[],
): Promise<Shown[]> {
  const people = contacts.flatMap(({ personId }) => personId ?? []);
  const cards = await namesIn(session, certificatesBehind(directory, people));
  return contacts.map(({ officeId, state, ...contact }) => ({
    ...contact,
    ...whose(directory, cards, { ...contact, officeId, state }),
    duties: [...contact.duties],
  }));
}

function whose(
  directory: Directory,
  cards: Cards,
  contact: Pick<OfficeContact, 'contactId' | 'officeId' | 'state'> & {
    readonly personId: string | null;
  },
) {
  const { contactId, officeId, personId, state } = contact;
  const hash = personId === null ? '' : (certificateOf(directory, personId)?.card ?? '');
  return {
    contactId,
    office: officeAt(directory, state, officeId)?.names ?? null,
    person: personId === null ? null : namedBy(cards.get(hash)),
  };
}

function cardInWords(body: JsonObject): Card {
  const text = (name: string): string | null => {
    const value = body[name];
    return typeof value === 'string' && value !== '' ? value : null;
  };
  const { languages, function: purpose } = body;
  const { es, en } = purpose !== undefined && isJsonObject(purpose) ? purpose : {};
  const isList = Array.isArray(languages);
  return {
    displayName: text('displayName'),
    function: typeof es === 'string' && typeof en === 'string' ? { es, en } : null,
    languages: isList ? languages.filter((one) => typeof one === 'string') : [],
    phone: text('phone'),
    email: text('email'),
    hours: text('hours'),
    substitute: text('substitute'),
  };
}
