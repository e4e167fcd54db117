import {
  chainStart,
  GROUP_SUITES,
  type StateCode,
  type SuiteName,
  type ThreadPolicy,
} from '@enlace/contracts';
import {
  anchorView,
  makeCommit,
  makeEntries,
  makeGenesis,
  mlsPort,
  planCommit,
  receiveEntry,
  startReading,
  type CommitIntent,
  type Content,
  type DeviceSecrets,
  type DirectoryView,
  type EntryDraft,
  type KnownDevice,
  type LogItem,
  type MadeCommit,
  type PastEntry,
  type PendingGroup,
  type ReceiveGround,
  type Received,
  type ThreadEffect,
  type ThreadView,
} from '@enlace/e2ee';
import {
  formatInstant,
  newId,
  newRandomId,
  sha256,
  toHex,
  type CaseId,
  type DeviceId,
  type EntryId,
  type PersonId,
  type ThreadId,
  type ThreadInvitationId,
} from '@enlace/kernel';
import { keyId, publicKeyOf, sodium } from '@enlace/trust';

import { SeededRandom } from './seeded-random.js';

/** A client: one device, its view, and what its store keeps. */
export interface LabClient {
  readonly device: DeviceSecrets;
  readonly kemSeed: Uint8Array;
  view: ThreadView;
  pending: PendingGroup | null;
  readonly past: Map<number, PastEntry>;
  readonly ids: Map<string, number>;
  /** What was shown, by sequence. */
  readonly shown: Map<number, ThreadEffect>;
  /** Reads when it is told to, and not with all others. */
  isAsleep: boolean;
  readonly heard: Extract<Received, { kind: 'taken' }>['alerts'][number][];
}

type Taken = Extract<Received, { readonly kind: 'taken' }>;

const DAY_MS = 86_400_000;

/**
 * A thread, its devices and the log between them, without a server: what a client makes is stored in the log at once,
 * and each client reads the log by itself. Certificates and their ends are kept here.
 */
export class ThreadLab {
  readonly port;
  readonly threadId: ThreadId;
  readonly log: LogItem[] = [];
  readonly blobs = new Map<string, Uint8Array>();
  readonly clients = new Map<DeviceId, LabClient>();
  readonly devices = new Map<DeviceId, KnownDevice>();
  /** National auditors, by their State. */
  readonly auditors = new Map<PersonId, StateCode>();
  readonly homes = new Map<PersonId, StateCode | null>();
  readonly personsRevoked = new Map<PersonId, number>();
  nowMs = Date.parse('2026-11-26T11:00:00.000Z');
  isCurrent = true;
  /** Every client had read the log to its end with the revocations that are. */
  isLive = false;
  suite: SuiteName = GROUP_SUITES.x25519;

  constructor(readonly random: SeededRandom) {
    this.port = mlsPort(random);
    this.threadId = this.id<ThreadId>();
  }

  /** A thread of two: Rosa opened it, Omar was invited and has joined. */
  static async ofTwo(seed: string): Promise<{ lab: ThreadLab; rosa: LabClient; omar: LabClient }> {
    const lab = new ThreadLab(new SeededRandom(seed));
    const rosa = lab.client();
    await lab.open(rosa);
    return { lab, rosa, omar: await lab.joined(rosa, 'GT') };
  }

  /** Somebody whom a steward invited, and who has joined. */
  async joined(by: LabClient, state: StateCode): Promise<LabClient> {
    const client = this.client(undefined, state);
    await this.invite(by, client);
    this.startAt(client);
    await this.join(client);
    return client;
  }

  id<Id extends ThreadId | EntryId | DeviceId | CaseId | ThreadInvitationId>(): Id {
    return newId<Id>({ nowMs: () => this.nowMs }, this.random);
  }

