import {
  askToSignIn,
  DeviceCounter,
  limitTries,
  platformProofKey,
  Session,
  signInWithPasskey,
  StoreDamaged,
  type OpenedSession,
  type ProofKey,
  type ShowPresence,
  type SignInNumber,
} from '@enlace/client';
import { ROUTES } from '@enlace/contracts';
import {
  isDomainError,
  parseBase64Url,
  parseId,
  parseUtf8,
  systemClock,
  systemRandom,
  type DeviceId,
} from '@enlace/kernel';
import { parseStatement, passkeyChallenge } from '@enlace/trust';

import type { Account, ArgsOf, OwnSession, ResultOf } from '../../protocol/operations.js';
import {
  isEnrolled,
  loadProfile,
  saveProfile,
  stateOf,
  type DeviceProfile,
} from '../device-profile.js';
import type { Keeper } from '../keeper.js';
import { readBuild } from '../server-files.js';
import { transferable } from '../transferable.js';
import { openIdentity, openRootKey, typedSecret } from '../vault.js';
import { NotSignedIn } from '../worker-errors.js';
import { readSessions } from './own-sessions.js';
import { assertionOf, type Presence } from './presence.js';
import { findServer, keepContact, lastContact, unconnected } from './unconnected.js';

interface Asked {
  readonly number: SignInNumber;
  readonly key: ProofKey;
}

interface SignedIn {
  readonly session: Session;
  /** Null where no server has answered, and a session stands that refuses what needs one. */
  readonly opened: OpenedSession | null;
  readonly profile: DeviceProfile;
  readonly wasSetBack: boolean;
  /** How a device without passkeys shows who is there; null: by the page. */
  readonly show: ShowPresence | null;
  readonly demo: string | null;
}

/** What the acts of a person rest on: the session, the own device, the identity key while the vault is open. */
export interface Seat {
  readonly session: Session;
  readonly profile: DeviceProfile;
  readonly identitySeed: Uint8Array | null;
  /** Of the vault, while it is open. */
  readonly rootKey: Uint8Array | null;
  /** Asks the page for a passkey of this device, for one act. */
  readonly show: ShowPresence;
}

/**
 * Who works on this page. The session key and, once the vault is open, the identity key live in this object and end
 * with the worker; the token is a cookie that nobody here can read.
 */
export class OwnAccount {
  readonly #keeper: Keeper;
  readonly #presence: Presence;
  #asked: Asked | null = null;
  #signedIn: SignedIn | null = null;
  #identitySeed: Uint8Array | null = null;
  #rootKey: Uint8Array | null = null;
  #asOf: string | null = null;

  constructor(keeper: Keeper, presence: Presence) {
    this.#keeper = keeper;
    this.#presence = presence;
  }

