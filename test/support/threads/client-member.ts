import { createHash } from 'node:crypto';
import { setTimeout as pause } from 'node:timers/promises';

import {
  DeviceCounter,
  fetchVault,
  personItems,
  recordedVaultCounter,
  Session,
  signIn,
  softwarePresence,
  softwareProofKey,
  Threads,
  Vault,
  vaultSignKeys,
  type ClientStated,
  type FilePorts,
  type LocalStore,
  type ShowPresence,
  type ThreadFiles,
  type ThreadPorts,
  type VaultKeys,
  type VaultParts,
} from '@enlace/client';
import { mlsPort } from '@enlace/e2ee';
import {
  isJsonObject,
  parseBase64Url,
  parseId,
  systemRandom,
  type DeviceId,
  type PersonId,
  type ThreadId,
} from '@enlace/kernel';
import type { VerifierKey } from '@enlace/tlog';
import { forTestsOnlySeed, MemoryStore, personaOf, testId } from '@enlace/testing';

import { Receipts } from '../../../apps/api/src/platform/tlog/receipts.js';
import { FromElsewhere } from '../people/client-people.js';
import { cliDeviceOf, kemSeedOf } from '../people/region-directory.js';
import type { SessionServer } from '../sessions/session-server.js';
import type { CrashPoints } from './crash-points.js';
import { MemorySpool } from './memory-files.js';

const NODE_HASHING = {
  sha256: () => createHash('sha256'),
  sha512: () => createHash('sha512'),
};

/** A node under load may answer 503 for a while: no test is about that. */
const PATIENCE_TRIES = 60;
const PATIENCE_MS = 100;

/** A persona of the region at the client that we ship, signed in with the device for the command line. */
export class ClientMember {
  readonly store = new MemoryStore();
  readonly spool = new MemorySpool();
  /** What the device had to say to the record. */
  readonly stated: ClientStated[] = [];

  /** Opens the vault of the person, where the test gives one. */
  vault: ThreadPorts['vault'] = null;

  /** Entries as they went out, each time. */
  readonly sent: Uint8Array[] = [];

  private constructor(
    readonly session: Session,
    readonly own: {
      readonly personId: PersonId;
      readonly deviceId: DeviceId;
      readonly seed: Uint8Array;
      readonly kemSeed: Uint8Array;
    },
    private readonly api: SessionServer,
  ) {}

  /** The address that the server goes by. */
  url = '';

  /** The threads of the device, on what its store holds: another start each time. */
  get threads(): Threads {
    return this.threadsOn(this.store);
  }

  /** The files of the device, likewise. */
  get files(): ThreadFiles {
    return this.filesOn({ store: this.store, session: this.session, spool: this.spool });
  }

  /** Threads and files of one program. */
  get both(): { readonly threads: Threads; readonly files: ThreadFiles } {
    const { threads, spool } = this;
    return { threads, files: threads.files({ spool, hashing: NODE_HASHING }) };
  }

  dyingFiles(crashes: CrashPoints): ThreadFiles {
    return this.filesOn({
      store: crashes.store(this.store),
      session: crashes.session(this.session),
      spool: crashes.spool(this.spool),
    });
  }

  /** The same, with a client that dies on the way. */
  dyingThreads(crashes: CrashPoints): Threads {
    return this.threadsOn(crashes.store(this.store), crashes.session(this.session));
  }

  private filesOn({
    spool,
    store,
    session,
  }: Pick<FilePorts, 'spool' | 'store' | 'session'>): ThreadFiles {
    return this.threadsOn(store, session).files({ spool, hashing: NODE_HASHING });
  }

  /** The same, on another store or past another session. */
  threadsOn(store: LocalStore, session: ThreadPorts['session'] = this.session): Threads {
    return new Threads(this.portsOn(store, session));
  }

