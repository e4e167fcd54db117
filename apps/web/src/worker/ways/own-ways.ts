import {
  halvesOf,
  limitTries,
  makeVaultKeys,
  openRootKey,
  readPersonItems,
  type Vault,
  type VaultWay,
} from '@enlace/client';
import { parseWrap } from '@enlace/contracts';
import {
  isSameRecoveryCode,
  newRecoveryCode,
  readRecoveryCode,
  VaultNotOpened,
  type RecoveryCode,
  type WrapSecret,
} from '@enlace/e2ee';
import {
  equalBytes,
  formatInstant,
  parseBase64Url,
  parseId,
  parseUtf8,
  systemClock,
  systemRandom,
  toBase64Url,
  type PersonId,
  type ThreadId,
} from '@enlace/kernel';
import type { Directory } from '@enlace/trust';

import type { ArgsOf, ResultOf } from '../../protocol/operations.js';
import type { OwnDirectory } from '../directory/own-directory.js';
import { OwnVault } from '../directory/own-vault.js';
import type { DeviceProfile } from '../device-profile.js';
import type { Keeper } from '../keeper.js';
import type { OwnAccount, Seat } from '../session/account.js';
import { typedSecret, withSealedIdentity, withWrap } from '../vault.js';
import { NotSignedIn } from '../worker-errors.js';
import { KeysLeftBehind } from './way-errors.js';

/** What the ways into the own vault rest on. */
export interface WayGround {
  readonly keeper: Keeper;
  readonly account: OwnAccount;
  readonly directory: OwnDirectory;
}

type Ways = ResultOf<'ways.list'>;

/** The vault of the person as it is now on the server, and what it is compared with. */
interface Opened {
  readonly seat: Seat;
  readonly directory: Directory;
  readonly vault: Vault;
  readonly personId: PersonId;
}

/**
 * What opens the vault of the person who works here: looked at, tried, and changed together with the root key, so that
 * a way that is over opens nothing that is kept from then on. Throws as `OwnVault.look`.
 */
export class OwnWays {
  readonly #ground: WayGround;
  #kit: RecoveryCode | null = null;
  #isTypedBack = false;
  /** Outputs of passkeys, by the passkey. */
  readonly #prfs = new Map<string, Uint8Array>();

  constructor(ground: WayGround) {
    this.#ground = ground;
  }

  async list(): Promise<Ways> {
    const { seat, vault } = await this.#open();
    return waysOf(vault, seat.profile);
  }

  /** Throws `vault.malformed` for a mistyped code, `vault.not-opened`, `unlock.paused`, `vault.incomplete`. */
  async try({ kind, secret }: ArgsOf<'ways.try'>): Promise<Ways> {
    const typed = secretOf({ kind, secret });
    const { seat, vault } = await this.#opened(typed);
    return waysOf(vault, seat.profile);
  }

