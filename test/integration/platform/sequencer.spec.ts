import { setTimeout as pause } from 'node:timers/promises';

import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { newId, systemClock, systemRandom, toHex } from '@enlace/kernel';
import { freshDatabase, nodeTlogCrypto, type FreshDatabase } from '@enlace/testing';
import { encodeDirectoryLeaf, verifyReceipt } from '@enlace/tlog';
import pg from 'pg';

import { Integrator } from '../../../apps/api/src/platform/sequencer/integrate.js';
import { LogWriter } from '../../../apps/api/src/platform/tlog/log-writer.js';
import { Receipts } from '../../../apps/api/src/platform/tlog/receipts.js';
import { openLogNode, verifyStoredLog } from '../../support/log/log-node.js';
import { findReordered, Moments, type TimedAct } from '../../support/log/order-of-acts.js';
import { anAct, StandingClock } from '../../support/people/recorded-acts.js';

/** Connections of the sequencer that are cut while it works; writing goes on until they are. */
const KILLS = 40;

type LogNode = Awaited<ReturnType<typeof openLogNode>>;

let fresh: FreshDatabase;
let node: LogNode;

beforeEach(async () => {
  fresh = await freshDatabase();
  node = await openLogNode(fresh);
});

afterEach(async () => {
  await node.close();
  await fresh.drop();
});

/** One audited act of a stranger; resolves with its leaf. */
async function act(on: LogNode = node): Promise<Uint8Array> {
  const { leaf } = await on.acts.run(anAct({ declared: ['person.listed'] }), (at) =>
    on.audit.record(at, {
      type: 'person.listed',
      outcome: 'success',
      object: { type: 'person', id: 'CR' },
      states: ['CR'],
      fields: { count: 1 },
    }),
  );
  return leaf;
}

async function acts(count: number): Promise<readonly Uint8Array[]> {
  const leaves: Uint8Array[] = [];
  for (let at = 0; at < count; at += 1) leaves.push(await act());
  return leaves;
}

const hex = (leaves: readonly Uint8Array[]) => leaves.map(toHex).toSorted();

/** Every leaf that an event of the database has, as the acts committed them. */
async function committed(): Promise<number> {
  const [row] = await fresh.asAdmin('SELECT count(*)::int AS events FROM audit.events');
  return Number(row?.['events']);
}