  /** What threads and records of the device work with. */
  portsOn(
    store: LocalStore = this.store,
    session: ThreadPorts['session'] = this.session,
  ): ThreadPorts {
    const { personId, deviceId, seed, kemSeed } = this.own;
    const { api } = this;
    return {
      session: this.noting(session),
      store,
      device: { self: { deviceId, personId }, signSeed: seed, kemSeed },
      groups: mlsPort(systemRandom),
      directory: () => api.region.directory,
      refreshDirectory: async () => {},
      vault: this.vault,
      trust: () => ({ receiptKeys: [receiptKeyOf(api)] }),
      statements: { state: async (stated) => void this.stated.push(stated) },
      clock: api.clock,
      random: systemRandom,
      patience: { tries: PATIENCE_TRIES, pause: async () => pause(PATIENCE_MS) },
    };
  }

  private noting(session: ThreadPorts['session']): ThreadPorts['session'] {
    return {
      requestOctets: async (request, proving) => session.requestOctets(request, proving),
      request: async (request, proving) => {
        const { items = [] } = Object(request.body);
        for (const { entry } of items) this.sent.push(parseBase64Url(entry));
        return session.request(request, proving);
      },
    };
  }

  /** `url`: the address that the server goes by, which may be a liar's before it. */
  static async of(
    api: SessionServer,
    slug: string,
    { url = api.url, name = cliDeviceOf(personaOf(slug)) } = {},
  ): Promise<ClientMember> {
    const persona = personaOf(slug);
    const deviceId = parseId<DeviceId>(testId(name, 7));
    const seed = forTestsOnlySeed(name);
    const transport = new FromElsewhere(url);
    const key = softwareProofKey(systemRandom.bytes(32));
    const counter = await DeviceCounter.open(new MemoryStore());
    const deviceCert = api.region.newestId('device-cert', persona.state, deviceId);
    const device = { deviceId, deviceCert, seed, build: 'B'.repeat(43) };
    const { session: opened } = await signIn(transport, device, { key, counter });
    const session = new Session(transport, {
      ...opened,
      deviceId,
      key,
      counter,
      clock: api.clock,
      random: systemRandom,
      keepRotated: async () => {},
    });
    const own = { personId: parseId<PersonId>(testId(slug, 4)), deviceId, seed };
    const member = new ClientMember(session, { ...own, kemSeed: kemSeedOf(name) }, api);
    member.url = url;
    return member;
  }

  /** The vault of the person, made by this device: `keys` are handed on to another one. */
  async makeVault(keys: VaultKeys): Promise<void> {
    const items = personItems({ identitySeed: this.own.seed, trustStoreText: '{}' });
    await Vault.begin(this.vaultParts, this.own.seed, { keys, items });
    this.takeVault(keys);
  }

  /** The vault of the person, opened each time with the root key that was handed over. */
  takeVault({ rootKey }: Pick<VaultKeys, 'rootKey'>): void {
    this.vault = async () => {
      const fetched = await fetchVault(this.vaultParts);
      return Vault.of(this.vaultParts, this.own.seed, { rootKey, fetched });
    };
  }

  private get vaultParts(): VaultParts {
    const { session, store, api } = this;
    const { personId } = this.own;
    return {
      session,
      store,
      personId,
      signKeys: vaultSignKeys(api.region.directory, personId),
      random: systemRandom,
      recordedCounter: async () => recordedVaultCounter(session),
    };
  }

  /** Texts of the thread as this client shows it. */
  async said(threadId: ThreadId): Promise<readonly unknown[]> {
    const { entries } = await this.threads.read(threadId);
    return entries.flatMap(({ content }) =>
      isJsonObject(content) && content['type'] === 'text' ? [content['text']] : [],
    );
  }

  get presence(): ShowPresence {
    return softwarePresence(this.own.seed);
  }
}

/** The key with which a server signs receipts. */
function receiptKeyOf({ server }: SessionServer): VerifierKey {
  return Reflect.get(server.app.get(Receipts), 'signer').key;
}
