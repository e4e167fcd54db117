import {
  DeviceCounter,
  DirectoryReplica,
  directoryOf,
  fetchVault,
  HttpTransport,
  openRootKey,
  platformProofKey,
  readChallenge,
  readPersonItems,
  recoverByCode,
  Session,
  signClaimedDevice,
  Vault,
  vaultSignKeys,
  type FetchedVault,
  type SignInNumber,
  type VaultParts,
} from '@enlace/client';
import { parseWrap, ROUTES, type StateCode } from '@enlace/contracts';
import {
  isDomainError,
  newId,
  parseBase64Url,
  parseId,
  parseUtf8,
  systemClock,
  systemRandom,
  toBase64Url,
  type DeviceId,
  type PersonId,
} from '@enlace/kernel';
import { publicKeyOf, readReentry, registrationChallenge, type ReentryText } from '@enlace/trust';

import type { ArgsOf, ResultOf } from '../../protocol/operations.js';
import {
  forgetProfile,
  keysOf,
  loadProfile,
  saveProfile,
  type DeviceProfile,
} from '../device-profile.js';
import { passkeyRef } from '../enrolment/credential-key.js';
import { trustStoreOf } from '../enrolment/printed-trust.js';
import type { Keeper } from '../keeper.js';
import { readBuild } from '../server-files.js';
import { transferable } from '../transferable.js';
import { typedSecret, withSealedIdentity, withWrap } from '../vault.js';
import { NotSignedIn, StoreTaken } from '../worker-errors.js';
import { PassingStore } from './passing-store.js';

const SEED_BYTES = 32;

/** A session of recovery, and what was found under it. It lasts a quarter of an hour and lives here alone. */
interface UnderWay {
  readonly profile: DeviceProfile;
  readonly session: Session;
  readonly state: StateCode;
  /** The replica, the counter of the device and the head of the vault, until this browser is a device. */
  readonly store: PassingStore;
  readonly replica: DirectoryReplica;
  readonly parts: VaultParts;
  readonly fetched: FetchedVault;
}

/**
 * Somebody comes back on a browser that is nobody's device: a code of two registrars lets in, the own code or
 * passphrase opens the vault, and the key in it certifies this browser. The server and the registrars begin this and
 * cannot finish it.
 */
export class Recovering {
  readonly #keeper: Keeper;
  #underWay: UnderWay | null = null;
  #opened: DeviceProfile | null = null;
  #asked: SignInNumber | null = null;
  #isSent = false;

  constructor(keeper: Keeper) {
    this.#keeper = keeper;
  }