describe('the sequencer', () => {
  it('puts every committed event into the log once, and signs each head it reaches', async () => {
    const first = await acts(3);
    await node.drain('audit');
    const more = await acts(4);
    await node.drain('audit');
    const log = await verifyStoredLog(fresh, 'audit');
    expect(log.origin).toMatch(/^audit\.enlace\.example\/\d{4}$/);
    // Two logs were started before.
    expect(log.heads.map(({ size }) => size)).toEqual([5, 9]);
    expect(hex(log.entries)).toEqual(expect.arrayContaining(hex([...first, ...more])));
    expect(log.entries).toHaveLength(await committed());
    expect(await fresh.asAdmin('SELECT FROM audit.outbox')).toHaveLength(0);
  });

  it('leaves an act that rolled back out, and follows the order of commits for statements', async () => {
    const writer = new LogWriter();
    const leaf = (kind: number) =>
      encodeDirectoryLeaf({ kind, acceptedAtMs: 1, wireDigest: new Uint8Array(32) });
    const append = (kind: number, fails = false) =>
      node.acts.run(anAct({ declared: [] }), async (at) => {
        const entryId = newId(systemClock, systemRandom);
        await writer.append(at, 'directory', { entryId, leaf: leaf(kind) });
        if (fails) throw new Error('the act fails');
      });
    for (const kind of [1, 2, 3]) await append(kind);
    await expect(append(4, true)).rejects.toThrow('the act fails');
    for (const kind of [5, 6]) await append(kind);
    await node.drain('directory');
    const { origin, entries } = await verifyStoredLog(fresh, 'directory');
    expect(origin).toBe('directory.enlace.example');
    expect(entries.map((entry) => entry[1])).toEqual([1, 2, 3, 5, 6]);
  });

  it('signs nothing twice and nothing that is not committed', async () => {
    await node.drain('audit');
    await node.drain('audit');
    const { heads } = await verifyStoredLog(fresh, 'audit');
    expect(heads).toHaveLength(1);
  });

  it('keeps a receipt: its leaf is in the log', async () => {
    const receipt = new Receipts(node.keys.receipts, node.clock).issue(await act());
    const bytes = Buffer.from(receipt, 'base64url');
    const { leafBytes, dueByMs } = verifyReceipt(nodeTlogCrypto, bytes, node.keys.receipts.key);
    expect(dueByMs).toBe(node.clock.ms + 60_000);
    await node.drain('audit');
    const { entries } = await verifyStoredLog(fresh, 'audit');
    expect(hex(entries)).toContain(toHex(leafBytes));
  });

  it('keeps the order of acts though clocks go back: of a node, and of the database', async () => {
    const clock = new StandingClock(node.clock.ms - 3_600_000);
    const slow = await openLogNode(fresh, { dataDir: node.dataDir, clock });
    const written: string[] = [];
    for (let minutes = 0; minutes < 12; minutes += 1) {
      await fresh.asAdmin(`
        CREATE OR REPLACE FUNCTION public.stepped() RETURNS trigger LANGUAGE plpgsql AS $$
        BEGIN NEW.created_at := now() - interval '${minutes} minutes'; RETURN NEW; END $$;
        DROP TRIGGER IF EXISTS stepped ON audit.outbox;
        CREATE TRIGGER stepped BEFORE INSERT ON audit.outbox FOR EACH ROW EXECUTE FUNCTION public.stepped()`);
      written.push(toHex(await act(minutes % 2 === 0 ? node : slow)));
    }
    await node.drain('audit');
    const { entries } = await verifyStoredLog(fresh, 'audit');
    // Two logs were started before.
    expect(entries.slice(2).map(toHex)).toEqual(written);
    await slow.close();
  });

  it('three at once lose nothing, double nothing and keep the order', async () => {
    const others = [
      await openLogNode(fresh, { dataDir: node.dataDir }),
      await openLogNode(fresh, { dataDir: node.dataDir }),
    ];
    const nodes = [node, ...others];
    const moments = new Moments();
    const done: TimedAct[] = [];
    const writers = Promise.all(
      nodes.map(async (one) => {
        for (let at = 0; at < 40; at += 1) {
          const began = moments.next();
          const leaf = toHex(await act(one));
          done.push({ leaf, began, answered: moments.next() });
        }
      }),
    );
    const writing = new AbortController();
    const stop = () => writing.abort();
    void writers.then(stop, stop);
    await Promise.all(
      nodes.map(async (one) => {
        while (!writing.signal.aborted) await one.sequencer.tick('audit');
      }),
    );
    await writers;
    await node.drain('audit');
    const log = await verifyStoredLog(fresh, 'audit');
    expect(log.entries).toHaveLength(await committed());
    expect(new Set(hex(log.entries)).size).toBe(log.entries.length);
    expect(findReordered(log.entries.map(toHex), done)).toBeNull();
    expect(findReordered(log.entries.map(toHex).toReversed(), done)).not.toBeNull();
    expect(log.state).toBe('open');
    for (const other of others) await other.close();
  });

  it('whose log was halted gives back what was not signed, in its order and before all that waits', async () => {
    const given = [...(await acts(3))];
    await new Integrator(node.integrating).integrate('audit');
    given.push(...(await acts(2)));
    await fresh.asAdmin(`UPDATE audit.logs SET state = 'halted' WHERE stream = 'audit'`);
    await node.integrating.asServer((tx) =>
      tx.query(`SELECT guard.take_back_unsigned(log_id) FROM audit.logs WHERE stream = 'audit'`),
    );
    const waiting = await fresh.asAdmin('SELECT leaf FROM audit.outbox ORDER BY written');
    const leaves = waiting.map(({ leaf }) => Buffer.from(Object(leaf)).toString('hex'));
    // Two logs were started before.
    expect(leaves.slice(2)).toEqual(given.map(toHex));
  });

  it('whose connections are killed at any moment loses nothing, doubles nothing and signs no ghost', async () => {
    let kills = 0;
    const isCutOftenEnough = () => kills >= KILLS;
    const writing = new AbortController();
    const kill = async () => {
      while (!writing.signal.aborted) {
        await pause(15 * (kills % 4));
        kills += (
          await fresh.asAdmin(
            `SELECT pg_terminate_backend(pid) FROM pg_stat_activity
              WHERE application_name = 'enlace-sequencer' AND datname = current_database()`,
          )
        ).length;
      }
    };
    const tick = async () => {
      while (!writing.signal.aborted) await node.sequencer.tick('audit');
    };
    const write = async () => {
      try {
        await acts(150);
        while (!isCutOftenEnough()) await act();
      } finally {
        writing.abort();
      }
    };
    await Promise.all([write(), kill(), tick()]);
    await node.drain('audit');
    const log = await verifyStoredLog(fresh, 'audit');
    expect(log.entries).toHaveLength(await committed());
    expect(new Set(hex(log.entries)).size).toBe(log.entries.length);
    expect(log.state).toBe('open');
  });
});

