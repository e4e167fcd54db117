import {
  openCaseOnce,
  softwarePresence,
  Threads,
  type LocalStore,
  type ThreadPorts,
} from '@enlace/client';
import {
  encodeEntry,
  entryHash,
  GROUP_SUITES,
  nextChain,
  THREAD_LIMITS,
  type ChainHead,
  type Entry,
} from '@enlace/contracts';
import { sealEntry, type EpochKey } from '@enlace/e2ee';
import {
  canonicalJson,
  formatInstant,
  newId,
  parseBase64Url,
  parseUtf8,
  systemClock,
  systemRandom,
  utf8,
  type DeviceId,
  type EntryId,
  type ThreadId,
} from '@enlace/kernel';
import { sodium } from '@enlace/trust';
import pg from 'pg';

import { loadProfile } from '../../../apps/cli/src/home/device-profile.js';
import { openDirectory, syncDirectory } from '../../../apps/cli/src/home/held-directory.js';
import { openHome } from '../../../apps/cli/src/home/home.js';
import { openKeptSession } from '../../../apps/cli/src/home/signed-in.js';
import { threadPortsOf } from '../../../apps/cli/src/thread/own-threads.js';
import { entryBytes } from '../../support/policy/thread-rows.js';
import type { DemoStage } from './demo-stage.js';

/** Rows that go to the database at once. */
const AT_ONCE = 500;
/** What every thread is opened with, save its title and its case. */
const USUAL = {
  purpose: 'investigation',
  level: 'informal',
  handlingFloor: 'EN1',
  retentionDays: THREAD_LIMITS.usualRetentionDays,
  suite: GROUP_SUITES.xWing,
} as const;

/** A thread that is to be, and what its author says in it. */
export interface LongThread {
  readonly title: string;
  readonly texts: readonly string[];
}

/**
 * Threads in which somebody of the demo has said a great deal, in one case. They are opened by the client; what is said
 * is sealed and signed as the client does it, and put where the server would have put it: a server that counts what a
 * device sends would take minutes for it. The keys are in the vault of the person afterwards, for every other device.
 */
export async function writeLongThreads(
  stage: DemoStage,
  slug: string,
  threads: readonly LongThread[],
): Promise<readonly ThreadId[]> {
  await stage.signIn(slug);
  const home = await openHome(stage.home(slug), 'demo');
  const database = new pg.Client({ connectionString: stage.data.ownerUrl() });
  await database.connect();
  try {
    const { ports, session } = await seatOf(home.store);
    const opening = new Threads(ports);
    const { store, clock, random } = ports;
    const show = softwarePresence(ports.device.signSeed);
    const codes = { caseType: 'migrant-smuggling', legalBasis: 'UNTOC-18', states: [] } as const;
    const opened = await openCaseOnce(codes, { session, store, show, clock, random });
    const ids: ThreadId[] = [];
    for (const { title, texts } of threads) {
      const { threadId } = await opening.open({
        ...USUAL,
        ...codes,
        caseId: opened.caseId,
        states: opened.states,
        title,
      });
      const log = await LongLog.of(database, ports, threadId);
      for (let first = 0; first < texts.length; first += AT_ONCE) {
        await log.append(texts.slice(first, first + AT_ONCE));
      }
      ids.push(threadId);
    }
    await opening.backUp();
    return ids;
  } finally {
    await database.end();
    home.close();
  }
}

async function seatOf(store: LocalStore) {
  const profile = await loadProfile(store);
  if (profile?.deviceCert == null) throw new Error('not enrolled');
  const enrolled = { store, profile: { ...profile, deviceCert: profile.deviceCert } };
  const { session } = await openKeptSession(enrolled);
  const replica = await openDirectory(enrolled);
  await syncDirectory(replica, session);
  return { session, ports: threadPortsOf(enrolled, session, replica) };
}

/** Where a log ends, and where its author is in it, as the database has it. */
interface LogRow {
  readonly chain: Buffer;
  readonly seq: string;
  readonly ms: string;
  readonly roster: string;
  readonly device_seq: string;
  readonly last_hash: Buffer;
}

const LOG_SQL = `
SELECT t.chain, t.last_seq AS seq, t.accepted_ms AS ms, t.roster_version AS roster, d.device_seq, d.last_hash
  FROM app.threads t JOIN app.thread_devices d USING (thread_id) WHERE thread_id = $1 AND device_id = $2`;
const ENTRIES_SQL = `
INSERT INTO app.entries (thread_id, seq, device_id, entry_id, kind, accepted_ms, roster_version, entry, receipt)
SELECT $1, e.seq, $2, e.id, 'message', e.ms, $3, e.entry, e.receipt
  FROM unnest($4::bigint[], $5::uuid[], $6::bigint[], $7::bytea[], $8::bytea[]) AS e (seq, id, ms, entry, receipt)`;
