import {
  claimDigits,
  HttpTransport,
  signClaim,
  type LocalStore,
  type Session,
} from '@enlace/client';
import { ROUTES } from '@enlace/contracts';
import { readInvitation } from '@enlace/trust';

import { advanceClaim } from '../../device/advance-claim.js';
import { newKeys, saveProfile, type DeviceProfile } from '../../home/device-profile.js';
import type { EnrolledHome } from '../../home/enrolled-home.js';
import { createHomeWith, type Home, type NewStoreKey } from '../../home/home.js';
import { forgetSession } from '../../home/stored-session.js';
import { openKeptSession, openNewSession } from '../../home/signed-in.js';
import { wayFrom } from './own-address.js';
import { beginWhenWitnessed } from './own-directory.js';

/** What somebody brings to a seat. */
export interface SeatPlan {
  readonly folder: string;
  readonly origin: string;
  readonly trustStore: string;
  /** Of whom: each sits at a machine of his own. */
  readonly machine: number;
  readonly storeKey: Promise<NewStoreKey>;
}

/** Somebody of the demo at a machine of his own: a home, as `enlace device claim` makes it. Leave it when done. */
export class Seat {
  readonly #home: Home;
  readonly #transport: HttpTransport;
  #profile: DeviceProfile;

  private constructor(home: Home, transport: HttpTransport, profile: DeviceProfile) {
    this.#home = home;
    this.#transport = transport;
    this.#profile = profile;
  }

  /** Sits down with an invitation on paper: keys are made and kept. */
  static async take(plan: SeatPlan, invitation: string): Promise<Seat> {
    const { folder, origin, trustStore, machine, storeKey } = plan;
    const home = await createHomeWith(folder, async () => storeKey);
    const transport = new HttpTransport(origin, wayFrom(machine));
    const profile: DeviceProfile = {
      server: origin,
      trustStore,
      invitation,
      step: 'made',
      deviceCert: null,
      keys: newKeys(),
    };
    await saveProfile(home.store, profile);
    return new Seat(home, transport, profile);
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
    this.#profile = await advanceClaim(this.store, this.#profile, this.#transport);
  }

  /** The home, once the device is certified. */
  get enrolled(): EnrolledHome {
    const { deviceCert } = this.#profile;
    if (deviceCert === null) throw new RangeError('the device is not certified yet');
    return { store: this.store, profile: { ...this.#profile, deviceCert } };
  }

  /** Signs in for the first time: the account begins when witnesses have seen the own certificates. */
  async signIn(): Promise<Session> {
    await openNewSession(this.enrolled, this.#transport);
    const { session } = await openKeptSession(this.enrolled, this.#transport);
    await beginWhenWitnessed(this.enrolled, session);
    return session;
  }

  /** Ends the session, and leaves the home to whoever comes next. */
  async leave(session: Session | null): Promise<void> {
    if (session !== null) {
      await session.request({ method: 'DELETE', path: ROUTES.currentSession }, 'act');
      await forgetSession(this.store);
    }
    this.#home.close();
  }
}