describe('a superuser of the database', () => {
  const CHANGED = `set_byte(leaf, 57, get_byte(leaf, 57) # 1)`;

  beforeEach(async () => {
    for (let batch = 0; batch < 3; batch += 1) {
      await acts(10);
      await node.drain('audit');
    }
  });

  it.each([
    ['changes an entry', `UPDATE audit.log_entries SET leaf = ${CHANGED} WHERE index = 17`, 17],
    [
      'deletes one and closes the gap',
      `DELETE FROM audit.log_entries WHERE index = 8;
       UPDATE audit.log_entries SET index = -index + 1000 WHERE index > 8;
       UPDATE audit.log_entries SET index = 999 - index WHERE index > 900;
       INSERT INTO audit.log_entries SELECT log_id, 31, gen_random_uuid(), leaf, now()
         FROM audit.log_entries WHERE index = 1`,
      8,
    ],
    [
      'puts one in',
      `UPDATE audit.log_entries SET index = 1000 - index WHERE index >= 20;
       UPDATE audit.log_entries SET index = 1001 - index WHERE index > 900;
       INSERT INTO audit.log_entries SELECT log_id, 20, gen_random_uuid(), leaf, now()
         FROM audit.log_entries WHERE index = 1`,
      20,
    ],
    [
      'swaps two',
      `UPDATE audit.log_entries SET index = 1000 WHERE index = 5;
       UPDATE audit.log_entries SET index = 5 WHERE index = 6;
       UPDATE audit.log_entries SET index = 6 WHERE index = 1000`,
      5,
    ],
  ])('who %s is told the place', async (_, sql, index) => {
    await fresh.asAdmin(sql);
    await expect(verifyStoredLog(fresh, 'audit')).rejects.toMatchObject({
      code: 'tlog.log-diverged',
      facts: { firstIndex: index, lastIndex: index },
    });
  });

  it('who changes a tile is told the tile, and the log halts before it signs another head', async () => {
    await fresh.asAdmin(`ALTER TABLE audit.log_tiles DISABLE TRIGGER tiles_only_grow;
      UPDATE audit.log_tiles SET hashes = set_byte(hashes, 40, get_byte(hashes, 40) # 1)`);
    await expect(verifyStoredLog(fresh, 'audit')).rejects.toMatchObject({
      code: 'tlog.root-mismatch',
      facts: { level: 0, index: 0 },
    });
    const restarted = await openLogNode(fresh, { dataDir: node.dataDir });
    await act();
    await restarted.drain('audit');
    const [log] = await fresh.asAdmin(
      `SELECT state, size::int FROM audit.logs WHERE stream = 'audit'`,
    );
    expect(log).toEqual({ state: 'halted', size: 32 });
    await restarted.close();
  });

  it('who restores an older state finds the log halted, because the file remembers what was signed', async () => {
    await fresh.asAdmin(`
      CREATE TABLE public.backup AS SELECT size, root FROM audit.logs WHERE stream = 'audit';
      CREATE TABLE public.tiles AS SELECT * FROM audit.log_tiles`);
    await acts(3);
    await node.drain('audit');
    await fresh.asAdmin(`
      ALTER TABLE audit.log_tiles DISABLE TRIGGER tiles_only_grow;
      UPDATE audit.log_tiles t SET hashes = b.hashes FROM public.tiles b
       WHERE (t.log_id, t.level, t.n) = (b.log_id, b.level, b.n);
      DELETE FROM audit.log_entries WHERE index >= 32;
      DELETE FROM audit.log_checkpoints WHERE size > 32;
      UPDATE audit.logs SET (size, root) = (SELECT size, root FROM public.backup) WHERE stream = 'audit'`);
    await node.sequencer.tick('audit');
    const { heads, state } = await verifyStoredLog(fresh, 'audit');
    expect(state).toBe('halted');
    expect(heads.at(-1)?.size).toBe(32);
    expect(node.logLines.join('')).toContain('tlog.rolled-back');
    const told = await fresh.asAdmin(`SELECT FROM audit.events WHERE type = 'log.halted'`);
    expect(told).toHaveLength(1);
    await acts(1);
    await node.sequencer.tick('directory');
    expect((await verifyStoredLog(fresh, 'directory')).state).toBe('open');
  });
});

describe('the role of the sequencer', () => {
  it.each([
    ['changes an entry', 'UPDATE audit.log_entries SET leaf = leaf', '42501'],
    ['removes an entry', 'DELETE FROM audit.log_entries', '42501'],
    ['removes a checkpoint', 'DELETE FROM audit.log_checkpoints', '42501'],
    ['reads a section', 'SELECT * FROM audit.sections', '42501'],
    [
      'records an act',
      `INSERT INTO audit.events (event_id, occurred_at, type, outcome, observed_by, object_type, object_id, states,
                                 correlation_id, digests)
       VALUES (gen_random_uuid(), now(), 'person.invited', 'success', 'server', 'person', 'CR', '{CR}',
               gen_random_uuid(), decode(repeat('00', 160), 'hex'))`,
      '42501',
    ],
    [
      'announces a statement',
      `INSERT INTO audit.outbox VALUES ('directory', now(), gen_random_uuid(), 1, decode(repeat('01', 58), 'hex'))`,
      '42501',
    ],
    [
      'rewrites a tile',
      `UPDATE audit.log_tiles SET hashes = decode(repeat('00', 32), 'hex')`,
      '23514',
    ],
  ])('is refused when it %s', async (_, sql, code) => {
    await acts(1);
    await node.drain('audit');
    const client = new pg.Client({ connectionString: fresh.url('enl_sequencer') });
    await client.connect();
    await expect(client.query(sql)).rejects.toMatchObject({ code });
    await client.end();
  });
});

describe('a node', () => {
  it('without the key of a log that exists does not start', async () => {
    await expect(openLogNode(fresh)).rejects.toMatchObject({
      name: 'StartupRefusal',
      reasons: [
        expect.stringMatching(/^The key of the log audit\.enlace\.example\/\d{4} is not in/),
      ],
    });
  });
});