const HEAD_SQL =
  'UPDATE app.threads SET last_seq = $2, chain = $3, accepted_ms = $4 WHERE thread_id = $1';
const DEVICE_SQL =
  'UPDATE app.thread_devices SET device_seq = $3, last_hash = $4 WHERE thread_id = $1 AND device_id = $2';

/** Who writes where, and with what. */
interface LogGround {
  readonly database: pg.Client;
  readonly threadId: ThreadId;
  readonly deviceId: DeviceId;
  readonly roster: string;
  readonly keys: Parameters<typeof sealEntry>[2];
}

/** The log of a thread in its first period, with one device that goes on writing in it. */
class LongLog {
  readonly #ground: LogGround;
  #head: ChainHead;
  #device: { readonly seq: number; readonly hash: Uint8Array };

  private constructor(ground: LogGround, { chain, seq, ms, ...row }: LogRow) {
    this.#ground = ground;
    this.#head = { seq: Number(seq), chain: Uint8Array.from(chain), acceptedAtMs: Number(ms) };
    this.#device = { seq: Number(row.device_seq), hash: Uint8Array.from(row.last_hash) };
  }

  static async of(
    database: pg.Client,
    { store, device }: ThreadPorts,
    threadId: ThreadId,
  ): Promise<LongLog> {
    const { deviceId } = device.self;
    const { rows } = await database.query<LogRow>(LOG_SQL, [threadId, deviceId]);
    const [row] = rows;
    if (row === undefined) throw new Error('the thread was not opened');
    const signKey = sodium.crypto_sign_seed_keypair(device.signSeed).privateKey;
    const keys = { epochKey: await epochKeyOf(store, threadId), signKey, random: systemRandom };
    return new LongLog({ database, threadId, deviceId, roster: row.roster, keys }, row);
  }

  async append(texts: readonly string[]): Promise<void> {
    const { database, threadId, deviceId, roster } = this.#ground;
    const taken = texts.map((text) => this.#next(text));
    await database.query(ENTRIES_SQL, [
      threadId,
      deviceId,
      roster,
      taken.map(({ head }) => head.seq),
      taken.map(({ entry }) => entry.header.entryId),
      taken.map(({ head }) => head.acceptedAtMs),
      taken.map(({ entry }) => Buffer.from(encodeEntry(entry))),
      taken.map(({ entry, head }) => entryBytes(entry.header, { kind: 1, seq: head.seq }).receipt),
    ]);
    const { seq, chain, acceptedAtMs } = this.#head;
    await database.query(HEAD_SQL, [threadId, seq, Buffer.from(chain), acceptedAtMs]);
    const { seq: deviceSeq, hash } = this.#device;
    await database.query(DEVICE_SQL, [threadId, deviceId, deviceSeq, Buffer.from(hash)]);
  }

  #next(text: string): { readonly entry: Entry; readonly head: ChainHead } {
    const { threadId, deviceId, keys } = this.#ground;
    const nowMs = systemClock.nowMs();
    const handling = { code: 'EN1' } as const;
    const content = { v: 1, type: 'text', text, handling, sentAt: formatInstant(nowMs) };
    const entry = sealEntry(
      utf8(canonicalJson(content)),
      {
        threadId,
        deviceId,
        incarnation: 0,
        epoch: 0,
        kind: 'message',
        handling: 1,
        entryId: newId<EntryId>(systemClock, systemRandom),
        deviceSeq: this.#device.seq + 1,
        prevHash: this.#device.hash,
        seenSeq: this.#head.seq,
        seenChain: this.#head.chain,
      },
      keys,
    );
    this.#device = { seq: this.#device.seq + 1, hash: entryHash(entry) };
    this.#head = nextChain(this.#head, { acceptedAtMs: nowMs, entryHash: this.#device.hash });
    return { entry, head: this.#head };
  }
}

/** The key of the one period of a thread that was just opened. */
async function epochKeyOf(store: LocalStore, threadId: ThreadId): Promise<EpochKey> {
  const names = await store.keys('thread-epochs');
  const name = names.find((one) => one.startsWith(threadId));
  const bytes = name === undefined ? null : await store.get('thread-epochs', name);
  if (bytes === null) throw new Error('no key of the thread is kept');
  const { epochs }: { epochs: readonly { readonly epochKey: string }[] } = JSON.parse(
    parseUtf8(bytes),
  );
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- as the client has kept it
  return parseBase64Url(epochs[0]?.epochKey ?? '') as EpochKey;
}