  get directory(): DirectoryView {
    return {
      isCurrent: this.isCurrent,
      findDevice: (deviceId) => this.devices.get(deviceId) ?? 'unknown',
      findKey: (key) => {
        const found = [...this.devices.values()].find(({ signKey }) => keyId(signKey) === key);
        return found ?? 'unknown';
      },
      auditorOf: (personId) => this.auditors.get(personId) ?? null,
      devicesOf: (personId) =>
        [...this.devices.values()].filter(
          (device) => device.personId === personId && device.revokedAtMs === null,
        ),
      stateOf: (personId) => this.homes.get(personId) ?? null,
      revokedAtMs: (personId) => this.personsRevoked.get(personId) ?? null,
    };
  }

  /** A certified device, of a new person when none is given, that has read nothing. */
  client(
    personId: PersonId = newRandomId<PersonId>(this.random),
    state: StateCode = 'CR',
  ): LabClient {
    const device = { deviceId: this.id<DeviceId>(), personId, signSeed: this.random.bytes(32) };
    const kemSeed = this.random.bytes(32);
    this.homes.set(personId, this.homes.get(personId) ?? state);
    this.devices.set(device.deviceId, {
      deviceId: device.deviceId,
      personId,
      signKey: publicKeyOf(device.signSeed),
      kemKey: sodium.crypto_kem_xwing_seed_keypair(kemSeed).publicKey,
      revokedAtMs: null,
      notAfterMs: this.nowMs + 90 * DAY_MS,
    });
    const view = startReading({ threadId: this.threadId, self: device });
    const client: LabClient = {
      device,
      kemSeed,
      view,
      pending: null,
      past: new Map(),
      ids: new Map(),
      shown: new Map(),
      isAsleep: false,
      heard: [],
    };
    this.clients.set(device.deviceId, client);
    return client;
  }

  policy(change: Partial<ThreadPolicy> = {}): ThreadPolicy {
    return {
      originator: 'CR',
      states: ['CR', 'GT', 'MX'],
      purpose: 'investigation',
      legalBasis: 'UNTOC-18',
      caseType: 'migrant-smuggling',
      level: 'informal',
      handlingFloor: 'EN1',
      openedAt: formatInstant(this.nowMs),
      retentionDays: 1_096,
      ...change,
    };
  }

  /** The client opens the thread and reads its own genesis. */
  async open(client: LabClient): Promise<void> {
    const { threadId, suite } = this;
    const opening = { threadId, caseId: this.id<CaseId>(), suite, policy: this.policy() };
    const made = await makeGenesis(opening, {
      ...this.making(client),
      port: this.port,
      entryId: this.id<EntryId>(),
    });
    this.accept(client, made);
    await this.read(client);
  }

  /** A commit, made and stored; nobody has read it. */
  async commit(client: LabClient, intent: CommitIntent): Promise<MadeCommit> {
    const { nowMs, directory } = this;
    const plan = planCommit(client.view, intent, { directory, nowMs });
    const packageBlob = this.packageOf(client.view);
    const made = await makeCommit(client.view, plan, {
      ...this.making(client),
      port: this.port,
      entryId: this.id<EntryId>(),
      ...(packageBlob === null ? {} : { packageBlob }),
    });
    this.accept(client, made);
    return made;
  }

  async invite(by: LabClient, whom: LabClient, role: 'member' | 'steward' = 'member') {
    await this.commit(by, {
      act: 'invite',
      invitationId: this.id<ThreadInvitationId>(),
      personId: whom.device.personId,
      role,
      expiresAt: formatInstant(this.nowMs + 14 * DAY_MS),
    });
    await this.readAll();
  }

  /** Where somebody who was invited begins: before the commit that is at the end of the log. */
  startAt(client: LabClient, seq = this.log.length): void {
    const { threadId } = this;
    const before = { seq: seq - 1, chain: this.chainAt(seq - 1) };
    client.view = startReading({ threadId, self: client.device, before });
  }

  /** Reads to the end, learns who is in the thread, and takes a leaf. */
  async join(client: LabClient): Promise<void> {
    await this.read(client);
    await this.anchor(client);
    await this.commit(client, { act: 'join' });
    await this.readAll();
  }

