import { afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';

import {
  canonicalJson,
  DomainError,
  newId,
  parseBase64Url,
  parseId,
  systemRandom,
  toBase64,
  toBase64Url,
  utf8,
  type DeviceId,
  type EventId,
  type JsonObject,
} from '@enlace/kernel';
import { expectedRecord } from '@enlace/contracts';
import {
  aNoteSigner,
  forTestsOnlySeed,
  MemoryStore,
  NaiveTree,
  nodeTlogCrypto,
  ScriptedServer,
  type SeenRequest,
} from '@enlace/testing';
import {
  commitSections,
  digestSection,
  encodeLeaf,
  formatCheckpoint,
  formatProof,
  issueReceipt,
  SECTION_NAMES,
  signNote,
  type SectionName,
} from '@enlace/tlog';
import { cryptoReady } from '@enlace/trust';

import { DeviceCounter } from '../../session/device-counter.js';
import { softwareProofKey } from '../../session/proof-key.js';
import { Session } from '../../session/session.js';
import { HttpTransport } from '../../transport/http-transport.js';
import type { AuditTrust } from '../audit-trust.js';
import { ClientStatements } from '../stated/client-statements.js';
import { KeptReceipts } from './kept-receipts.js';
import { LogHeads } from '../log-heads.js';
import { ReceiptChecks } from './receipt-checks.js';

const deviceId = parseId<DeviceId>('01900000-0000-7000-8000-000000000007');
const ORIGIN = 'audit.enlace.example/2027';
const logKey = aNoteSigner(ORIGIN, { seedByte: 1 });
const receiptKey = aNoteSigner('receipts.enlace.example', { seedByte: 2 });
const actor = { personId: 'rosa', state: 'CR' } as const;
const MINUTE_MS = 60_000;
const DAY_MS = 86_400_000;

interface Recorded {
  readonly leaf: Uint8Array;
  readonly digests: Record<SectionName, Uint8Array>;
  readonly sections: Record<SectionName, { readonly salt: Uint8Array; readonly bytes: Uint8Array }>;
}

/** A server with a log of its own, honest until a test makes it otherwise. */
class RecordServer extends ScriptedServer {
  nowMs = 1_800_000_000_000;
  readonly entries: Uint8Array[] = [];
  readonly byLeaf = new Map<string, Recorded>();
  readonly disputes: string[] = [];
  /** What is written, given what was done. */
  write = (truth: Record<SectionName, JsonObject>) => truth;
  /** What leaves of the log, given an answer to one leaf. */
  show = (answer: JsonObject): JsonObject => answer;
  /** When it says an act was, and for when it promises its leaf. */
  occurredAt = (nowMs: number) => nowMs;
  dueBy = (nowMs: number) => nowMs + MINUTE_MS;
  givesReceipt = true;
  integrates = true;
  signer = logKey;

  constructor() {
    super();
    this.answer = (seen) => this.#serve(seen);
  }

  record(attest: JsonObject, what: JsonObject): string {
    const truth = {
      what: { v: 1, observedBy: 'server', actorState: actor.state, ...what },
      who: { deviceId, actorId: actor.personId, actorState: actor.state },
      where: { ip: '203.0.113.1' },
      why: {},
      attest,
    };
    const written = this.write(truth);
    const each = <Value>(make: (name: SectionName) => Value): Record<SectionName, Value> =>
      Object.fromEntries(SECTION_NAMES.map((name) => [name, make(name)])) as never;
    const sections = each((name) => ({
      salt: systemRandom.bytes(32),
      bytes: utf8(canonicalJson(written[name])),
    }));
    const digests = each((name) => digestSection(nodeTlogCrypto, name, sections[name]));
    const clock = { nowMs: () => this.nowMs };
    const leaf = encodeLeaf({
      kind: 'act',
      occurredAtMs: this.occurredAt(this.nowMs),
      eventId: newId<EventId>(clock, systemRandom),
      commitment: commitSections(nodeTlogCrypto, digests),
    });
    this.byLeaf.set(toBase64Url(leaf), { leaf, digests, sections });
    if (this.integrates) this.entries.push(leaf);
    const dueByMs = this.dueBy(this.nowMs);
    return toBase64Url(issueReceipt(receiptKey, { leaf, dueByMs }));
  }

  #serve({ url, body, headers, method }: SeenRequest) {
    if (url === '/audit/me/receipts')
      return { status: 200, body: this.#receipts(JSON.parse(body)) };
    const isDispute = url === '/audit/me/disputes';
    if (isDispute) this.disputes.push(body);
    const isRefused = url === '/refused';
    const receipt = this.record(
      { proof: String(headers['dpop']) },
      {
        type: isRefused ? 'access.denied' : (expectedRecord(method, url)?.types[0] ?? 'other'),
        outcome: isRefused ? 'denied' : 'success',
        objectId: url.split('/')[2] ?? 'none',
        target: `${method} ${url}`,
      },
    );
    return {
      status: isRefused ? 403 : 200,
      body: isRefused ? { code: 'access.denied' } : {},
      headers: this.givesReceipt ? { 'enlace-receipt': receipt } : {},
    };
  }

  #receipts({ leaves, known }: { leaves: string[]; known: { origin: string; size: number }[] }) {
    const tree = new NaiveTree([...this.entries]);
    const text = formatCheckpoint({ origin: ORIGIN, size: tree.entries.length, root: tree.root() });
    const checkpoint = signNote(text, this.signer);
    return {
      growth: known.map(({ origin, size }) => ({
        origin,
        from: size,
        proof: size <= tree.entries.length ? tree.consistencyProof(size).map(toBase64) : [],
      })),
      receipts: leaves.map((name) => {
        const recorded = this.byLeaf.get(name);
        const index = this.entries.findIndex((leaf) => toBase64Url(leaf) === name);
        if (recorded === undefined || index === -1) return this.show({ leaf: name, pending: true });
        const proof = formatProof({
          index,
          proof: tree.inclusionProof(index),
          checkpoint,
          extra: null,
        });
        const shown = (['what', 'who', 'why', 'attest'] as const).map((section) => {
          const { salt, bytes } = recorded.sections[section];
          return [section, { salt: toBase64(salt), bytes: toBase64(bytes) }] as const;
        });
        return this.show({
          leaf: name,
          pending: false,
          origin: ORIGIN,
          index,
          proof: Buffer.from(proof).toString(),
          digests: Object.fromEntries(
            SECTION_NAMES.map((section) => [section, toBase64(recorded.digests[section])]),
          ),
          sections: Object.fromEntries(shown),
        });
      }),
    };
  }
}

