import {
  claimDigits,
  HttpTransport,
  signClaim,
  type LocalStore,
  type Session,
} from '@enlace/client';
import type { PersonId } from '@enlace/kernel';
import { readInvitation } from '@enlace/trust';

import { advanceClaim } from '../../device/advance-claim.js';
import type { VaultKit } from '../../device/vault-kit.js';
import { writeNewFiles } from '../../files/new-files.js';
import { newKeys, saveProfile, type DeviceProfile } from '../../home/device-profile.js';
import type { EnrolledHome } from '../../home/enrolled-home.js';
import { createHomeWith, type Home, type NewStoreKey } from '../../home/home.js';
import { saveVaultKeys } from '../../home/kept-vault.js';
import { forgetSession } from '../../home/stored-session.js';
import { openKeptSession, openNewSession } from '../../home/signed-in.js';
import { wayFrom } from './own-address.js';
import { beginWhenWitnessed } from './own-directory.js';

/** How often somebody of the demo acts whom its own server has put off: a busy machine, and nobody who lies. */
const ACT_TRIES = 60;

/** What somebody brings to a seat. */
export interface SeatPlan {
  readonly folder: string;
  readonly origin: string;
  readonly trustStore: string;
  /** Of whom: each sits at a machine of his own. */
  readonly machine: number;
  readonly storeKey: Promise<NewStoreKey>;
  readonly vaultKit: (personId: PersonId) => Promise<VaultKit>;
  /** New file with what opens the vault when the home is gone. */
  readonly recoveryCode: string;
}

/** Somebody of the demo at a machine of his own: a home, as `enlace device claim` makes it. Leave it when done. */
export class Seat {
  readonly #home: Home;
  readonly #transport: HttpTransport;
  readonly #plan: SeatPlan;
  #profile: DeviceProfile;
  #kit: Promise<VaultKit> | null = null;

  private constructor(plan: SeatPlan, home: Home, profile: DeviceProfile) {
    this.#plan = plan;
    this.#home = home;
    this.#transport = new HttpTransport(plan.origin, wayFrom(plan.machine));
    this.#profile = profile;
  }

  /** Sits down with an invitation on paper: keys are made and kept. */
  static async take(plan: SeatPlan, invitation: string): Promise<Seat> {
    const { folder, origin, trustStore, storeKey } = plan;
    const home = await createHomeWith(folder, async () => storeKey);
    const profile: DeviceProfile = {
      server: origin,
      trustStore,
      invitation,
      step: 'made',
      personId: null,
      deviceCert: null,
      keys: newKeys(),
    };
    await saveProfile(home.store, profile);
    return new Seat(plan, home, profile);
  }

  get store(): LocalStore {
    return this.#home.store;
  }

  get profile(): DeviceProfile {
    return this.#profile;
  }

  /** What the person reads aloud to the registrars. */
  get digits(): string {
    return claimDigits(this.#profile.keys);
  }

  /** The claim as it travels: while a State is founded, registrars get it on a stick. */
  get claimWire(): string {
    return signClaim(readInvitation(this.#profile.invitation), this.#profile.keys);
  }

  /** The next step of the own ceremony: the claim, then, when two have signed, the certificate of the device. */
  async advance(): Promise<void> {
    this.#profile = await advanceClaim(
      { store: this.store, profile: this.#profile },
      this.#transport,
      null,
    );
    const { personId } = this.#profile;
    if (personId === null || this.#kit !== null) return;
    this.#kit = this.#plan.vaultKit(personId);
    // Whoever waits for it hears of a failure; nobody may be left to wait.
    this.#kit.catch(() => undefined);
  }

  /** The home, once the device is certified. */
  get enrolled(): EnrolledHome {
    const { deviceCert } = this.#profile;
    if (deviceCert === null) throw new RangeError('the device is not certified yet');
    return { store: this.store, profile: { ...this.#profile, deviceCert } };
  }

  /** Signs in for the first time: the account begins when witnesses have seen the own certificates. */
  async signIn(): Promise<Session> {
    await this.#keepVault();
    await openNewSession(this.enrolled, this.#transport);
    const { session } = await openKeptSession(this.enrolled, this.#transport, {
      actTries: ACT_TRIES,
    });
    await beginWhenWitnessed(this.enrolled, session);
    return session;
  }

  /** What a person at a terminal does between claim and certificate; nobody is there to type the code back. */
  async #keepVault(): Promise<void> {
    if (this.#kit === null) throw new RangeError('nothing is claimed yet');
    const { keys, code } = await this.#kit;
    await saveVaultKeys(this.store, keys);
    writeNewFiles([{ path: this.#plan.recoveryCode, text: `${code}\n`, isSecret: true }]);
  }

  /** Ends the session, and leaves the home to whoever comes next. */
  async leave(session: Session | null): Promise<void> {
    if (session !== null) {
      await session.end();
      await forgetSession(this.store);
    }
    this.#home.close();
  }
}
