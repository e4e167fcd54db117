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
  readOpenInvitation,
  revokePerson,
  unfreezePerson,
  type InformedRegistrar,
  type OpenInvitation,
} from '@enlace/client';
import { isSeedOf, openKeyFile, parseKeyFile } from '@enlace/e2ee';
import { parseUtf8, parseId, systemClock, systemRandom } from '@enlace/kernel';
import { keyFingerprint, parseStatement, publicKeyOf, readInvitation } from '@enlace/trust';

import type { ArgsOf, Registry as RegistryView, ResultOf } from '../../protocol/operations.js';
import type { OwnDirectory } from '../directory/own-directory.js';
import type { OwnAccount } from '../session/account.js';
import { RegistrarKeyClosed, RegistrarKeyOfAnother, ShownAnew } from '../worker-errors.js';
import { readDraftText, draftText, nextCertificateInWords } from './drafted.js';
import {
  hashOfSeen,
  registrarKeyOf,
  registryInWords,
  standingOf,
  type AsRead,
} from './registry-in-words.js';

/** Nothing is signed with it; for acts that the session alone carries. */
const NO_KEY = new Uint8Array(32);

/** How often the directory is looked at after an act, and how long apart; after that the page is as it is. */
const SHOWN_TRIES = 12;
const SHOWN_PAUSE_MS = 1_000;

/**
 * What a registrar sees and does. Every signature is made over what this object has read and shown: an act names the
 * hash of what the page showed, and a server that shows something else in the meantime is not signed for. The key of
 * the registrar comes from its file, stays in this worker and ends with it.
 */
export class Registry {
  readonly #account: OwnAccount;
  readonly #directory: OwnDirectory;
  #seed: Uint8Array | null = null;
  #shown: readonly OpenInvitation[] = [];

  constructor(account: OwnAccount, directory: OwnDirectory) {
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
    if (!isOwn) throw new RegistrarKeyOfAnother();
    const seed = openKeyFile(locked, parseUtf8(new Uint8Array(passphrase)));
    if (!isSeedOf(locked.file, seed)) throw new RegistrarKeyOfAnother();
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
    this.#shown = open;
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
    await cancelInvitation((await this.#speaking(NO_KEY)).registrar, parseId(invitationId));
    return this.list();
  }

  async revoke({ personId, reason }: ArgsOf<'registrar.revoke'>): Promise<RegistryView> {
    await revokePerson((await this.#speaking()).registrar, parseId(personId), reason);
    return this.#listOnce(personId, (standing) => standing !== 'certified');
  }

  async unfreeze(personId: string): Promise<RegistryView> {
    await unfreezePerson((await this.#speaking(NO_KEY)).registrar, parseId(personId));
    return this.list();
  }

  /** The next certificate, signed by the first registrar; it goes to the second one by hand and is no secret. */
  async draft(personId: string): Promise<ResultOf<'registrar.draft-certificate'>> {
    const { registrar } = await this.#speaking();
    return { text: draftText(draftNextCertificate(registrar, parseId(personId), {})) };
  }

  /** Throws `ceremony.refused` for anything but the certificate of a person of the own State. */
  async readDraft(text: string): Promise<ResultOf<'registrar.read-certificate'>> {
    const seat = await this.#account.seat();
    const { directory } = await this.#directory.read(seat);
    return nextCertificateInWords(directory, seat, readDraftText(text));
  }

  async complete(text: string): Promise<RegistryView> {
    const drafted = readDraftText(text);
    await completeNextCertificate((await this.#speaking()).registrar, drafted);
    const { body } = parseStatement(drafted.wire);
    const personId = body.type === 'person-cert' ? body.personId : '';
    return this.#listOnce(personId, (standing) => standing !== 'person-revoked');
  }

  /** A statement shows in the own directory once a signed tree holds it: a list from before would say the contrary. */
  async #listOnce(personId: string, isShown: (standing: string) => boolean): Promise<RegistryView> {
    for (let tries = 0; tries < SHOWN_TRIES; tries += 1) {
      const { directory } = await this.#directory.read(await this.#account.seat());
      if (isShown(standingOf(directory, personId, systemClock.nowMs()))) break;
      await new Promise((resolve) => {
        setTimeout(resolve, SHOWN_PAUSE_MS);
      });
    }
    return this.list();
  }

  #asShown({ invitationId, seen }: ArgsOf<'registrar.approve'>): OpenInvitation {
    const open = this.#shown.find(
      (each) => readOpenInvitation(each).invitation.invitationId === invitationId,
    );
    if (open === undefined || hashOfSeen(open) !== seen) throw new ShownAnew();
    return open;
  }

  async #speaking(
    seed = this.#seed,
  ): Promise<{ readonly registrar: InformedRegistrar; readonly trustStore: string }> {
    if (seed === null) throw new RegistrarKeyClosed();
    const seat = await this.#account.seat();
    const { directory } = await this.#directory.read(seat);
    const { trustStore, invitation } = seat.profile;
    const registrar = {
      state: readInvitation(invitation).state,
      seed,
      carry: carryInSession(seat.session, seat.show),
      directory,
      clock: systemClock,
      random: systemRandom,
    };
    return { registrar, trustStore };
  }
}
