import {
  ClientStatements,
  fetchVault,
  personItems,
  readPersonItems,
  recordedVaultCounter,
  Vault,
  vaultSignKeys,
  type FetchedVault,
  type LocalStore,
  type VaultParts,
  type VaultRollback,
} from '@enlace/client';
import { parseWrap } from '@enlace/contracts';
import {
  equalBytes,
  isDomainError,
  parseBase64Url,
  parseId,
  systemClock,
  systemRandom,
  type DeviceId,
  type PersonId,
} from '@enlace/kernel';
import type { Directory } from '@enlace/trust';

import type { ResultOf } from '../../protocol/operations.js';
import type { Seat } from '../session/account.js';
import { NotSignedIn, VaultLockedAnew } from '../worker-errors.js';

/** The vault of the person on the server, as this device asks for it: no older one than it or the own record knows. */
export class OwnVault {
  readonly #seat: Seat;
  readonly #parts: VaultParts;
  readonly #statements: ClientStatements;

  constructor(seat: Seat, store: LocalStore, directory: Directory) {
    const { session, profile } = seat;
    const personId = parseId<PersonId>(profile.personId ?? '');
    const seed = parseBase64Url(profile.signSeed);
    const device = { deviceId: parseId<DeviceId>(profile.deviceId), seed };
    this.#seat = seat;
    const ports = { device, clock: systemClock, random: systemRandom };
    this.#statements = new ClientStatements(store, ports);
    this.#parts = {
      session,
      store,
      personId,
      signKeys: vaultSignKeys(directory, personId),
      random: systemRandom,
      recordedCounter: async () => recordedVaultCounter(session),
      stateRollback: async (seen) => this.#stateRollback(seen),
    };
  }

  /**
   * Brings the vault that was made with the claim, before the account begins, so that nobody works who would lose
   * everything with one browser. Called again it finds its own one. Throws `vault.incomplete`, and as the client.
   */
  async bring(): Promise<void> {
    const { identitySeed, profile } = this.#seat;
    if (identitySeed === null) throw new NotSignedIn('the vault is closed');
    const wraps = this.#ways();
    const items = personItems({ identitySeed, trustStoreText: profile.trustStore });
    const made = { keys: { rootKey: this.#rootKey(), wraps }, items };
    await Vault.begin(this.#parts, parseBase64Url(profile.signSeed), made);
  }

  /**
   * What the server keeps, after every check: it is the newest that was seen, a device of the person has signed it, and
   * it opens to the key that two registrars have certified. Throws `vault.rolled-back`, `vault.head-refused`,
   * `vault.locked-anew`, `vault.incomplete`.
   */
  async look(directory: Directory): Promise<ResultOf<'directory.vault'>> {
    await this.#sendStated();
    const vault = await this.openVerified(directory);
    const missing = this.#ways().filter(
      (own) => !vault.wraps.some((kept) => equalBytes(kept, own)),
    );
    // The passkey of a browser that came back opens the copy of the server as well.
    if (missing.length > 0) await vault.changeWays([...vault.wraps, ...missing]);
    const ways = new Set(vault.wraps.map((wrap) => parseWrap(wrap).kind));
    return { version: vault.counter, ways: [...ways] };
  }

  /** Down to the certified key. Throws as `look`. */
  async openVerified(directory: Directory): Promise<Vault> {
    const { personId } = this.#parts;
    const vault = await this.open();
    try {
      await readPersonItems(vault, { directory, personId, nowMs: systemClock.nowMs() });
    } catch (error) {
      throw isDomainError(error, 'vault.not-opened') ? new VaultLockedAnew(error) : error;
    }
    return vault;
  }

  /** What the server keeps, after the checks of its head; by another root key than the own one. Throws as `fetch`. */
  async open(rootKey = this.#rootKey()): Promise<Vault> {
    const fetched = await this.fetch();
    const signSeed = parseBase64Url(this.#seat.profile.signSeed);
    return Vault.of(this.#parts, signSeed, { rootKey, fetched });
  }

  /** The same, before anything opens it. Throws as `fetchVault`. */
  async fetch(): Promise<FetchedVault> {
    return fetchVault(this.#parts);
  }

  // Durable first; what the server does not take now goes to it with the next look.
  async #stateRollback(seen: VaultRollback): Promise<void> {
    await this.#statements.state({ type: 'vault.rollback-detected', ...seen });
    await this.#sendStated();
  }

  async #sendStated(): Promise<void> {
    try {
      await this.#statements.send(this.#seat.session);
    } catch (error) {
      // A server that takes no statement does not keep the person from the alarm.
      if (!isDomainError(error) || isDomainError(error, 'session.ended')) throw error;
    }
  }

  #ways(): readonly Uint8Array[] {
    return this.#seat.profile.wraps.map(parseBase64Url);
  }

  #rootKey(): Uint8Array {
    const { rootKey } = this.#seat;
    if (rootKey === null) throw new NotSignedIn('the vault is closed');
    return rootKey;
  }
}
