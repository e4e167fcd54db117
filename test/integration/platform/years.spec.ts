import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { toBase64Url, toHex } from '@enlace/kernel';
import { freshDatabase, nodeTlogCrypto, type FreshDatabase } from '@enlace/testing';
import { decodeLeaf, SECTION_NAMES, verifyClosing, verifyOpening } from '@enlace/tlog';
import type { SectionDigests, ShownEvent } from '@enlace/tlog';

import { openLogNode, verifyOriginLog } from '../../support/log/log-node.js';
import { anAct, StandingClock } from '../../support/people/recorded-acts.js';

const NEW_YEAR_MS = Date.UTC(2030, 0, 1);
const OLD = 'audit.enlace.example/2029';
const NEXT = 'audit.enlace.example/2030';
const SHARDS = 3;

type LogNode = Awaited<ReturnType<typeof openLogNode>>;

let fresh: FreshDatabase;
let clock: StandingClock;
let node: LogNode;
const more: LogNode[] = [];

beforeEach(async () => {
  fresh = await freshDatabase();
  clock = new StandingClock(NEW_YEAR_MS - 5_000);
  node = await openLogNode(fresh, { clock });
});

afterEach(async () => {
  for (const one of more.splice(0)) await one.close();
  await node.close();
  await fresh.drop();
});

/** The same deployment as another process sees it: after a restart, or beside the first. */
async function anotherNode(): Promise<LogNode> {
  const other = await openLogNode(fresh, { clock, dataDir: node.dataDir });
  more.push(other);
  return other;
}

async function act(on: LogNode = node): Promise<string> {
  const { leaf } = await on.acts.run(anAct({ declared: ['person.listed'] }), (at) =>
    on.audit.record(at, {
      type: 'person.listed',
      outcome: 'success',
      object: { type: 'person', id: 'CR' },
      states: ['CR'],
      fields: { count: 1 },
    }),
  );
  return toHex(leaf);
}

const kindsOf = (entries: readonly Uint8Array[]) => entries.map((leaf) => decodeLeaf(leaf).kind);

/** What an end of a log says, as the tables keep it for everybody. */
async function turnOf(origin: string, position: 'closing' | 'opening'): Promise<ShownEvent> {
  const [row] = await fresh.asAdmin(
    `SELECT t.index::int, t.digests, t.salt, t.body FROM audit.log_turns t JOIN audit.logs l USING (log_id)
      WHERE l.origin = $1 AND t.position = $2`,
    [origin, position],
  );
  const bytes = (value: unknown) => (value instanceof Uint8Array ? value : new Uint8Array());
  const digests = Object.fromEntries(
    SECTION_NAMES.map((name, at) => [name, bytes(row?.['digests']).slice(at * 32, at * 32 + 32)]),
  ) as unknown as SectionDigests;
  return {
    index: Number(row?.['index']),
    digests,
    what: { salt: bytes(row?.['salt']), bytes: bytes(row?.['body']) },
  };
}

/** Follows the old log into the new one, as a verifier does, over logs that were read whole. */
async function followTurn() {
  const old = await verifyOriginLog(fresh, OLD);
  const next = await verifyOriginLog(fresh, NEXT);
  const { size, root } = old.head;
  const [lastLeaf, firstLeaf] = [old.entries.at(-1), next.entries[0]];
  if (lastLeaf === undefined || firstLeaf === undefined) throw new Error('an empty log');
  const closing = verifyClosing(
    nodeTlogCrypto,
    { origin: OLD, size, leaf: lastLeaf },
    await turnOf(OLD, 'closing'),
  );
  const opening = verifyOpening(
    nodeTlogCrypto,
    { origin: NEXT, leaf: firstLeaf, predecessor: { origin: OLD, size, root } },
    await turnOf(NEXT, 'opening'),
  );
  return { old, next, closing, opening };
}