let server: RecordServer;
let store: MemoryStore;
let evidence: Map<string, string>;

beforeAll(cryptoReady);
beforeEach(async () => {
  server = new RecordServer();
  await server.start();
  store = new MemoryStore();
  evidence = new Map();
});
afterEach(async () => server.stop());

const TRUST: AuditTrust = {
  policy: {
    logs: [{ key: logKey.key, url: null }],
    witnesses: [],
    groups: [],
    quorum: 'none',
  },
  namesAuditLog: true,
  receiptKeys: [receiptKey.key],
  losses: [],
};

/** One device, as it is after each start of its program. */
async function aDevice(trust = TRUST) {
  const ports = {
    device: { deviceId, seed: forTestsOnlySeed('cli:rosa') },
    clock: { nowMs: () => server.nowMs },
    random: systemRandom,
  };
  const statements = new ClientStatements(store, ports);
  const receipts = new KeptReceipts(store, { ...ports, statements });
  const session = new Session(new HttpTransport(server.origin), {
    ...ports,
    deviceId,
    token: 'token',
    ath: 'A'.repeat(43),
    nonce: 'n',
    key: softwareProofKey(systemRandom.bytes(32)),
    counter: await DeviceCounter.open(store),
    keepRotated: async () => {},
    receipts,
  });
  const checks = new ReceiptChecks({
    ...ports,
    actor,
    statements,
    receipts,
    heads: new LogHeads(store),
    trust,
    keepEvidence: async (name, text) => {
      if (!evidence.has(name)) evidence.set(name, text);
      return `/home/${name}`;
    },
  });
  const act = async (path = '/declarations') =>
    session.request({ method: 'POST', path, body: {} }, 'act').catch(() => null);
  const send = async () => statements.send(session);
  return { act, receipts, statements, send, check: async () => checks.run(session) };
}

