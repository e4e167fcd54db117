import {
  changesHash,
  chainStart,
  decodeAppendReceipt,
  decodeEntry,
  decodeErasedEntry,
  encodeClearBody,
  encodeEntry,
  encodeThreadStatement,
  entryHash,
  GROUP_SUITES,
  layOutHeader,
  nextChain,
  threadStateHash,
  type Action,
  type ChainHead,
  type ClearKind,
  type CommitContext,
  type CommitShape,
  type EntriesAppended,
  type EntriesShown,
  type Entry,
  type EntryHeader,
  type ErasedEntry,
  type PlacedErasure,
  type ThreadChange,
  type ThreadState,
} from '@enlace/contracts';
import {
  epochKeyId,
  openEntry,
  sealEntry,
  signEntry,
  type EntryPlace,
  type GroupState,
  type PendingCommit,
} from '@enlace/e2ee';
import {
  formatInstant,
  newId,
  parseBase64Url,
  parseId,
  sha256,
  systemClock,
  systemRandom,
  toBase64Url,
  toHex,
  utf8,
  type DeviceId,
  type EntryId,
  type PersonId,
  type ThreadId,
} from '@enlace/kernel';
import { forTestsOnlySeed, testId } from '@enlace/testing';
import { sodium } from '@enlace/trust';
import type { Response } from 'supertest';

import type { SeatedServer } from '../sessions/seated-device.js';
import { elevation } from '../sessions/step-ups.js';
import { TestDevice, type Sending } from '../sessions/test-device.js';
import { pendingCommit, PORT, stateAfter, type Shared } from './group-part.js';

const ZERO_32 = new Uint8Array(32);
/** So far ahead are the numbers that a device uses at another node. */
const OTHER_NUMBERS = 1_000;

/** What is left of an entry, as it is read. */
function erasedOf({ header, commitment, bodyHash, signature }: PlacedErasure['erased']) {
  return decodeErasedEntry({
    headerBytes: parseBase64Url(header),
    commitment: parseBase64Url(commitment),
    bodyHash: parseBase64Url(bodyHash),
    signature: parseBase64Url(signature),
  });
}

/** A persona with its device for the command line, or with a further one. */
export type DeviceOf = string | { readonly slug: string; readonly device: string };

/** A commit that is made and not sent, and what may be said falsely about it. */
export interface MadeCommit {
  readonly pending: PendingCommit;
  readonly entry: Entry;
  readonly packed: Uint8Array;
  readonly after: ThreadState;
  readonly fresh: { readonly epochKey: Uint8Array; readonly state: GroupState };
  readonly groupInfo: Uint8Array;
}

/**
 * A member of a thread with a real device, a real group and real signatures, written apart from the client that we
 * ship.
 * Group states and epoch keys go from hand to hand inside the test.
 */
export class ThreadHand {
  readonly personId: PersonId;
  readonly deviceId: DeviceId;
  readonly seed: Uint8Array;
  group: GroupState | null = null;
  purpose: { readonly 'enlace-purpose'?: string } = {};
  seq = 0;
  lastHash: Uint8Array = ZERO_32;
  /** The last that was read, and the chain there. */
  seen: ChainHead;

  private constructor(
    readonly api: SeatedServer,
    readonly device: TestDevice,
    public shared: Shared,
  ) {
    this.personId = parseId(testId(device.persona.slug, 4));
    this.deviceId = parseId(device.deviceId);
    this.seed = forTestsOnlySeed(device.deviceName);
    this.seen = chainStart(shared.threadId);
  }

  /** Somebody who is signed in. */
  static async of(api: SeatedServer, who: DeviceOf, shared: Shared): Promise<ThreadHand> {
    const device = new TestDevice(api, api.region, typeof who === 'string' ? { slug: who } : who);
    await device.signIn();
    return new ThreadHand(api, device, shared);
  }

  /** The same device at another node: the same session, and numbers of its own for its proofs. */
  async at(api: SeatedServer): Promise<ThreadHand> {
    const device = new TestDevice(api, api.region, { slug: this.device.persona.slug });
    const { key, opened, nonce, seq } = this.device;
    Object.assign(device, { key, opened, nonce, seq: seq + OTHER_NUMBERS });
    const twin = new ThreadHand(api, device, this.shared);
    const { group, lastHash, seen } = this;
    return Promise.resolve(Object.assign(twin, { group, seq: this.seq, lastHash, seen }));
  }

  get secretKey(): Uint8Array {
    return sodium.crypto_sign_seed_keypair(this.seed).privateKey;
  }

  get secrets() {
    return { deviceId: this.deviceId, personId: this.personId, signSeed: this.seed };
  }

  get threadId(): ThreadId {
    return this.shared.threadId;
  }