  newKit(): { code: string } {
    this.#kit = newRecoveryCode(systemRandom);
    this.#isTypedBack = false;
    this.#prfs.clear();
    return { code: this.#kit.text };
  }

  /** Throws `vault.malformed` for a mistyped code, `vault.not-opened` for another one. */
  checkKit(typed: string): void {
    const read = readRecoveryCode(typed);
    if (this.#kit === null || !isSameRecoveryCode(this.#kit, read)) {
      throw new VaultNotOpened('not the code that was shown');
    }
    this.#isTypedBack = true;
  }

  /** Throws `vault.not-opened` for a passkey without the function: it would open nothing. */
  addPasskey({ credentialId, prf }: ArgsOf<'ways.add-passkey'>): { shown: number } {
    if (prf === null) throw new VaultNotOpened('this passkey opens nothing');
    this.#prfs.set(toBase64Url(new Uint8Array(credentialId)), new Uint8Array(prf));
    return { shown: this.#prfs.size };
  }

  /**
   * The code that was typed back, the passkeys that were shown and the passphrase open the vault from here on, and
   * nothing else does. Throws `vault.not-opened` for a passphrase that does not open it now, `unlock.paused`, and
   * `vault.keys-left-behind` where keys of threads would not come along, unless that was accepted.
   */
  async renew({ passphrase, isLossAccepted }: ArgsOf<'ways.renew'>): Promise<Ways> {
    const { seat, vault, personId } = await this.#open();
    const { profile, identitySeed } = seat;
    const secrets = this.#secrets(profile);
    if (passphrase !== null) {
      const typed = secretOf({ kind: 'passphrase', secret: passphrase });
      await this.#rootKeyBy(typed, vault.wraps, personId);
      secrets.push(typed);
    }
    if (identitySeed === null || secrets.length < 2) throw new VaultNotOpened('one way alone');
    const halves = await this.#halvesFor(vault, seat, isLossAccepted);
    const made = makeVaultKeys(secrets, { personId, clock: systemClock, random: systemRandom });
    await vault.rotate(made, async (threadId) => halves.get(threadId) ?? null);
    [this.#kit, this.#isTypedBack] = [null, false];
    this.#prfs.clear();
    const wraps = made.wraps.map(toBase64Url);
    const next = await this.#keep({ ...profile, wraps }, { rootKey: made.rootKey, identitySeed });
    return waysOf(vault, next);
  }

  /** Throws as `try`. */
  async adopt({ prf, ...typed }: ArgsOf<'ways.adopt'>): Promise<Ways> {
    const { seat, vault, rootKey, identitySeed } = await this.#opened(secretOf(typed));
    const wraps = vault.wraps.map(toBase64Url);
    const known = { ...seat.profile, wraps };
    const next = await this.#keep(known, { rootKey, identitySeed }, prf);
    return waysOf(vault, next);
  }

  /** The code once it was typed back, and the passkeys that were shown since. */
  #secrets({ prfSalt }: DeviceProfile): VaultWay[] {
    if (this.#kit === null || !this.#isTypedBack) throw new VaultNotOpened('not typed back');
    const salt = parseBase64Url(prfSalt);
    const passkeys = [...this.#prfs.values()];
    return [
      { kind: 'recovery', code: this.#kit.secret },
      ...passkeys.map((prf): VaultWay => ({ kind: 'passkey', prf, salt })),
    ];
  }

  /** The copy of the server by a secret, down to the key that two registrars have certified. */
  async #opened(secret: WrapSecret) {
    const { seat, directory, personId } = await this.#at();
    const own = new OwnVault(seat, this.#ground.keeper.store, directory);
    const { wraps } = await own.fetch();
    const rootKey = await this.#rootKeyBy(secret, wraps, personId);
    const vault = await own.open(rootKey);
    const about = { directory, personId, nowMs: systemClock.nowMs() };
    const { identitySeed } = await readPersonItems(vault, about);
    return { seat, vault, rootKey, identitySeed };
  }

  /** A typed secret, of which no more are tried here than where it lets somebody in. */
  async #rootKeyBy(
    secret: WrapSecret,
    wraps: readonly Uint8Array[],
    personId: PersonId,
  ): Promise<Uint8Array> {
    const counting = { store: this.#ground.keeper.store, clock: systemClock, of: 'vault' } as const;
    return limitTries(counting, () => openRootKey(wraps, secret, personId));
  }

  async #open(): Promise<Opened> {
    const at = await this.#at();
    const own = new OwnVault(at.seat, this.#ground.keeper.store, at.directory);
    return { ...at, vault: await own.openVerified(at.directory) };
  }

  async #at(): Promise<Omit<Opened, 'vault'>> {
    const { account, directory } = this.#ground;
    const seat = await account.seat();
    const { personId } = seat.profile;
    if (personId === null) throw new NotSignedIn('no person');
    const known = await directory.read(seat);
    return { seat, directory: known.directory, personId: parseId(personId) };
  }

  async #halvesFor(
    vault: Vault,
    { session }: Seat,
    isLossAccepted: boolean,
  ): Promise<ReadonlyMap<ThreadId, Uint8Array>> {
    const names = await vault.names();
    const ids = names.flatMap((name) => (name.type === 'epoch-keys' ? [name.threadId] : []));
    const all = [...new Set(ids)];
    const halves = await halvesOf({ session, store: this.#ground.keeper.store }, all);
    const missing = all.filter((id) => !halves.has(id)).length;
    if (missing > 0 && !isLossAccepted) throw new KeysLeftBehind(missing);
    return halves;
  }

  async #keep(
    known: DeviceProfile,
    { rootKey, identitySeed }: { readonly rootKey: Uint8Array; readonly identitySeed: Uint8Array },
    prf: ArrayBuffer | null = null,
  ): Promise<DeviceProfile> {
    const open = {
      ...known,
      rootKey: toBase64Url(rootKey),
      identitySeed: toBase64Url(identitySeed),
    };
    const passkey = prf === null ? null : ({ kind: 'passkey', prf: new Uint8Array(prf) } as const);
    const next = withSealedIdentity(passkey === null ? open : withWrap(open, passkey));
    await this.#ground.account.changeVault(next, rootKey);
    return next;
  }
}

function secretOf({ kind, secret }: Pick<ArgsOf<'ways.try'>, 'kind' | 'secret'>): WrapSecret {
  return typedSecret(kind, parseUtf8(new Uint8Array(secret)));
}

function waysOf({ counter, wraps }: Vault, profile: DeviceProfile): Ways {
  const here = profile.wraps.map(parseBase64Url);
  const ways = wraps.map((wrap) => {
    const { kind, createdMs } = parseWrap(wrap);
    const isHere = here.some((own) => equalBytes(own, wrap));
    return { kind, since: formatInstant(createdMs), isHere };
  });
  return { version: counter, ways };
}