describe('the receipts of an honest server', () => {
  it('are found kept, refusals included; then the device holds leaf hash and index alone', async () => {
    const rosa = await aDevice();
    await rosa.act();
    await rosa.act('/refused');
    const report = await rosa.check();
    expect(report).toEqual({
      proven: 2,
      waiting: 0,
      disputes: [],
      splitViews: [],
      areSignaturesChecked: true,
      meetsQuorum: true,
    });
    expect(await rosa.receipts.open()).toEqual([]);
    const kept = [...(store.tables.get('receipts-checked')?.values() ?? [])].map((bytes) =>
      JSON.parse(Buffer.from(bytes).toString()),
    );
    expect(kept.map((one) => Object.keys(one))).toEqual([
      ['index', 'origin'],
      ['index', 'origin'],
    ]);
    expect(await rosa.receipts.settled()).toBe(2);
  });

  it('wait while they are not due, in a log that only grows, through a restart', async () => {
    const rosa = await aDevice();
    await rosa.act();
    await rosa.check();
    server.integrates = false;
    await rosa.act();
    server.nowMs += 5 * MINUTE_MS;
    const restarted = await aDevice();
    expect(await restarted.check()).toMatchObject({ proven: 0, waiting: 1, disputes: [] });
    const [open] = await restarted.receipts.open();
    server.entries.push(parseBase64Url(open?.receipt ?? '').slice(0, 58));
    expect(await restarted.check()).toMatchObject({ proven: 1, waiting: 0, disputes: [] });
  });

  it('are asked about a hundred at a time', async () => {
    const rosa = await aDevice();
    for (let at = 0; at < 101; at += 1) await rosa.act();
    expect(await rosa.check()).toMatchObject({ proven: 101, disputes: [] });
    const asked = server.seen.filter(({ url }) => url === '/audit/me/receipts');
    expect(asked).toHaveLength(2);
  });
});

