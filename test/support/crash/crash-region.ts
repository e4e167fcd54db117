import { decodeEntry, entryHash } from '@enlace/contracts';
import { toBase64Url } from '@enlace/kernel';
import { personaOf, strictPolicy, type Place, type Region, type RunHistory } from '@enlace/testing';

import { cliDeviceOf, enrolCli } from '../people/region-directory.js';
import { startTwoNodes, type TwoNodes } from '../sessions/two-nodes.js';
import { ThreadStory } from '../threads/thread-story.js';
import { CrashReader } from './crash-reader.js';
import { CrashWriter, nowMs, wandering } from './crash-writer.js';
import { startOwnCluster, type OwnCluster } from './own-cluster.js';

const STATES = ['CR', 'GT', 'MX', 'PA'] as const;
const THREADS = 4;
/** Each with a device in every thread: as many sessions as one person has at once. */
const WRITERS = ['cr-esteban', 'pa-omar', 'gt-delia', 'gt-rene', 'mx-ximena'] as const;
const READER = 'cr-rosa';
/** Limits are judged elsewhere: here as many appends as the nodes take. */
const PLENTY = { perSecond: 1e6, burst: 1e6 };
const LIFTED = {
  acts: PLENTY,
  reads: PLENTY,
  pages: PLENTY,
  blobs: PLENTY,
  appends: PLENTY,
  signIns: PLENTY,
  signInsOfNode: PLENTY,
  threadEntries: PLENTY,
};

/** How often a database is asked that was killed, and how often in milliseconds. */
const TRIES = 600;
const TRY_MS = 100;

const LOG_SQL = `
SELECT thread_id AS thread, seq::float8 AS seq, entry FROM app.entries ORDER BY thread_id, seq`;
const RECORDED_SQL = `
SELECT thread_id AS thread, (what ->> 'seq')::float8 AS seq, what ->> 'entryHash' AS hash
  FROM (SELECT e.thread_id, convert_from(s.body, 'UTF8')::jsonb AS what
          FROM audit.events e JOIN audit.sections s ON s.event_id = e.event_id AND s.section = 1
         WHERE e.type = 'entry.appended') AS told
 WHERE what ->> 'kind' <> 'repeated'`;

/** Two nodes and a PostgreSQL of their own, four threads, and in each of them five who write and one who reads. */
export class CrashRegion {
  readonly writers: readonly CrashWriter[];
  readonly readers: readonly CrashReader[];

  private constructor(
    private readonly cluster: OwnCluster,
    readonly two: TwoNodes,
    private readonly seats: readonly Seats[],
  ) {
    this.writers = seats.flatMap(({ writers }) => writers);
    this.readers = seats.map(({ reader }) => reader);
  }

  static async begin(): Promise<CrashRegion> {
    const cluster = await startOwnCluster();
    const two = await startTwoNodes(enrolWriters, LIFTED, cluster.cluster);
    const threads = Array.from({ length: THREADS }, async (_, at) => aThread(two, at));
    const seats = await Promise.all(threads).catch(async (error: unknown) => {
      await two.close();
      await cluster.stop();
      throw error;
    });
    return new CrashRegion(cluster, two, seats);
  }

  get acknowledged(): number {
    return this.writers.reduce((sum, writer) => sum + writer.acknowledged, 0);
  }

  /** Kills these at once and starts them again; resolves with the milliseconds until the nodes answer. */
  async strike({ nodes, database }: Blow): Promise<number> {
    const since = nowMs();
    await Promise.all([
      ...nodes.map(async (at) => this.two.kill(at)),
      database ? this.cluster.kill() : undefined,
    ]);
    await Promise.all(nodes.map(async (at) => this.two.restart(at)));
    return nowMs() - since;
  }

  /** Commits are told before they are written from now on. */
  async forgetCommits(): Promise<void> {
    await this.cluster.forgetCommits(this.two.database.name);
  }

  /** Whether all that is on record stands in the log. */
  async isIntegrated(): Promise<boolean> {
    const [row] = await this.two.database.asAdmin('SELECT count(*)::int AS left FROM audit.outbox');
    return row?.['left'] === 0;
  }

  /** What the clients asked and were told, and what is there. */
  async history(): Promise<RunHistory> {
    const ids = new Map<string, string>();
    const places = new Map<string, Place[]>();
    for (const { thread, seq, entry: bytes } of await this.#rows(LOG_SQL)) {
      const entry = decodeEntry(bytes instanceof Uint8Array ? bytes : new Uint8Array());
      const { entryId } = entry.header;
      ids.set(toBase64Url(entryHash(entry)), entryId);
      const of = places.get(String(thread)) ?? [];
      of.push({ seq: Number(seq), entryId });
      places.set(String(thread), of);
    }
    const recorded = await this.#rows(RECORDED_SQL);
    return {
      sends: this.writers.flatMap(({ sends }) => sends),
      logs: this.seats.map(({ threadId: thread, after }) => ({
        thread,
        after,
        entries: places.get(thread) ?? [],
      })),
      lists: this.readers.map(({ list }) => list),
      recorded: recorded.map(({ thread, seq, hash }) => ({
        thread: String(thread),
        seq: Number(seq),
        entryId: ids.get(String(hash)) ?? String(hash),
      })),
    };
  }

  /** From a database that may still be starting. */
  async #rows(sql: string): Promise<readonly Record<string, unknown>[]> {
    for (let tries = 1; ; tries += 1) {
      try {
        return await this.two.database.asAdmin(sql);
      } catch (error) {
        if (tries === TRIES) throw error;
        await new Promise((resolve) => setTimeout(resolve, TRY_MS));
      }
    }
  }

  async close(): Promise<void> {
    await this.two.close();
    await this.cluster.stop();
  }
}

/** What is killed at once. */
export interface Blow {
  readonly nodes: readonly (0 | 1)[];
  readonly database: boolean;
}

/** A thread with its people, before anybody has written. */
interface Seats {
  readonly threadId: string;
  readonly after: number;
  readonly writers: readonly CrashWriter[];
  readonly reader: CrashReader;
}

async function aThread(two: TwoNodes, at: number): Promise<Seats> {
  const reading = wandering(two.nodes, at);
  const opener = { slug: READER, device: deviceOf(READER, at) };
  const story = await ThreadStory.begin(reading.server, { states: [...STATES] }, opener);
  const writers: CrashWriter[] = [];
  for (const slug of WRITERS) {
    const way = wandering(two.nodes, at + writers.length);
    const who = { slug, device: deviceOf(slug, at) };
    const hand = await story.joinedBy(who, [], way.server);
    hand.device.isPatient = false;
    writers.push(new CrashWriter(hand, way));
    await story.rosa.read();
  }
  story.rosa.device.isPatient = false;
  const reader = new CrashReader(story.rosa, reading);
  return { threadId: story.shared.threadId, after: story.rosa.seen.seq, writers, reader };
}

const deviceOf = (slug: string, at: number): string =>
  at === 0 ? cliDeviceOf(personaOf(slug)) : `cli:${slug}-${at}`;

function enrolWriters(region: Region): void {
  for (const state of STATES) {
    region.add(strictPolicy(state, { allowCliDevices: true, maxDevices: 16 }), [`root:${state}`]);
  }
  const there = new Set<string>([READER, 'cr-esteban', 'pa-omar']);
  for (const slug of [READER, ...WRITERS]) {
    for (let at = there.has(slug) ? 1 : 0; at < THREADS; at += 1) {
      enrolCli(region, personaOf(slug), deviceOf(slug, at));
    }
  }
}