  /** Opens the thread in a case, and is alone in it. */
  async open(caseId: string, change: Partial<ThreadState['policy']> = {}): Promise<Response> {
    const { threadId } = this;
    const fresh = await PORT.create({
      threadId,
      incarnation: 0,
      suite: GROUP_SUITES.x25519,
      device: this.secrets,
      auth: () => 'certified',
    });
    const groupInfo = await PORT.groupInfo(fresh);
    const { epochKey, state: group } = await PORT.exportSecret(fresh);
    const state: ThreadState = {
      ...this.shared.state,
      caseId: parseId(caseId),
      policy: {
        ...this.shared.state.policy,
        openedAt: formatInstant(this.api.clock.nowMs()),
        ...change,
      },
      members: [{ personId: this.personId, role: 'steward', sinceEpoch: 0 }],
    };
    const packed = systemRandom.bytes(2_000);
    const statement = encodeThreadStatement('genesis', {
      v: 1,
      caseId: state.caseId,
      suite: state.suite,
      policy: state.policy,
      creator: { personId: this.personId, deviceId: this.deviceId },
      stateHash: toBase64Url(threadStateHash(state)),
      epochKeyId: toBase64Url(epochKeyId(epochKey, group.view)),
    });
    const entry = this.clear('genesis', { statement, packageHash: sha256(packed) });
    const body = { entry: toBase64Url(encodeEntry(entry)), package: toBase64Url(packed) };
    const answer = await this.device.send({ method: 'POST', path: '/threads', body });
    if (answer.status === 200) {
      Object.assign(this.shared, { groupInfo, author: this.deviceId, epochKey, state });
      this.group = group;
      this.keep([entry], answer.body);
    }
    return answer;
  }

  /** A clear entry of this device, the next one unless it is said otherwise. */
  clear(
    kind: ClearKind,
    parts: Parameters<typeof encodeClearBody>[1],
    change: Partial<EntryHeader> = {},
  ): Entry {
    const body = encodeClearBody(kind, parts);
    const laidOut = layOutHeader({
      ...this.place(),
      kind,
      handling: 0,
      epochKeyId: new Uint8Array(16),
      nonce: new Uint8Array(24),
      bodyLength: body.length,
      ...change,
    });
    const unsigned = { ...laidOut, commitment: ZERO_32, body };
    return { ...unsigned, signature: signEntry(unsigned, this.secretKey) };
  }

  /** A sealed text, the next entry unless it is said otherwise. */
  sealed(text: string, change: Partial<EntryPlace> = {}): Entry {
    const { epochKey } = this.shared;
    return sealEntry(
      utf8(text),
      { ...this.place(), kind: 'message', handling: 1, ...change },
      { epochKey, signKey: this.secretKey, random: systemRandom },
    );
  }

  /** A commit with these changes, whose statement may say something else than the truth. */
  async commit(
    changes: readonly ThreadChange[],
    said: {
      readonly shape?: CommitShape;
      readonly context?: Partial<CommitContext>;
      readonly stated?: readonly ThreadChange[];
      readonly grantHash?: Uint8Array;
      readonly packed?: Uint8Array;
      readonly left?: readonly PersonId[];
    } = {},
  ): Promise<MadeCommit> {
    const removed = changes.flatMap((one) => (one.op === 'remove' ? one.deviceIds : []));
    const shape = said.shape ?? (removed.length > 0 ? 'remove' : 'update');
    const part = { shared: this.shared, group: this.group, secrets: this.secrets };
    const nowMs = this.api.clock.nowMs();
    const after = stateAfter(part, changes, { shape, nowMs, left: said.left ?? [] });
    const seen = { seenSeq: this.seen.seq, seenChain: this.seen.chain };
    const hashes = { changesHash: changesHash(changes), stateHash: threadStateHash(after) };
    const context = { ...seen, ...hashes, ...said.context };
    const pending = await pendingCommit(part, context, { shape, removed });
    const groupInfo = await PORT.groupInfo(pending.next);
    const fresh = await PORT.exportSecret(pending.next);
    const packed = said.packed ?? systemRandom.bytes(1_000);
    const statement = encodeThreadStatement('commit', {
      v: 1,
      changes: [...(said.stated ?? changes)],
      stateHash: toBase64Url(threadStateHash(after)),
      epochKeyId: toBase64Url(epochKeyId(fresh.epochKey, fresh.state.view)),
      cause: changes.length === 0 ? 'update' : 'membership',
    });
    const entry = this.clear('commit', {
      statement,
      message: pending.commit,
      packageHash: sha256(packed),
      ...(said.grantHash === undefined ? {} : { grantHash: said.grantHash }),
    });
    return { pending, entry, packed, after, fresh, groupInfo };
  }

  /** Stages the package, sends the commit, and goes on in the new epoch when it was taken. */
  async push(made: MadeCommit, others: readonly ThreadHand[] = []): Promise<Response> {
    await this.stage(made.packed);
    const answer = await this.send([made.entry]);
    if (answer.status !== 200) return answer;
    const before = this.group?.view.epoch ?? made.pending.newEpoch - 1;
    this.group = made.fresh.state;
    Object.assign(this.shared, {
      groupInfo: made.groupInfo,
      author: this.deviceId,
      epochKey: made.fresh.epochKey,
      state: made.after,
    });
    for (const other of others) await other.follow(made, { by: this.deviceId, epoch: before });
    return answer;
  }