describe('the end of a year', () => {
  it('closes the log and opens the next one, which names its head', async () => {
    await act();
    await node.drain('audit');
    await act();
    clock.ms = NEW_YEAR_MS;
    await node.drain('audit');
    await act();
    await node.drain('audit');
    const { old, next, closing, opening } = await followTurn();
    expect(closing).toEqual({ origin: NEXT, vkey: next.vkey });
    expect(next.vkey).not.toBe(old.vkey);
    expect(opening).toEqual({ predecessor: OLD, lost: null });
    expect([old.state, next.state]).toEqual(['closed', 'open']);
    // Two acts and two starts; then the last manifest of each State, which cover them all, and the end.
    const ends = [...Array.from({ length: 12 }, () => 'manifest'), 'life'];
    expect(kindsOf(old.entries).slice(4)).toEqual(ends);
    expect(kindsOf(next.entries)).toEqual(['life', 'act']);
    const [covered] = await fresh.asAdmin(
      `SELECT min(to_index)::int AS least FROM audit.manifests m JOIN audit.logs l USING (log_id)
        WHERE l.origin = $1`,
      [OLD],
    );
    expect(covered).toEqual({ least: 4 });
    const lives = await fresh.asAdmin(
      `SELECT type, count(*)::int AS times FROM audit.events WHERE type LIKE 'log.%' GROUP BY type ORDER BY type`,
    );
    expect(lives).toEqual([
      { type: 'log.closed', times: 1 },
      { type: 'log.continued', times: 1 },
      { type: 'log.manifest-issued', times: 12 },
      { type: 'log.started', times: 2 },
    ]);
  });

  it('does not come before its time, nor twice', async () => {
    await act();
    clock.ms = NEW_YEAR_MS - 1;
    await node.drain('audit');
    expect(await fresh.asAdmin('SELECT FROM audit.log_turns')).toHaveLength(0);
    clock.ms = NEW_YEAR_MS;
    for (let at = 0; at < 5; at += 1) await node.drain('audit');
    expect(await fresh.asAdmin('SELECT FROM audit.log_turns')).toHaveLength(2);
    expect(await fresh.asAdmin('SELECT FROM audit.logs')).toHaveLength(3);
  });

  it('waits for the manifests of the last hour, which the closing ones name', async () => {
    await act();
    await node.drain('audit');
    clock.ms = NEW_YEAR_MS;
    const rounds = node.manifests();
    expect(await rounds.round()).toBe(12);
    await node.drain('audit');
    await node.drain('audit');
    const { old } = await followTurn();
    expect(kindsOf(old.entries).filter((kind) => kind === 'manifest')).toHaveLength(24);
  });

  it(`loses and doubles nothing under load, with ${SHARDS} nodes that turn at the same moment`, async () => {
    const nodes = [node, await anotherNode(), await anotherNode()];
    const leaves: string[] = [];
    const writing = new AbortController();
    const write = async (on: LogNode) => {
      while (!writing.signal.aborted) leaves.push(await act(on));
    };
    const tick = async (on: LogNode) => {
      while (!writing.signal.aborted) await on.drain('audit');
    };
    const working = [...nodes.map(write), ...nodes.map(tick)];
    const written = async (count: number) => {
      while (leaves.length < count) await new Promise((resolve) => setTimeout(resolve, 5));
    };
    await written(60);
    clock.ms = NEW_YEAR_MS;
    const before = leaves.length;
    await written(before + 60);
    writing.abort();
    await Promise.all(working);
    for (const on of nodes) await on.drain('audit');
    const { old, next } = await followTurn();
    const logged = [...old.entries, ...next.entries].map(toHex);
    expect(new Set(logged).size).toBe(logged.length);
    expect(leaves.filter((leaf) => !logged.includes(leaf))).toEqual([]);
    // 2 starts, 12 manifests, the end of one log and the beginning of the other.
    expect(logged).toHaveLength(leaves.length + 16);
    expect(kindsOf(old.entries).at(-1)).toBe('life');
    expect(kindsOf(next.entries).filter((kind) => kind === 'life')).toHaveLength(1);
  });
});

describe('a node that dies at New Year', () => {
  const STEPS = [
    ['manifests', 'manifests'],
    ['the end', 'log_turns'],
    ['the next log', 'logs'],
  ] as const;

  it.each(STEPS)(
    'while it writes %s has done nothing; the next one does all of it',
    async (_, at) => {
      await act();
      await node.drain('audit');
      await act();
      clock.ms = NEW_YEAR_MS;
      await fresh.asAdmin(`
      CREATE FUNCTION public.die() RETURNS trigger LANGUAGE plpgsql AS
        $$ BEGIN RAISE EXCEPTION 'killed' USING ERRCODE = '57P01'; END $$;
      CREATE TRIGGER die BEFORE INSERT ON audit.${at} FOR EACH ROW EXECUTE FUNCTION public.die()`);
      await node.drain('audit');
      expect(node.logLines.join('')).toContain('log.turn-repeated');
      expect(await fresh.asAdmin('SELECT FROM audit.logs')).toHaveLength(2);
      // Acts go on, and into the log that is still open.
      await act();
      await node.drain('audit');
      expect((await verifyOriginLog(fresh, OLD)).entries).toHaveLength(5);
      await fresh.asAdmin(`DROP TRIGGER die ON audit.${at}`);
      const next = await anotherNode();
      await next.drain('audit');
      const { old } = await followTurn();
      expect(old.entries).toHaveLength(18);
    },
  );

  it('before it signs the end leaves that to the next one, which signs both logs', async () => {
    await act();
    await node.drain('audit');
    clock.ms = NEW_YEAR_MS;
    const dying = await anotherNode();
    dying.highWater.write = async () => {
      throw new Error('killed');
    };
    await dying.drain('audit');
    const states = await fresh.asAdmin('SELECT state FROM audit.logs ORDER BY opened_at, origin');
    expect(states.map(({ state }) => state)).toContain('closed');
    const [unsigned] = await fresh.asAdmin(
      `SELECT count(*)::int AS logs FROM audit.logs l WHERE stream = 'audit' AND NOT EXISTS
        (SELECT FROM audit.log_checkpoints c WHERE c.log_id = l.log_id AND c.size = l.size)`,
    );
    expect(unsigned).toEqual({ logs: 2 });
    const next = await anotherNode();
    await next.drain('audit');
    const { old, closing } = await followTurn();
    expect(closing.origin).toBe(NEXT);
    expect(toBase64Url(old.head.root)).toHaveLength(43);
  });

  it('and starts without the key of the new log is told, and leaves the work to those who have it', async () => {
    await act();
    clock.ms = NEW_YEAR_MS;
    await node.drain('audit');
    await node.drain('audit');
    await expect(openLogNode(fresh, { clock })).rejects.toMatchObject({
      reasons: [expect.stringContaining(NEXT)],
    });
  });
});
