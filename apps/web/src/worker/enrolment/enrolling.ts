import {
  askForPasskeys,
  claimWithPasskeys,
  enrolClaimedDevice,
  pollClaim,
  signClaimedDevice,
  StoreDamaged,
} from '@enlace/client';
import type { InvitationStanding } from '@enlace/contracts';
import {
  isSameRecoveryCode,
  newRecoveryCode,
  readRecoveryCode,
  VaultNotOpened,
  type RecoveryCode,
} from '@enlace/e2ee';
import {
  equalBytes,
  isDomainError,
  parseBase64Url,
  parseUtf8,
  systemClock,
  systemRandom,
  toBase64Url,
} from '@enlace/kernel';
import { readInvitation, registrationChallenge, publicKeyOf } from '@enlace/trust';

import type { ArgsOf, Enrolment, ResultOf } from '../../protocol/operations.js';
import {
  forgetProfile,
  keysOf,
  loadProfile,
  newProfile,
  newSeed,
  saveProfile,
  type DeviceProfile,
} from '../device-profile.js';
import type { Keeper } from '../keeper.js';
import { transferable } from '../transferable.js';
import { openRootKey, typedSecret, withSealedIdentity, withWrap } from '../vault.js';
import { PassphraseShort } from '../worker-errors.js';
import { viewOf } from './enrolment-view.js';
import { passkeyOf, registrationOf } from './made-passkey.js';
import { trustStoreOf } from './printed-trust.js';

const SEED_BYTES = 32;
/** The main one and the spare. */
const PASSKEYS = 2;
/** A passphrase that a person invents has at least so many characters. */
const PASSPHRASE_CHARACTERS = 14;

type EnrollingKeeper = Pick<Keeper, 'store' | 'place' | 'transport'>;

/**
 * The way of an invited person in this browser. Every step is durable before the next one begins, so that a reload
 * goes on from where it was; what lives in memory alone (outputs of passkeys, a recovery code that nobody has typed
 * back yet) is asked for again.
 */
export class Enrolling {
  readonly #keeper: EnrollingKeeper;
  #prfs: Uint8Array[] = [];
  #kit: RecoveryCode | null = null;

  constructor(keeper: EnrollingKeeper) {
    this.#keeper = keeper;
  }

