import {
  limitTries,
  openRootKey,
  readChallenge,
  readPersonItems,
  Vault,
  type SignInNumber,
} from '@enlace/client';
import { parseWrap, ROUTES } from '@enlace/contracts';
import {
  isDomainError,
  parseBase64Url,
  parseId,
  parseUtf8,
  systemClock,
  systemRandom,
  toBase64Url,
  type PersonId,
} from '@enlace/kernel';
import { publicKeyOf, readReentry, registrationChallenge } from '@enlace/trust';

import type { ArgsOf, Recovery, ResultOf } from '../../protocol/operations.js';
import { loadProfile, type DeviceProfile } from '../device-profile.js';
import { trustStoreOf } from '../enrolment/printed-trust.js';
import type { Keeper } from '../keeper.js';
import { transferable } from '../transferable.js';
import { typedSecret } from '../vault.js';
import { NotSignedIn, StoreTaken } from '../worker-errors.js';
import { Certifying } from './certifying.js';
import { findVault, isOfPaper, letIn, type LetIn, type UnderWay } from './letting-in.js';

const USER_ID_BYTES = 32;

/** How far one recovery has come. */
interface Progress {
  readonly letIn?: LetIn;
  readonly underWay?: UnderWay;
  readonly opened?: DeviceProfile;
  readonly asked?: SignInNumber;
  readonly certifying?: Certifying;
  readonly end?: 'done' | 'ended';
}

/**
 * Somebody comes back on a browser that is nobody's device: a code of two registrars lets in, the own code or
 * passphrase opens the vault, and the key in it certifies this browser. The server and the registrars begin this and
 * cannot finish it. Everything lives in this object until the certificate is signed.
 */
export class Recovering {
  readonly #keeper: Keeper;
  #now: Progress = {};

  constructor(keeper: Keeper) {
    this.#keeper = keeper;
  }

  /** Where it stands, for a page that was left. A session that is over by the clock is over. */
  async view(): Promise<Recovery> {
    const { letIn: held, certifying } = this.#now;
    const isOver = held !== undefined && systemClock.nowMs() >= held.endsAtMs;
    if (isOver && certifying === undefined) this.#now = { end: 'ended' };
    return this.#view();
  }

  /**
   * Spends the code of the registrars, once: whatever fails after that is tried again under the session that it opened,
   * with the person as corrected. Throws `trust.not-as-printed`, `session.refused`, and as the vault.
   */
  async begin({ typed, personId }: ArgsOf<'recover.begin'>): Promise<Recovery> {
    const paper = readReentry(typed);
    const person = parseId<PersonId>(personId.trim().toLowerCase());
    if ((await loadProfile(this.#keeper.store)) !== null) throw new StoreTaken('a device is here');
    const trustStore = await trustStoreOf(paper.trustStoreFingerprint);
    return this.#during(async () => {
      const known = this.#now.letIn;
      const isKnown = known !== undefined && isOfPaper(known, paper);
      const held = isKnown ? known : await letIn(this.#keeper, paper, trustStore);
      this.#now = { letIn: held };
      this.#now = { letIn: held, underWay: await findVault(held, person) };
    });
  }

  /** Throws `vault.malformed` for a mistyped code, `vault.not-opened`, `unlock.paused`, `vault.incomplete`. */
  async open({ kind, secret }: ArgsOf<'recover.open'>): Promise<Recovery> {
    return this.#during(async () => {
      const { profile, replica, parts, fetched } = this.#underWay();
      const { personId } = parts;
      const typed = parseUtf8(new Uint8Array(secret));
      const counting = { store: this.#keeper.store, clock: systemClock, of: 'vault' } as const;
      const rootKey = await limitTries(counting, () =>
        openRootKey(fetched.wraps, typedSecret(kind, typed), personId),
      );
      const vault = Vault.of(parts, parseBase64Url(profile.signSeed), { rootKey, fetched });
      const about = { directory: replica.directory, personId, nowMs: systemClock.nowMs() };
      const { identitySeed } = await readPersonItems(vault, about);
      const opened = {
        ...profile,
        wraps: fetched.wraps.map(toBase64Url),
        identitySeed: toBase64Url(identitySeed),
        rootKey: toBase64Url(rootKey),
      };
      this.#now = { ...this.#now, opened };
    });
  }

  /** What the passkey of this browser is made over; asked for under the session of recovery. */
  async passkeyOptions(): Promise<ResultOf<'recover.passkey-options'>> {
    const { session, profile } = this.#underWay();
    const request = { method: 'POST', path: ROUTES.deviceOptions, body: {} } as const;
    let asked: SignInNumber | undefined;
    await this.#during(async () => {
      asked = readChallenge(await session.request(request, 'none'));
      this.#now = { ...this.#now, asked };
    });
    if (asked === undefined) throw new NotSignedIn('no number was asked for');
    const { deviceId, signSeed, prfSalt } = profile;
    const signKey = toBase64Url(publicKeyOf(parseBase64Url(signSeed)));
    return {
      rpId: (await this.#keeper.place()).rpId,
      challenge: transferable(registrationChallenge({ ...asked, deviceId, signKey })),
      credentials: [],
      prfSalt: transferable(parseBase64Url(prfSalt)),
      userId: transferable(systemRandom.bytes(USER_ID_BYTES)),
      userName: 'Enlace',
    };
  }

  /** Signs the certificate of this browser, which names the passkey; called again it keeps the one that it has. */
  async sign(passkey: ArgsOf<'recover.sign'>): Promise<Recovery> {
    const here = this.#underWay();
    const { opened, asked, certifying } = this.#now;
    if (certifying !== undefined) return this.#view();
    if (opened === undefined || asked === undefined) throw new NotSignedIn('the vault is closed');
    const made = { opened, asked, passkey };
    this.#now = { ...this.#now, certifying: new Certifying(this.#keeper, here, made) };
    return this.#view();
  }

  /** Hands the certificate in, as often as it takes until the outcome is known. */
  async certify(): Promise<Recovery> {
    return this.#during(async () => {
      const here = this.#underWay();
      const { certifying, ...before } = this.#now;
      if (certifying === undefined) throw new NotSignedIn('no certificate was signed');
      try {
        await certifying.handIn();
      } catch (error) {
        if (certifying.isRefused) this.#now = before;
        throw error;
      }
      this.#now = { end: 'done' };
      await endSession(here);
    });
  }

  async #during(work: () => Promise<void>): Promise<Recovery> {
    try {
      await work();
    } catch (error) {
      const isOver = isDomainError(error, 'session.ended') && this.#now.certifying === undefined;
      if (isOver) this.#now = { end: 'ended' };
      throw error;
    }
    return this.#view();
  }

  #view(): Recovery {
    const { underWay, opened, certifying, end } = this.#now;
    const kinds = new Set(underWay?.fetched.wraps.map((wrap) => parseWrap(wrap).kind));
    const ways = (['recovery', 'passphrase'] as const).filter((kind) => kinds.has(kind));
    if (end !== undefined) return { step: end, ways };
    if (certifying !== undefined) return { step: 'certificate', ways };
    if (opened !== undefined) return { step: 'passkey', ways };
    return { step: underWay === undefined ? 'paper' : 'vault', ways };
  }

  #underWay(): UnderWay {
    const { underWay } = this.#now;
    if (underWay === undefined) throw new NotSignedIn('no recovery under way');
    return underWay;
  }
}

/** This browser is a device already: a session that could not be ended ends by itself in a quarter of an hour. */
async function endSession({ session }: UnderWay): Promise<void> {
  try {
    await session.end();
  } catch (error) {
    if (!isDomainError(error)) throw error;
  }
}
