import {
  auditTrustOf,
  ClientStatements,
  Threads,
  type LocalStore,
  type Session,
  type ThreadPorts,
  type Vault,
} from '@enlace/client';
import { mlsPort } from '@enlace/e2ee';
import {
  parseBase64Url,
  parseId,
  systemClock,
  systemRandom,
  type DeviceId,
  type PersonId,
} from '@enlace/kernel';
import type { Directory } from '@enlace/trust';

import type { OwnDirectory } from '../directory/own-directory.js';
import { OwnVault } from '../directory/own-vault.js';
import type { Keeper } from '../keeper.js';
import type { OwnAccount, Seat } from '../session/account.js';
import { KnownPeople } from './known-people.js';

/** A page tells the person sooner than a command that it has no answer; what was done waits in the store. */
const PATIENCE = {
  tries: 2,
  pause: async (ms: number) => new Promise<void>((go) => void setTimeout(go, ms)),
};

/** What an act in threads rests on. */
export interface Desk {
  readonly seat: Seat;
  readonly store: LocalStore;
  readonly threads: Threads;
  readonly people: KnownPeople;
  readonly directory: () => Directory;
}

/** Opens what each act rests on, by the directory as it is then. */
export class Desks {
  #people: { readonly session: Session; readonly known: KnownPeople } | null = null;

  constructor(
    private readonly keeper: Keeper,
    private readonly account: OwnAccount,
    private readonly own: OwnDirectory,
  ) {}

  async open(): Promise<Desk> {
    const seat = await this.account.seat();
    let { directory } = await this.own.read(seat);
    const refreshDirectory = async () => {
      ({ directory } = await this.own.read(seat));
    };
    const { profile, session } = seat;
    const deviceId = parseId<DeviceId>(profile.deviceId);
    const personId = parseId<PersonId>(profile.personId ?? '');
    const signSeed = parseBase64Url(profile.signSeed);
    const ports = { clock: systemClock, random: systemRandom };
    const threads = new Threads({
      ...ports,
      session,
      store: this.keeper.store,
      device: { self: { deviceId, personId }, signSeed, kemSeed: parseBase64Url(profile.kemSeed) },
      groups: mlsPort(systemRandom),
      directory: () => directory,
      refreshDirectory,
      trust: () => auditTrustOf(directory),
      statements: new ClientStatements(this.keeper.store, {
        ...ports,
        device: { deviceId, seed: signSeed },
      }),
      vault: this.#vaultOf(seat, () => directory),
      patience: PATIENCE,
    });
    if (this.#people?.session !== session) {
      this.#people = { session, known: new KnownPeople(session, personId) };
    }
    const { known: people } = this.#people;
    return { seat, store: this.keeper.store, threads, people, directory: () => directory };
  }

  /** Nobody of the demo has one in the browser; everybody else once it is open. */
  #vaultOf(seat: Seat, directory: () => Directory): ThreadPorts['vault'] {
    if (seat.rootKey === null) return null;
    let opened: Promise<Vault> | null = null;
    return async () => (opened ??= new OwnVault(seat, this.keeper.store, directory()).open());
  }
}