  async view(): Promise<Enrolment> {
    return viewOf(await loadProfile(this.#keeper.store));
  }

  /** Everything that can be wrong with the paper is found before a key is made. */
  async readInvitation(typed: string): Promise<Enrolment> {
    const { trustStoreFingerprint: printed } = readInvitation(typed);
    const known = await loadProfile(this.#keeper.store);
    if (known !== null) return viewOf(known); // keys that exist are never written over
    const trustStore = await trustStoreOf(printed);
    const keys = { identitySeed: newSeed(), rootKey: newSeed() };
    return this.#keep({ ...newProfile(trustStore), ...keys, invitation: typed });
  }

  /** Only what nobody has taken note of, or what is over: keys that were claimed are not given up by mistake. */
  async abandon(): Promise<Enrolment> {
    const { step } = await this.#known();
    if (step === 'made' || step === 'over') await forgetProfile(this.#keeper.store);
    this.#prfs = [];
    return this.view();
  }

  /** Both passkeys are made over one number; it is asked for once. */
  async passkeyOptions(): Promise<ResultOf<'enrol.passkey-options'>> {
    const known = await this.#known();
    const asked = known.asked ?? (await askForPasskeys(await this.#keeper.transport()));
    if (known.asked === null) await this.#keep({ ...known, asked });
    const { deviceId, signSeed } = known;
    const signKey = toBase64Url(publicKeyOf(parseBase64Url(signSeed)));
    const { state } = readInvitation(known.invitation);
    return {
      rpId: (await this.#keeper.place()).rpId,
      challenge: transferable(registrationChallenge({ ...asked, deviceId, signKey })),
      credentials: known.passkeys.map(({ credentialId }) =>
        transferable(parseBase64Url(credentialId)),
      ),
      prfSalt: transferable(parseBase64Url(known.prfSalt)),
      userId: transferable(systemRandom.bytes(SEED_BYTES)),
      userName: `Enlace ${state}`,
    };
  }

  async addPasskey(made: ArgsOf<'enrol.add-passkey'>): Promise<Enrolment> {
    const known = await this.#known();
    if (known.step !== 'made' || known.passkeys.length >= PASSKEYS) return viewOf(known);
    const passkey = passkeyOf(made);
    if (made.prf !== null) this.#prfs.push(new Uint8Array(made.prf));
    return this.#keep({ ...known, passkeys: [...known.passkeys, passkey] });
  }

  /** A claim whose answer was lost is spent: the device then finds its own claim by asking how far it is. */
  async claim(): Promise<Enrolment> {
    const known = await this.#known();
    const { personId } = await this.#claimOnce(known);
    const claimed: DeviceProfile = { ...known, step: 'claimed', personId };
    const wrapped = this.#prfs.reduce(
      (profile, prf) => withWrap(profile, { kind: 'passkey', prf }),
      claimed,
    );
    this.#prfs = [];
    return this.#keep(wrapped);
  }

  async #claimOnce(known: DeviceProfile): Promise<InvitationStanding> {
    const transport = await this.#keeper.transport();
    const invitation = readInvitation(known.invitation);
    const keys = keysOf(known);
    const { asked } = known;
    if (asked === null) throw new StoreDamaged('no number');
    const registrations = known.passkeys.map(registrationOf);
    try {
      const passkeys = { ...asked, registrations };
      return await claimWithPasskeys(transport, invitation, { keys, passkeys });
    } catch (error) {
      if (!isDomainError(error, 'invitation.refused')) throw error;
      const ports = { keys, clock: systemClock, random: systemRandom };
      return pollClaim(transport, invitation, ports).catch(async (refusal: unknown) => {
        // Only that the device has claimed nothing says that its passkeys are of no use; a lost answer says nothing.
        if (!isDomainError(refusal, 'invitation.refused')) throw refusal;
        // Their number is spent, whatever the server's reason was: the next try needs other ones.
        await this.#keep({ ...known, asked: null, passkeys: [] });
        this.#prfs = [];
        throw refusal;
      });
    }
  }

  /** Throws `vault.passphrase-short`. */
  async setPassphrase(bytes: ArrayBuffer): Promise<Enrolment> {
    const passphrase = parseUtf8(new Uint8Array(bytes));
    if (passphrase.length < PASSPHRASE_CHARACTERS) {
      throw new PassphraseShort(PASSPHRASE_CHARACTERS);
    }
    return this.#keep(withWrap(await this.#known(), { kind: 'passphrase', passphrase }));
  }

  /** A code that nobody has typed back opens nothing yet. */
  async makeKit(): Promise<{ code: string }> {
    await this.#known();
    this.#kit = newRecoveryCode(systemRandom);
    return { code: this.#kit.text };
  }

  /** The code that was typed back opens a copy of the vault before it counts. Throws `vault.malformed`. */
  async checkKit(typed: string): Promise<Enrolment> {
    const known = await this.#known();
    const read = readRecoveryCode(typed);
    if (this.#kit === null || !isSameRecoveryCode(this.#kit, read)) {
      throw new VaultNotOpened('not the code that was shown');
    }
    const wrapped = withWrap(known, { kind: 'recovery', code: read.secret });
    const opened = openRootKey(wrapped, typedSecret('recovery', typed));
    if (!equalBytes(opened, parseBase64Url(known.rootKey ?? ''))) throw new StoreDamaged('vault');
    this.#kit = null;
    return this.#keep(wrapped);
  }

  /** Once two registrars have signed, the device signs its certificate and hands it in. */
  async poll(): Promise<Enrolment> {
    const known = await this.#known();
    if (known.step !== 'claimed') return viewOf(known);
    const transport = await this.#keeper.transport();
    const claimed = readInvitation(known.invitation);
    const keys = keysOf(known);
    const ports = { keys, clock: systemClock, random: systemRandom };
    const standing = await pollClaim(transport, claimed, ports);
    if (standing.step === 'claimed') return viewOf(known);
    if (standing.step !== 'certified') return this.#keep({ ...known, step: 'over' });
    // The wraps of the vault are bound to the person that the claim was answered with.
    if (standing.personId !== known.personId) throw new StoreDamaged('another person');
    // Kept before it is sent: after a lost answer the same certificate goes out again, never a second one.
    const { personId } = standing;
    const deviceCert =
      known.deviceCert ?? signClaimedDevice({ ...claimed, personId }, keys, systemClock);
    await this.#keep({ ...known, deviceCert });
    await enrolClaimedDevice(transport, claimed, deviceCert);
    return this.#keep(withSealedIdentity({ ...known, deviceCert, step: 'enrolled' }));
  }

  async #known(): Promise<DeviceProfile> {
    const known = await loadProfile(this.#keeper.store);
    if (known === null) throw new StoreDamaged('no ceremony');
    return known;
  }

  async #keep(known: DeviceProfile): Promise<Enrolment> {
    await saveProfile(this.#keeper.store, known);
    return viewOf(known);
  }
}
