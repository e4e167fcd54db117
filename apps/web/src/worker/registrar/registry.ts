import {
  approveInvitation,
  cancelInvitation,
  carryInSession,
  certifyPerson,
  completeNextCertificate,
  draftNextCertificate,
  listInvitations,
  listPeople,
  proposeInvitation,
  revokePerson,
  unfreezePerson,
  type InformedRegistrar,
  type OpenInvitation,
} from '@enlace/client';
import { isSeedOf, openKeyFile, parseKeyFile } from '@enlace/e2ee';
import { newId, newRandomId, parseId, parseUtf8, systemClock, systemRandom } from '@enlace/kernel';
import { keyFingerprint, parseStatement, publicKeyOf, type Directory } from '@enlace/trust';

import type { ArgsOf, Registry as RegistryView, ResultOf } from '../../protocol/operations.js';
import { stateOf } from '../device-profile.js';
import type { OwnDirectory } from '../directory/own-directory.js';
import type { OwnAccount } from '../session/account.js';
import { readDraftText, draftText, nextCertificateInWords } from './drafted.js';
import { RegistrarKeyClosed, RegistrarKeyOfAnother, ShownAnew } from './registrar-errors.js';
import {
  assertNamed,
  isBurned,
  newestCertificate,
  registrarKeyOf,
  registryInWords,
  standingOf,
  type AsRead,
} from './registry-in-words.js';

/** How often the directory is looked at after an act, and how long apart; after that the page is as it is. */
const SHOWN_TRIES = 12;
const SHOWN_PAUSE_MS = 1_000;

/** What the page shows, and beside each invitation what was signed of it. */
interface Shown {
  readonly view: RegistryView;
  readonly open: readonly OpenInvitation[];
}

/**
 * What a registrar sees and does. Every signature is made over what this object has read and shown in words: an act
 * names the hash of what the page showed, and a server that shows something else in the meantime, or keeps back who is
 * meant, is not signed for. The key of the registrar comes from its file, stays in this worker and ends with it.
 */
export class Registry {
  readonly #account: Pick<OwnAccount, 'seat'>;
  readonly #directory: Pick<OwnDirectory, 'read'>;
  #seed: Uint8Array | null = null;
  #shown: Shown | null = null;
  /** The text of the certificate that was read last. */
  #read: string | null = null;

  constructor(account: Pick<OwnAccount, 'seat'>, directory: Pick<OwnDirectory, 'read'>) {
    this.#account = account;
    this.#directory = directory;
  }

  /**
   * Opens the file of the registrar's key. Throws `key.malformed`, `vault.not-opened` for a wrong passphrase,
   * `registrar.key-of-another` for a key that the root did not certify for this person.
   */
  async openKey({
    file,
    passphrase,
  }: ArgsOf<'registrar.open-key'>): Promise<ResultOf<'registrar.open-key'>> {
    const locked = parseKeyFile(parseUtf8(new Uint8Array(file)).trimEnd());
    const seat = await this.#account.seat();
    const { directory } = await this.#directory.read(seat);
    const certified = registrarKeyOf(directory, seat.profile);
    const isOwn = locked.file.kind === 'registrar' && locked.file.publicKey === certified;
    if (!isOwn) throw new RegistrarKeyOfAnother('not the certified key of this registrar');
    const seed = openKeyFile(locked, parseUtf8(new Uint8Array(passphrase)));
    if (!isSeedOf(locked.file, seed)) throw new RegistrarKeyOfAnother('not the key of its file');
    this.#seed = seed;
    return { fingerprint: keyFingerprint(publicKeyOf(seed)) };
  }

  /** The people of the own State and its newest invitations, judged by the own directory. */
  async list(): Promise<RegistryView> {
    const seat = await this.#account.seat();
    const { directory, log } = await this.#directory.read(seat);
    const { session, profile } = seat;
    const people = await listPeople(session);
    const open = await listInvitations(session);
    const seed = this.#seed;
    const read: AsRead = { directory, log, profile, people, open, seed };
    const view = await registryInWords(session, read);
    this.#shown = { view, open };
    return view;
  }

  /** The code on the paper is made here and crosses once. */
  async invite({
    name,
    title,
    ...invitee
  }: ArgsOf<'registrar.invite'>): Promise<ResultOf<'registrar.invite'>> {
    const { registrar, trustStore } = await this.#speaking();
    const said = { es: title.es.normalize('NFC'), en: title.en.normalize('NFC') };
    const card = { displayName: name.normalize('NFC'), title: said };
    const proposed = await proposeInvitation(registrar, { ...invitee, card }, trustStore);
    const { invitationId, expiresAt } = proposed.invitation;
    return { invitationId, expiresAt, paper: proposed.paper };
  }

  async approve(about: ArgsOf<'registrar.approve'>): Promise<RegistryView> {
    const open = this.#asShown(about);
    const { registrar } = await this.#speaking();
    await approveInvitation(registrar, open);
    return this.list();
  }