  async anchor(client: LabClient): Promise<void> {
    const { port, directory, nowMs } = this;
    const packageBlob = this.packageOf(client.view);
    if (client.view.members !== null || packageBlob === null) return;
    const ground = { port, directory, device: client.device, packageBlob, nowMs };
    const anchored = await anchorView(client.view, ground);
    client.view = anchored.view;
    client.heard.push(...anchored.alerts);
  }

  text(text: string): Content<'message'> {
    const sentAt = formatInstant(this.nowMs);
    return { v: 1, type: 'text', text, handling: { code: 'EN1' }, sentAt };
  }

  say(client: LabClient, text: string): void {
    this.send(client, { entryId: this.id<EntryId>(), kind: 'message', content: this.text(text) });
  }

  send(client: LabClient, ...drafts: readonly EntryDraft[]): void {
    const made = makeEntries(client.view, drafts, this.making(client));
    for (const { bytes } of made) this.append(bytes);
  }

  making(client: LabClient) {
    const { random, nowMs, directory } = this;
    return { device: client.device, directory, random, nowMs };
  }

  append(entry: LogItem['entry']): void {
    this.nowMs += 1_000;
    this.log.push({ seq: this.log.length + 1, acceptedAtMs: this.nowMs, entry });
  }

  accept(client: LabClient, { entry, blobs, pending }: MadeCommit): void {
    for (const blob of blobs) this.blobs.set(toHex(sha256(blob)), blob);
    client.pending = pending;
    this.append(entry.bytes);
  }

  async readAll(): Promise<void> {
    for (const client of this.clients.values()) {
      const hasStarted = client.view.startSeq > 0 || client.view.head.seq > 0;
      if (hasStarted && !client.isAsleep) await this.read(client);
    }
  }

  /** Reads the log to its end; throws for whatever stops it. */
  async read(client: LabClient): Promise<void> {
    for (;;) {
      const item = this.log[client.view.head.seq];
      if (item === undefined) return;
      const received = await this.receive(client, item);
      if (received.kind !== 'taken') throw new Error(JSON.stringify(received));
    }
  }

  /** One entry, stored as a client stores it. */
  async receive(client: LabClient, item: LogItem): Promise<Received> {
    const received = await receiveEntry(client.view, item, this.ground(client));
    if (received.kind === 'taken') this.keep(client, received);
    return received;
  }

  ground(client: LabClient): ReceiveGround {
    return {
      port: this.port,
      directory: this.directory,
      kemSeed: client.kemSeed,
      pending: client.pending,
      wasRevoked: (deviceId) => this.isLive && this.devices.get(deviceId)?.revokedAtMs !== null,
      entryAt: async (seq) => client.past.get(seq) ?? null,
      findEntry: async (deviceId, entryId) => client.ids.get(`${deviceId} ${entryId}`) ?? null,
      blobOf: async (hash) => this.blobs.get(toHex(hash)) ?? null,
    };
  }

  private keep(client: LabClient, { view, item, effect, alerts }: Taken): void {
    client.view = view;
    client.heard.push(...alerts);
    client.shown.set(item.seq, effect);
    const { seq, kind, author, entryId } = item;
    const personId = author?.personId ?? null;
    client.past.set(seq, { chain: view.head.chain, kind, personId });
    if (author !== null && entryId !== null) client.ids.set(`${author.deviceId} ${entryId}`, seq);
  }

  private packageOf(view: ThreadView): Uint8Array | null {
    const { package: stated } = view;
    return stated === null ? null : (this.blobs.get(toHex(stated.packageHash)) ?? null);
  }

  private chainAt(seq: number): Uint8Array {
    if (seq === 0) return chainStart(this.threadId).chain;
    for (const { past } of this.clients.values()) {
      const known = past.get(seq);
      if (known !== undefined) return known.chain;
    }
    throw new Error('nobody has read so far');
  }
}
