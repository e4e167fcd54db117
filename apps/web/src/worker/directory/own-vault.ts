import {
  fetchVault,
  personItems,
  readPersonItems,
  Vault,
  vaultSignKeys,
  type LocalStore,
  type VaultParts,
} from '@enlace/client';
import { parseWrap } from '@enlace/contracts';
import {
  equalBytes,
  parseBase64Url,
  parseId,
  systemClock,
  systemRandom,
  type PersonId,
} from '@enlace/kernel';
import type { Directory } from '@enlace/trust';

import type { ResultOf } from '../../protocol/operations.js';
import type { Seat } from '../session/account.js';
import { NotSignedIn } from '../worker-errors.js';

/** The vault of the person on the server, as this device asks for it. */
export class OwnVault {
  readonly #seat: Seat;
  readonly #parts: VaultParts;

  constructor(seat: Seat, store: LocalStore, directory: Directory) {
    const personId = parseId<PersonId>(seat.profile.personId ?? '');
    const signKeys = vaultSignKeys(directory, personId);
    this.#seat = seat;
    this.#parts = { session: seat.session, store, personId, signKeys, random: systemRandom };
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
   * `vault.not-opened`, `vault.incomplete`.
   */
  async look(directory: Directory): Promise<ResultOf<'directory.vault'>> {
    const { personId } = this.#parts;
    const fetched = await fetchVault(this.#parts);
    const signSeed = parseBase64Url(this.#seat.profile.signSeed);
    const vault = Vault.of(this.#parts, signSeed, { rootKey: this.#rootKey(), fetched });
    await readPersonItems(vault, { directory, personId, nowMs: systemClock.nowMs() });
    const missing = this.#ways().filter(
      (own) => !fetched.wraps.some((kept) => equalBytes(kept, own)),
    );
    // The passkey of a browser that came back opens the copy of the server as well.
    if (missing.length > 0) await vault.changeWays([...fetched.wraps, ...missing]);
    const ways = new Set(vault.wraps.map((wrap) => parseWrap(wrap).kind));
    return { version: vault.counter, ways: [...ways] };
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