  async send(entries: readonly Entry[]): Promise<Response> {
    const answer = await this.post(entries.map((entry) => encodeEntry(entry)));
    if (answer.status === 200) this.keep(entries, answer.body);
    return answer;
  }

  async post(
    entries: readonly Uint8Array[],
    threadId: string = this.threadId,
    headers: Sending['headers'] = {},
  ): Promise<Response> {
    const items = entries.map((bytes) => ({ entry: toBase64Url(bytes) }));
    const path = `/threads/${threadId}/entries`;
    return this.device.send({ method: 'POST', path, body: { items }, headers });
  }

  /** What needs a second factor, with one; and a purpose, where one was declared. */
  async sendElevated(entries: readonly Entry[], action: Action): Promise<Response> {
    const bytes = entries.map((entry) => encodeEntry(entry));
    const text = JSON.stringify({ items: bytes.map((one) => ({ entry: toBase64Url(one) })) });
    const sessionId = this.device.opened?.sessionId;
    const about = { action, objectId: this.threadId };
    const shown = await elevation(this.api, about, { sessionId, text });
    const answer = await this.post(bytes, this.threadId, { ...shown, ...this.purpose });
    if (answer.status === 200) this.keep(entries, answer.body);
    return answer;
  }

  /** Says why, for what is sent elevated from now on. */
  async declare(): Promise<void> {
    const body = { purpose: 'investigation', caseId: this.shared.state.caseId };
    const declared = await this.device.send({ method: 'POST', path: '/declarations', body });
    this.purpose = { 'enlace-purpose': declared.body.declarationId };
  }

  async stage(bytes: Uint8Array, name = sha256(bytes)): Promise<Response> {
    const path = `/threads/${this.threadId}/blobs/${toBase64Url(name)}`;
    return this.device.sendBytes({ method: 'PUT', path }, bytes);
  }

  async page(query = '?after=0'): Promise<Response> {
    return this.device.send({ path: `/threads/${this.threadId}/entries${query}` });
  }

  /** Reads what is new, verifies the chain, and returns the texts. Throws for a chain that does not hold. */
  async read(after = this.seen.seq): Promise<readonly string[]> {
    const { body, status } = await this.page(`?after=${after}`);
    if (status !== 200) throw new Error(`not read: ${JSON.stringify(body)}`);
    const shown: EntriesShown = body;
    let head: ChainHead = { seq: after, chain: parseBase64Url(shown.before), acceptedAtMs: 0 };
    const texts: string[] = [];
    for (const one of shown.entries) {
      const { seq, acceptedAt } = one;
      const entry = 'entry' in one ? decodeEntry(parseBase64Url(one.entry)) : erasedOf(one.erased);
      if (texts.length === 0 && seq > head.seq + 1) head = { ...head, seq: seq - 1 };
      head = nextChain(head, { acceptedAtMs: Date.parse(acceptedAt), entryHash: entryHash(entry) });
      if (head.seq !== seq) throw new Error('a gap');
      texts.push(this.textOf(entry));
    }
    if (toHex(head.chain) !== toHex(parseBase64Url(shown.head.chain))) throw new Error('a fork');
    this.seen = head;
    return texts;
  }

  private textOf(entry: Entry | ErasedEntry): string {
    if (!('body' in entry)) return 'erased';
    if (entry.header.kind !== 'message') return entry.header.kind;
    try {
      return new TextDecoder().decode(openEntry(entry, this.shared.epochKey));
    } catch {
      return 'of another epoch';
    }
  }

  private place() {
    return {
      incarnation: 0,
      epoch: this.shared.state.epoch,
      threadId: this.threadId,
      deviceId: this.deviceId,
      entryId: newId<EntryId>(systemClock, systemRandom),
      deviceSeq: this.seq + 1,
      seenSeq: this.seen.seq,
      seenChain: this.seen.chain,
      prevHash: this.lastHash,
    };
  }

  /** Goes on after entries that were taken in. */
  keep(entries: readonly Entry[], { receipts }: EntriesAppended): void {
    this.seq += entries.length;
    this.lastHash = entries.map(entryHash).at(-1) ?? this.lastHash;
    const last = receipts.at(-1);
    if (last === undefined) return;
    const { seq, chain, acceptedAtMs } = decodeAppendReceipt(parseBase64Url(last)).receipt;
    this.seen = { seq, chain, acceptedAtMs };
  }

  private async follow(
    made: MadeCommit,
    { by, epoch }: { readonly by: DeviceId; readonly epoch: number },
  ): Promise<void> {
    if (this.group === null) return;
    const devices = new Set(made.fresh.state.view.roster.map(({ deviceId }) => deviceId));
    const { context } = PORT.inspect(made.pending.commit);
    const key = epochKeyId(made.fresh.epochKey, made.fresh.state.view);
    const outcome = await PORT.process(this.group, made.pending.commit, {
      deviceId: by,
      epoch,
      context,
      epochKeyId: key,
      devices,
    });
    if (outcome.kind === 'removed') {
      this.group = null;
      return;
    }
    this.group = (await PORT.exportSecret(outcome.next)).state;
  }
}
