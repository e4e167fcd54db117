import {
  directoryOf,
  isRefusalOfTheAct,
  signClaimedDevice,
  type SignInNumber,
} from '@enlace/client';
import { ROUTES } from '@enlace/contracts';
import { isDomainError, systemClock, type JsonObject } from '@enlace/kernel';
import { currentOf, parseStatement } from '@enlace/trust';

import type { ArgsOf } from '../../protocol/operations.js';
import {
  forgetProfile,
  keysOf,
  loadProfile,
  saveProfile,
  type DeviceProfile,
} from '../device-profile.js';
import { passkeyOf, registrationOf } from '../enrolment/made-passkey.js';
import type { Keeper } from '../keeper.js';
import { withSealedIdentity, withWrap } from '../vault.js';
import { StoreTaken } from '../worker-errors.js';
import type { UnderWay } from './letting-in.js';

/** How often the directory is looked at, and how long apart, until a tree that was signed holds what was sent. */
const SHOWN_TRIES = 10;
const SHOWN_PAUSE_MS = 1_000;

/** The vault is open, and a passkey was made over the number that was asked for. */
interface Made {
  readonly opened: DeviceProfile;
  readonly asked: SignInNumber;
  readonly passkey: ArgsOf<'recover.sign'>;
}

/**
 * The one certificate of this browser. It is signed once, and the same bytes go out until it is known what became of
 * them: a second certificate would be refused, and the refusal would be taken for one of the first.
 */
export class Certifying {
  readonly #keeper: Keeper;
  readonly #here: UnderWay;
  readonly #profile: DeviceProfile;
  readonly #body: JsonObject;
  /** How many were sent of which nobody knows what became. */
  #unknown = 0;
  #isRefused = false;

  constructor(keeper: Keeper, here: UnderWay, { opened, asked, passkey }: Made) {
    const named = { ...opened, passkeys: [passkeyOf(passkey)] };
    const owner = { state: here.state, personId: here.parts.personId };
    const wire = signClaimedDevice(owner, keysOf(named), systemClock);
    const certified = { ...named, deviceCert: wire };
    const prf = passkey.prf === null ? null : new Uint8Array(passkey.prf);
    const profile = prf === null ? certified : withWrap(certified, { kind: 'passkey', prf });
    this.#keeper = keeper;
    this.#here = here;
    this.#profile = withSealedIdentity({ ...profile, step: 'active' });
    this.#body = {
      wire,
      passkeys: { ...asked, registrations: named.passkeys.map(registrationOf) },
    };
  }

  /** The server has said no to all that was sent: nothing is left of it here. */
  get isRefused(): boolean {
    return this.#isRefused;
  }

  /**
   * When it resolves this browser is a device, and holds its keys. Throws the refusal of the server; what was sent
   * before with an outcome that nobody knows may have been taken, and its keys are kept then.
   */
  async handIn(): Promise<void> {
    // Kept before it is sent: dying in between leaves a device that the server may know.
    await this.#keep();
    if (this.#unknown > 0 && (await this.#isShown())) return;
    this.#unknown += 1;
    try {
      const request = { method: 'POST', path: ROUTES.devices, body: this.#body } as const;
      await this.#here.session.request(request, 'act');
    } catch (error) {
      if (!isSurelyUndone(error)) throw error;
      this.#unknown -= 1;
      if (this.#unknown === 0) await this.#giveUp();
      else if (await this.#isShownSoon()) return;
      throw error;
    }
  }

  async #keep(): Promise<void> {
    const { store } = this.#keeper;
    const held = await loadProfile(store);
    if (held !== null && held.deviceId !== this.#profile.deviceId) {
      throw new StoreTaken('another device is here');
    }
    await this.#here.store.moveTo(store);
    await saveProfile(store, this.#profile);
  }

  async #giveUp(): Promise<void> {
    this.#isRefused = true;
    await forgetProfile(this.#keeper.store);
    await this.#here.store.takeBack();
  }

  async #isShown(): Promise<boolean> {
    const { replica, session, state } = this.#here;
    await replica.sync(directoryOf(session));
    const { deviceId: subject, deviceCert } = this.#profile;
    const shown = currentOf(replica.directory, { type: 'device-cert', state, subject });
    return shown?.statement.id === parseStatement(deviceCert ?? '').id;
  }

  async #isShownSoon(): Promise<boolean> {
    for (let tries = 0; tries < SHOWN_TRIES; tries += 1) {
      if (await this.#isShown()) return true;
      await new Promise((resolve) => {
        setTimeout(resolve, SHOWN_PAUSE_MS);
      });
    }
    return false;
  }
}

/** Refused by the act itself, or before it because the session is over. */
function isSurelyUndone(error: unknown): boolean {
  return isRefusalOfTheAct(error) || isDomainError(error, 'session.ended');
}