describe('a server that lies', () => {
  /** Of the one dispute: what the person hands to the auditor. */
  const theFile = () => JSON.parse([...evidence.values()][0] ?? '{}');

  it('and drops an event is disputed with its own promise, once, and again when the leaf comes late', async () => {
    const rosa = await aDevice();
    server.integrates = false;
    await rosa.act();
    server.nowMs += 6 * MINUTE_MS + 1;
    server.integrates = true;
    const { disputes } = await rosa.check();
    expect(disputes).toEqual([
      expect.objectContaining({
        cause: 'absent',
        problem: null,
        file: expect.stringMatching(/^\/home\/[0-9a-f]{64}\.enlace-dispute\.json$/),
      }),
    ]);
    expect(theFile()).toMatchObject({
      cause: 'absent',
      receipt: expect.stringMatching(/^[\w-]{174}$/),
    });
    expect(JSON.parse(server.disputes[0] ?? '{}')).toMatchObject({ receipt: theFile().receipt });
    expect((await rosa.check()).disputes).toEqual([]);
    const [open] = await rosa.receipts.open();
    server.entries.push(parseBase64Url(open?.receipt ?? '').slice(0, 58));
    const late = await rosa.check();
    expect(late.disputes).toEqual([expect.objectContaining({ cause: 'late' })]);
  });

  it.each<[string, (truth: Record<SectionName, JsonObject>) => Record<SectionName, JsonObject>]>([
    ['another request', (truth) => ({ ...truth, attest: { proof: 'another' } })],
    ['another type', (truth) => ({ ...truth, what: { ...truth.what, type: 'person.listed' } })],
    ['another outcome', (truth) => ({ ...truth, what: { ...truth.what, outcome: 'denied' } })],
    ['another device', (truth) => ({ ...truth, who: { ...truth.who, deviceId: 'other' } })],
    ['another person', (truth) => ({ ...truth, who: { ...truth.who, actorId: 'omar' } })],
    ['nobody', (truth) => ({ ...truth, who: { via: 'cli' } })],
    ['another State', (truth) => ({ ...truth, who: { ...truth.who, actorState: 'GT' } })],
    [
      'another State before all',
      (truth) => ({ ...truth, what: { ...truth.what, actorState: 'GT' } }),
    ],
    [
      'that a client said it',
      (truth) => ({ ...truth, what: { ...truth.what, observedBy: 'client' } }),
    ],
  ])('and records %s is disputed', async (...[, write]) => {
    const rosa = await aDevice();
    server.write = write;
    await rosa.act();
    server.write = (truth) => truth;
    const { disputes, proven } = await rosa.check();
    expect([proven, disputes.map(({ cause }) => cause)]).toEqual([0, ['different']]);
    expect(theFile()).toMatchObject({
      problem: expect.stringMatching(/^record\.differs/),
      answer: { origin: ORIGIN },
    });
    expect((await rosa.check()).disputes).toEqual([]);
  });

  it('and records the same act on another object is disputed', async () => {
    const rosa = await aDevice();
    await rosa.act('/devices/d7/revocation');
    expect(await rosa.check()).toMatchObject({ proven: 1, disputes: [] });
    server.write = (truth) => ({ ...truth, what: { ...truth.what, objectId: 'd8' } });
    await rosa.act('/devices/d7/revocation');
    server.write = (truth) => truth;
    const { disputes } = await rosa.check();
    expect(disputes).toMatchObject([{ problem: 'record.differs (object)' }]);
  });

  it.each<[string, (truth: Record<SectionName, JsonObject>) => Record<SectionName, JsonObject>]>([
    ['an act', (truth) => ({ ...truth, what: { ...truth.what, type: 'person.listed' } })],
    [
      'the refusal of something else',
      (truth) => ({ ...truth, what: { ...truth.what, target: 'POST /x' } }),
    ],
  ])('and records %s for what it refused is disputed', async (...[, write]) => {
    const rosa = await aDevice();
    server.write = write;
    await rosa.act('/refused');
    server.write = (truth) => truth;
    expect((await rosa.check()).disputes).toMatchObject([{ cause: 'different' }]);
  });

  it.each<[string, Partial<Pick<RecordServer, 'occurredAt' | 'dueBy'>>]>([
    ['promises the leaf for the next century', { dueBy: (nowMs) => nowMs + 100 * 365 * DAY_MS }],
    ['promises the leaf before the act', { dueBy: (nowMs) => nowMs - 1 }],
    ['dates the act to another year', { occurredAt: (nowMs) => nowMs + 365 * DAY_MS }],
    [
      'dates both to the past',
      { occurredAt: (now) => now - 9 * DAY_MS, dueBy: (now) => now - 9 * DAY_MS },
    ],
  ])('and %s is named to the record, and held to the minute all the same', async (...[, lie]) => {
    const rosa = await aDevice();
    server.integrates = false;
    Object.assign(server, lie);
    await rosa.act();
    expect(await rosa.statements.waiting()).toBe(1);
    server.nowMs += 6 * MINUTE_MS + 1;
    expect((await rosa.check()).disputes).toMatchObject([{ cause: 'absent' }]);
  });

  it.each<[string, (answer: JsonObject) => JsonObject]>([
    ['another leaf', (answer) => ({ ...answer, leaf: toBase64Url(new Uint8Array(58)) })],
    ['another place', (answer) => ({ ...answer, index: Number(answer['index']) + 1 })],
    ['another log', (answer) => ({ ...answer, origin: 'audit.enlace.example/2026' })],
    [
      'a section of another salt',
      (answer) => {
        const { what, ...rest } = Object(answer['sections']);
        return {
          ...answer,
          sections: { ...rest, what: { ...what, salt: toBase64(new Uint8Array(32)) } },
        };
      },
    ],
    ['less than it must', (answer) => ({ ...answer, sections: {} })],
    ['no proof', (answer) => ({ ...answer, proof: 'c2sp.org/tlog-proof@v1\nindex 0\n\nx\n' })],
  ])('and shows %s is disputed', async (...[, show]) => {
    const rosa = await aDevice();
    await rosa.act();
    server.show = show;
    const { disputes } = await rosa.check();
    expect(disputes.map(({ cause }) => cause)).toEqual(['different']);
    expect(await rosa.receipts.open()).toContainEqual(
      expect.objectContaining({ target: 'POST /declarations', disputed: 'different' }),
    );
    // What becomes of the dispute itself is kept as evidence, and not disputed with the same server for ever.
    await rosa.check();
    await rosa.check();
    expect(server.disputes).toHaveLength(1);
  });

  it('and signs its log or its promise with another key is disputed', async () => {
    const rosa = await aDevice();
    await rosa.act();
    server.signer = aNoteSigner(ORIGIN, { seedByte: 9 });
    expect((await rosa.check()).disputes).toEqual([
      expect.objectContaining({ problem: expect.stringMatching(/^tlog\./) }),
    ]);
    server.signer = logKey;
    const other = await aDevice({
      ...TRUST,
      receiptKeys: [aNoteSigner('receipts.enlace.example', { seedByte: 8 }).key],
    });
    await other.act();
    const found = await other.check();
    expect(found.disputes.map(({ problem }) => problem)).toContain('record.differs (signature)');
  });

  it('is neither believed nor accused where the trust store names no log of accesses', async () => {
    const rosa = await aDevice({ ...TRUST, namesAuditLog: false });
    await rosa.act();
    server.signer = aNoteSigner(ORIGIN, { seedByte: 9 });
    const report = await rosa.check();
    expect(report).toMatchObject({ proven: 0, waiting: 1, disputes: [], meetsQuorum: false });
    server.signer = logKey;
  });

  it('and shows another history is found by what the device saw before, with both notes as evidence', async () => {
    const rosa = await aDevice();
    await rosa.act();
    await rosa.act();
    await rosa.check();
    server.entries.splice(0, 2);
    await rosa.act();
    await rosa.act();
    const report = await rosa.check();
    expect(report.splitViews).toHaveLength(1);
    expect(report.proven).toBe(0);
    const [[name, text] = ['', '']] = evidence;
    expect(name).toMatch(/^split-[0-9a-f]{16}-2\.txt$/);
    const notes = `${ORIGIN}\n2\n[^]*\n---\n${ORIGIN}\n2\n[^]*`;
    expect(text).toMatch(new RegExp(`^${notes}\n---\ntlog\\.[a-z-]+\n`));
    expect(await rosa.statements.waiting()).toBe(1);
  });

  it('and gives data without a receipt, or with what is none, is named to the record', async () => {
    const rosa = await aDevice();
    server.givesReceipt = false;
    await rosa.act();
    expect(await rosa.statements.waiting()).toBe(1);
    await rosa.act('/refused');
    expect(await rosa.statements.waiting()).toBe(1);
  });

  it('and drops the dispute does not lose it: it waits with its receipt, and holds nothing else up', async () => {
    const rosa = await aDevice();
    server.integrates = false;
    await rosa.act();
    server.nowMs += 10 * MINUTE_MS;
    const serve = server.answer;
    server.answer = (seen) =>
      seen.url === '/audit/me/disputes' ? { status: 500, body: {} } : serve(seen);
    expect((await rosa.check()).disputes).toHaveLength(1);
    expect(evidence.size).toBe(1);
    expect(await rosa.statements.waiting()).toBe(1);
    await rosa.statements.state({ type: 'vault.rollback-detected', expected: 4, found: 3 });
    const answering = (status: number, body: JsonObject) => {
      server.answer = ({ url }) =>
        url === '/audit/client-events'
          ? { status: 200, body: { recorded: 1, known: 0 } }
          : { status, body };
    };
    answering(503, { type: '/problems/audit.unavailable', code: 'audit.unavailable' });
    await expect(rosa.send()).rejects.toThrow(DomainError);
    // The dispute, and that what was taken came without a receipt: both go with the next, and nothing goes on for ever.
    expect(await rosa.statements.waiting()).toBe(2);
    answering(422, { type: '/problems/client-event.refused', code: 'client-event.refused' });
    expect(await rosa.send()).toBe(2);
    expect(await rosa.statements.waiting()).toBe(1);
    const sent = server.seen.filter(({ url }) => url === '/audit/me/disputes');
    const { receipt } = JSON.parse([...evidence.values()].join(''));
    expect(sent.map(({ body }) => JSON.parse(body).receipt)).toEqual([receipt, receipt, receipt]);
  });
});