  async certify({ digits, ...about }: ArgsOf<'registrar.certify'>): Promise<RegistryView> {
    const open = this.#asShown(about);
    const { registrar } = await this.#speaking();
    await certifyPerson(registrar, open, digits);
    return this.list();
  }

  async cancel(invitationId: string): Promise<RegistryView> {
    await cancelInvitation({ carry: await this.#carrier() }, parseId(invitationId));
    return this.list();
  }

  async revoke({ personId, reason }: ArgsOf<'registrar.revoke'>): Promise<RegistryView> {
    const { registrar } = await this.#speaking();
    await revokePerson(registrar, parseId(personId), reason);
    const isFinal = reason === 'lost' || reason === 'compromised';
    return this.#listOnce((directory) => {
      const certificate = newestCertificate(directory, registrar.state, personId)?.body;
      if (certificate === undefined) return true;
      const through = directory.revocations.get(`person|${personId}`)?.through ?? 0;
      return through >= certificate.serial && (!isFinal || isBurned(directory, certificate));
    });
  }

  async unfreeze(personId: string): Promise<RegistryView> {
    await unfreezePerson({ carry: await this.#carrier() }, parseId(personId));
    return this.list();
  }

  /**
   * The next certificate, signed by the first registrar; it goes to the second one by hand and is no secret. A passkey
   * is asked for as before any other signature; no server sees its answer, because nothing is sent.
   */
  async draft({
    personId,
    seen,
  }: ArgsOf<'registrar.draft-certificate'>): Promise<ResultOf<'registrar.draft-certificate'>> {
    const said = this.#shown?.view.people.find((each) => each.personId === personId);
    if (said === undefined) throw new ShownAnew('nobody who was shown');
    const { registrar, show } = await this.#speaking();
    const { state, directory } = registrar;
    const isAsShown =
      said.seen === seen && newestCertificate(directory, state, personId)?.id === seen;
    if (!isAsShown) throw new ShownAnew('not the certificate that was shown');
    assertNamed(said);
    await show({
      challengeId: newId(systemClock, systemRandom),
      challenge: newRandomId(systemRandom),
      action: 'person.certify',
      objectId: personId,
      bodyHash: seen,
    });
    return { text: draftText(draftNextCertificate(registrar, parseId(personId), {})) };
  }

  /** Throws `ceremony.refused` for anything but the certificate of a person of the own State. */
  async readDraft(text: string): Promise<ResultOf<'registrar.read-certificate'>> {
    const seat = await this.#account.seat();
    const { directory } = await this.#directory.read(seat);
    const said = await nextCertificateInWords(directory, seat, readDraftText(text));
    this.#read = text;
    return said;
  }

  async complete(text: string): Promise<RegistryView> {
    if (text !== this.#read) throw new ShownAnew('not the certificate that was read');
    const drafted = readDraftText(text);
    const { registrar } = await this.#speaking();
    await completeNextCertificate(registrar, drafted);
    const { id, body } = parseStatement(drafted.wire);
    const personId = body.type === 'person-cert' ? body.personId : '';
    return this.#listOnce(
      (directory) =>
        newestCertificate(directory, registrar.state, personId)?.id === id &&
        standingOf(directory, personId, systemClock.nowMs()) !== 'not-witnessed',
    );
  }

  /** A statement shows in the own directory once a signed tree holds it: a list from before would say the contrary. */
  async #listOnce(isShown: (directory: Directory) => boolean): Promise<RegistryView> {
    for (let tries = 0; tries < SHOWN_TRIES; tries += 1) {
      const { directory } = await this.#directory.read(await this.#account.seat());
      if (isShown(directory)) break;
      await new Promise((resolve) => {
        setTimeout(resolve, SHOWN_PAUSE_MS);
      });
    }
    return this.list();
  }

  #asShown({ invitationId, seen }: ArgsOf<'registrar.approve'>): OpenInvitation {
    const { view, open } = this.#shown ?? { view: { invitations: [] }, open: [] };
    const at = view.invitations.findIndex((each) => each.invitationId === invitationId);
    const [said, signed] = [view.invitations[at], open[at]];
    if (signed === undefined || said?.seen !== seen) throw new ShownAnew('not what was shown');
    assertNamed(said);
    return signed;
  }

  async #carrier(): Promise<InformedRegistrar['carry']> {
    const { session, show } = await this.#account.seat();
    return carryInSession(session, show);
  }

  async #speaking() {
    const seed = this.#seed;
    if (seed === null) throw new RegistrarKeyClosed('the key of the registrar is not open');
    const seat = await this.#account.seat();
    const { directory } = await this.#directory.read(seat);
    const { session, show, profile } = seat;
    const registrar: InformedRegistrar = {
      state: stateOf(profile),
      seed,
      carry: carryInSession(session, show),
      directory,
      clock: systemClock,
      random: systemRandom,
    };
    return { registrar, trustStore: profile.trustStore, show };
  }
}