  /** What a passkey of this device signs: the server's number, together with a session key that was made for it. */
  async ask(): Promise<ResultOf<'session.ask'>> {
    const profile = await this.#enrolled();
    const key = await platformProofKey();
    const number = await askToSignIn(await this.#keeper.transport());
    this.#asked = { number, key };
    return this.#asking(profile, passkeyChallenge({ ...number, sessionKey: key.thumbprint }));
  }

  /** The same over a number of this browser: the output of the passkey's function opens the vault, nothing is sent. */
  async askHere(): Promise<ResultOf<'session.ask-here'>> {
    return this.#asking(await this.#enrolled(), systemRandom.bytes(32));
  }

  /** Opens what this browser holds, without a session: what needs one is refused until there is a server again. */
  async openHere({ prf }: ArgsOf<'session.open-here'>): Promise<Account> {
    const profile = await this.#enrolled();
    const session = await unconnected(this.#keeper, { store: this.#keeper.store, ...profile });
    this.#asOf = await lastContact(this.#keeper.store);
    this.#signedIn = { session, opened: null, profile, wasSetBack: false, show: null, demo: null };
    if (prf !== null) this.#tryVault(new Uint8Array(prf));
    return this.#describe();
  }

  async #asking(
    { passkeys, prfSalt }: DeviceProfile,
    challenge: Uint8Array,
  ): Promise<ResultOf<'session.ask'>> {
    const { rpId } = await this.#keeper.place();
    const ids = passkeys.map(({ credentialId }) => transferable(parseBase64Url(credentialId)));
    return {
      rpId,
      challenge: transferable(challenge),
      credentials: ids,
      prfSalt: transferable(parseBase64Url(prfSalt)),
    };
  }

  /** The output of the passkey's function stays here: of what it gave, the assertion alone is sent. */
  async open({ prf, ...shown }: ArgsOf<'session.open'>): Promise<Account> {
    const profile = await this.#enrolled();
    if (this.#asked === null) throw new NotSignedIn('no number was asked for');
    const { number: asked, key } = this.#asked;
    this.#asked = null;
    const assertion = assertionOf(shown);
    const device = {
      deviceId: parseId<DeviceId>(profile.deviceId),
      deviceCert: parseStatement(profile.deviceCert ?? '').id,
      seed: parseBase64Url(profile.signSeed),
      build: await readBuild(),
    };
    const counter = await DeviceCounter.open(this.#keeper.store);
    const transport = await this.#keeper.transport();
    const answer = await signInWithPasskey(transport, device, { key, counter, asked, assertion });
    const { session: opened, wasSetBack } = answer;
    const { deviceId } = device;
    const ports = { clock: systemClock, random: systemRandom, keepRotated: async () => {} };
    const session = new Session(transport, { ...opened, deviceId, key, counter, ...ports });
    this.#signedIn = { session, opened, profile, wasSetBack, show: null, demo: null };
    if (prf !== null) this.#tryVault(new Uint8Array(prf));
    return this.#describe();
  }

  /** Goes on under a session that was opened otherwise, with keys that no way into a vault had to give. */
  async take(
    signedIn: SignedIn,
    { identitySeed, rootKey }: { readonly identitySeed: Uint8Array; readonly rootKey: Uint8Array },
  ): Promise<Account> {
    this.#signedIn = signedIn;
    this.#asOf = await lastContact(this.#keeper.store);
    this.#identitySeed = identitySeed;
    this.#rootKey = rootKey;
    return this.#describe();
  }

  /** Throws `vault.malformed` for a code that was mistyped, `vault.not-opened`, `unlock.paused`. */
  async openVault({ kind, secret }: ArgsOf<'vault.open'>): Promise<Account> {
    const { profile } = this.#here();
    const typed = parseUtf8(new Uint8Array(secret));
    const counting = { store: this.#keeper.store, clock: systemClock, of: 'vault' } as const;
    this.#opened(await limitTries(counting, () => openRootKey(profile, typedSecret(kind, typed))));
    return this.#describe();
  }

  /**
   * What the next act rests on; asked for anew with each act, because the vault may be open by then. Throws
   * `session.ended` when nobody has signed in.
   */
  async seat(): Promise<Seat> {
    const { session, profile, show } = this.#here();
    const { rpId } = await this.#keeper.place();
    const credentialIds = profile.passkeys.map(({ credentialId }) => credentialId);
    const byPage = this.#presence.shownBy({ rpId, credentialIds });
    const [identitySeed, rootKey] = [this.#identitySeed, this.#rootKey];
    return { session, profile, identitySeed, rootKey, show: show ?? byPage };
  }

  /** The account has begun; it is kept, so that no later start waits for it. */
  async keepActive(): Promise<void> {
    const here = this.#here();
    const profile = { ...here.profile, step: 'active' } as const;
    await saveProfile(this.#keeper.store, profile);
    this.#signedIn = { ...here, profile };
  }

  /** The vault opens by other ways from here on, to another root key; kept before it counts. */
  async changeVault(profile: DeviceProfile, rootKey: Uint8Array): Promise<void> {
    const here = this.#here();
    await saveProfile(this.#keeper.store, profile);
    this.#signedIn = { ...here, profile };
    this.#opened(rootKey);
  }

  /** Asks whether the session still lives; the server records nothing and counts no act. */
  async check(): Promise<void> {
    const { session, opened } = this.#here();
    if (opened === null) return findServer(this.#keeper);
    await session.request({ method: 'GET', path: ROUTES.sessions }, 'none');
    await keepContact(this.#keeper.store);
  }

  async sessions(): Promise<OwnSession[]> {
    const request = { method: 'GET', path: ROUTES.sessions } as const;
    return readSessions(await this.#here().session.request(request, 'none'));
  }

  /** Ends another session of the own; the list as it stands after it. */
  async end(sessionId: string): Promise<OwnSession[]> {
    const path = ROUTES.session.replace(':id', parseId(sessionId));
    await this.#here().session.request({ method: 'DELETE', path }, 'act');
    return this.sessions();
  }

  async signOut(): Promise<void> {
    await this.#here().session.end();
    this.#signedIn = null;
    this.#identitySeed = null;
    this.#rootKey = null;
  }

  #tryVault(prf: Uint8Array): void {
    const { profile } = this.#here();
    try {
      this.#opened(openRootKey(profile, { kind: 'passkey', prf }));
    } catch (error) {
      // This passkey has no wrap: the person is asked for another way.
      if (!isDomainError(error, 'vault.not-opened')) throw error;
    }
  }

  #opened(rootKey: Uint8Array): void {
    this.#identitySeed = openIdentity(this.#here().profile, rootKey);
    this.#rootKey = rootKey;
  }

  #describe(): Account {
    const { opened, profile, wasSetBack, demo } = this.#here();
    return {
      state: stateOf(profile),
      personId: profile.personId ?? '',
      deviceId: profile.deviceId,
      endsAt: opened?.endsAt ?? null,
      asOf: opened === null ? this.#asOf : null,
      isVaultOpen: this.#identitySeed !== null,
      wasSetBack,
      demo,
    };
  }

  #here(): SignedIn {
    if (this.#signedIn === null) throw new NotSignedIn('nobody has signed in');
    return this.#signedIn;
  }

  async #enrolled(): Promise<DeviceProfile> {
    const profile = await loadProfile(this.#keeper.store);
    if (profile === null || !isEnrolled(profile)) throw new StoreDamaged('no enrolled device');
    return profile;
  }
}