  /** Spends the code of the registrars. Throws `trust.not-as-printed`, `session.refused`, and as the vault. */
  async begin({ typed, personId }: ArgsOf<'recover.begin'>): Promise<ResultOf<'recover.begin'>> {
    const paper = readReentry(typed);
    if ((await loadProfile(this.#keeper.store)) !== null) throw new StoreTaken('a device is here');
    const trustStore = await trustStoreOf(paper.trustStoreFingerprint);
    const profile = newProfile(trustStore, personId);
    const store = new PassingStore();
    const session = await this.#letIn(store, { profile, paper });
    const replica = await DirectoryReplica.open(store, {
      trustStoreText: trustStore,
      viewpoint: paper.state,
    });
    await replica.sync(directoryOf(session));
    const person = parseId<PersonId>(profile.personId ?? '');
    const signKeys = vaultSignKeys(replica.directory, person);
    const parts = { session, store, personId: person, signKeys, random: systemRandom };
    const fetched = await fetchVault(parts);
    const { state } = paper;
    this.#underWay = { profile, session, store, state, replica, parts, fetched };
    this.#isSent = false;
    const kinds = new Set(fetched.wraps.map((wrap) => parseWrap(wrap).kind));
    return { ways: (['recovery', 'passphrase'] as const).filter((kind) => kinds.has(kind)) };
  }

  /** Throws `vault.malformed` for a mistyped code, `vault.not-opened`, `vault.incomplete`. */
  async open({ kind, secret }: ArgsOf<'recover.open'>): Promise<void> {
    const { profile, replica, parts, fetched } = this.#here();
    const { personId } = parts;
    const typed = typedSecret(kind, parseUtf8(new Uint8Array(secret)));
    const rootKey = openRootKey(fetched.wraps, typed, personId);
    const vault = Vault.of(parts, parseBase64Url(profile.signSeed), { rootKey, fetched });
    const about = { directory: replica.directory, personId, nowMs: systemClock.nowMs() };
    const { identitySeed } = await readPersonItems(vault, about);
    this.#opened = {
      ...profile,
      wraps: fetched.wraps.map(toBase64Url),
      identitySeed: toBase64Url(identitySeed),
      rootKey: toBase64Url(rootKey),
    };
  }

  /** What the passkey of this browser is made over; asked for under the session of recovery. */
  async passkeyOptions(): Promise<ResultOf<'recover.passkey-options'>> {
    const { session, profile } = this.#here();
    const request = { method: 'POST', path: ROUTES.deviceOptions, body: {} } as const;
    const asked = readChallenge(await session.request(request, 'none'));
    this.#asked = asked;
    const { deviceId, signSeed, prfSalt } = profile;
    const signKey = toBase64Url(publicKeyOf(parseBase64Url(signSeed)));
    return {
      rpId: (await this.#keeper.place()).rpId,
      challenge: transferable(registrationChallenge({ ...asked, deviceId, signKey })),
      credentials: [],
      prfSalt: transferable(parseBase64Url(prfSalt)),
      userId: transferable(systemRandom.bytes(SEED_BYTES)),
      userName: 'Enlace',
    };
  }

  /** Certifies this browser. After a lost answer the directory says whether it is certified already. */
  async finish(made: ArgsOf<'recover.finish'>): Promise<void> {
    const here = this.#here();
    if (!(await this.#isCertified(here))) await this.#certify(here, made);
    this.#underWay = null;
    this.#opened = null;
    await here.session.request({ method: 'DELETE', path: ROUTES.currentSession }, 'act');
    await here.store.moveTo(this.#keeper.store);
  }

  async #isCertified({ replica, session, profile }: UnderWay): Promise<boolean> {
    if (!this.#isSent) return false;
    await replica.sync(directoryOf(session));
    return replica.directory.homes.get(`device|${profile.deviceId}`) !== undefined;
  }

  // Kept before it is sent: dying in between leaves a device that the server may know.
  async #certify(
    { session, store, state }: UnderWay,
    made: ArgsOf<'recover.finish'>,
  ): Promise<void> {
    const [opened, asked] = [this.#opened, this.#asked];
    if (opened === null || asked === null) throw new NotSignedIn('the vault is closed');
    const { ref, registration } = registrationOf(made);
    const wire = certificateOf(opened, state, ref);
    const named = { ...opened, deviceCert: wire, passkeys: [{ ...registration, ref }] };
    const prf = made.prf === null ? null : new Uint8Array(made.prf);
    const profile = prf === null ? named : withWrap(named, { kind: 'passkey', prf });
    await store.moveTo(this.#keeper.store);
    await saveProfile(this.#keeper.store, withSealedIdentity({ ...profile, step: 'active' }));
    this.#isSent = true;
    const body = { wire, passkeys: { ...asked, registrations: [registration] } };
    try {
      await session.request({ method: 'POST', path: ROUTES.devices, body }, 'act');
    } catch (error) {
      // Only an answer says that nothing was certified.
      if (!isDomainError(error, 'client.unreachable')) await forgetProfile(this.#keeper.store);
      throw error;
    }
  }

  /** As a program: the session is held here, and no cookie is left of it. */
  async #letIn(
    store: PassingStore,
    { profile, paper: code }: { readonly profile: DeviceProfile; readonly paper: ReentryText },
  ): Promise<Session> {
    const { apiOrigin } = await this.#keeper.place();
    const transport = new HttpTransport(apiOrigin);
    const key = await platformProofKey();
    const deviceId = parseId<DeviceId>(profile.deviceId);
    const device = { deviceId, seed: parseBase64Url(profile.signSeed), build: await readBuild() };
    const { session: opened } = await recoverByCode(transport, device, { key, code });
    const counter = await DeviceCounter.open(store);
    const ports = { clock: systemClock, random: systemRandom, keepRotated: async () => {} };
    return new Session(transport, { ...opened, deviceId, key, counter, ...ports });
  }

  #here(): UnderWay {
    if (this.#underWay === null) throw new NotSignedIn('no recovery under way');
    return this.#underWay;
  }
}

function registrationOf(made: ArgsOf<'recover.finish'>) {
  const text = (bytes: ArrayBuffer): string => toBase64Url(new Uint8Array(bytes));
  const registration = {
    credentialId: text(made.credentialId),
    clientDataJSON: text(made.clientDataJSON),
    attestationObject: text(made.attestationObject),
  };
  return { registration, ref: passkeyRef(new Uint8Array(made.authenticatorData)) };
}

/** The certificate of this browser, by the key from the vault. */
function certificateOf(opened: DeviceProfile, state: StateCode, ref: string): string {
  const keys = { ...keysOf(opened), authenticators: [ref] };
  return signClaimedDevice({ state, personId: parseId(opened.personId ?? '') }, keys, systemClock);
}

function newProfile(trustStore: string, personId: string): DeviceProfile {
  const seed = (): string => toBase64Url(systemRandom.bytes(SEED_BYTES));
  return {
    v: 1,
    step: 'made',
    trustStore,
    invitation: '',
    deviceId: newId<DeviceId>(systemClock, systemRandom),
    signSeed: seed(),
    kemSeed: seed(),
    identitySeed: null,
    rootKey: null,
    prfSalt: seed(),
    asked: null,
    passkeys: [],
    personId: parseId(personId.trim().toLowerCase()),
    wraps: [],
    personKey: null,
    deviceCert: null,
  };
}
