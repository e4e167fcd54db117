/**
 * The sequencer on a real database: how fast the outbox is emptied in batches of two sizes, against a bare move of the
 * same rows; what the smallest act costs with its event, against the same without it; and how long an event waits for a
 * checkpoint that proves it. Sides take turns, so that whatever else the machine does meets both; reported are medians.
 */
import { cpus } from 'node:os';
import { setTimeout as pause } from 'node:timers/promises';

import { newId, systemClock, systemRandom } from '@enlace/kernel';
import { freshDatabase } from '@enlace/testing';
import { encodeLeaf } from '@enlace/tlog';

import { BATCH_LIMIT, Integrator } from '../../apps/api/src/platform/sequencer/integrate.js';
import { openLogNode } from '../support/log/log-node.js';
import { aCaller, anAct } from '../support/people/recorded-acts.js';
import { median, nowMs, timed } from './timing.js';

const ROUNDS = 5;
const ROWS = 8_192;
const SMALL_BATCH = 256;
const ACTS_AT_ONCE = 16;
const ACTS = 40;
const EVENTS_A_SECOND = 200;
const SECONDS = 8;
const INTERVAL_MS = 200;

const fresh = await freshDatabase();
const node = await openLogNode(fresh);
await node.drain('audit');

const FILL_SQL = `
INSERT INTO audit.outbox (entry_id, stream, kind, leaf, created_at)
SELECT e.id, 'audit', 1, e.leaf, clock_timestamp() FROM unnest($1::uuid[], $2::bytea[]) AS e (id, leaf)`;

async function fill(): Promise<void> {
  const ids = Array.from({ length: ROWS }, () => newId<never>(systemClock, systemRandom));
  const leaves = ids.map((eventId) =>
    Buffer.from(
      encodeLeaf({ kind: 'act', occurredAtMs: 1, eventId, commitment: systemRandom.bytes(32) }),
    ),
  );
  await fresh.asAdmin(FILL_SQL, [ids, leaves]);
}

async function drainIn(batch: number): Promise<number> {
  const integrator = new Integrator(node.integrating, batch);
  await fill();
  return timed(async () => {
    while ((await integrator.integrate('audit')) > 0);
  });
}

/** The floor: the same rows taken out and put into a bare table, in one statement. */
async function moveBare(): Promise<number> {
  await fill();
  return timed(() =>
    fresh.asAdmin(`
      WITH taken AS (DELETE FROM audit.outbox RETURNING entry_id, leaf)
      INSERT INTO public.bare (entry_id, leaf) SELECT entry_id, leaf FROM taken`),
  );
}

async function benchDrain(): Promise<readonly string[]> {
  await fresh.asAdmin('CREATE TABLE public.bare (entry_id uuid PRIMARY KEY, leaf bytea)');
  const took = { bare: [] as number[], small: [] as number[], large: [] as number[] };
  for (let round = 0; round < ROUNDS; round += 1) {
    took.small.push(await drainIn(SMALL_BATCH));
    took.large.push(await drainIn(BATCH_LIMIT));
    took.bare.push(await moveBare());
  }
  const rate = (values: readonly number[]): number => ROWS / (median(values) / 1_000);
  const ratio = rate(took.large) / rate(took.small);
  return [
    `bare move of ${ROWS} rows: ${rate(took.bare).toFixed(0)} rows/s`,
    `drain, batch ${SMALL_BATCH}: ${rate(took.small).toFixed(0)} events/s`,
    `drain, batch ${BATCH_LIMIT}: ${rate(took.large).toFixed(0)} events/s, ${ratio.toFixed(2)} x (goal >= 1.5)`,
  ];
}

const BEAT_SQL = `
INSERT INTO app.node_heartbeats (node_id, beat_at) VALUES ($1, now())
ON CONFLICT (node_id) DO UPDATE SET beat_at = excluded.beat_at`;

const { act: actOfCaller } = await aCaller(fresh);
let seq = 0;

/** The smallest act there can be, a row under a session, with its event or without. That of access has a whole one. */
async function act(isRecorded: boolean): Promise<void> {
  seq += 1;
  const declared = isRecorded ? (['person.listed'] as const) : [];
  await node.acts.run(actOfCaller(seq, { declared }), async (at) => {
    await at.tx.query(BEAT_SQL, [newId(systemClock, systemRandom)]);
    if (isRecorded) await record(at);
  });
}

async function record(at: Parameters<typeof node.audit.record>[0]) {
  return node.audit.record(at, {
    type: 'person.listed',
    outcome: 'success',
    object: { type: 'person', id: 'CR' },
    states: ['CR'],
    fields: { count: 1 },
  });
}

/** As many acts as there are turns for, one after the other in each. Resolves with acts a second. */
async function actsPerSecond(isRecorded: boolean): Promise<number> {
  const ms = await timed(async () =>
    Promise.all(
      Array.from({ length: ACTS_AT_ONCE }, async () => {
        for (let done = 0; done < ACTS; done += 1) await act(isRecorded);
      }),
    ),
  );
  return (ACTS_AT_ONCE * ACTS * 1_000) / ms;
}

async function benchActs(): Promise<string> {
  const rates = { bare: [] as number[], recorded: [] as number[] };
  for (let round = 0; round <= ROUNDS; round += 1) {
    const [bare, recorded] = [await actsPerSecond(false), await actsPerSecond(true)];
    if (round === 0) continue; // Warms both up.
    rates.bare.push(bare);
    rates.recorded.push(recorded);
  }
  const [bare, recorded] = [median(rates.bare), median(rates.recorded)];
  return (
    `${bare.toFixed(0)} acts/s under a session, ${recorded.toFixed(0)} acts/s with their events: ` +
    `keep ${(recorded / bare).toFixed(2)} of their rate (goal >= 0.65)`
  );
}

/** Events at a steady rate, and when a checkpoint proved each of them. */
async function benchSigned(): Promise<string> {
  const signed: { readonly size: number; readonly atMs: number }[] = [];
  node.sequencer.tellSigned((stream) => {
    const atMs = nowMs();
    const read = async () => {
      const [row] = await fresh.asAdmin(
        `SELECT max(size)::int AS size FROM audit.log_checkpoints JOIN audit.streams USING (log_id) WHERE stream = $1`,
        [stream],
      );
      signed.push({ size: Number(row?.['size']), atMs });
    };
    if (stream === 'audit') reads.push(read());
  });
  const reads: Promise<void>[] = [];
  const committed = new Map<string, number>();
  const writing: Promise<void>[] = [];
  for (let each = 0; each < EVENTS_A_SECOND * SECONDS; each += 1) {
    writing.push(
      node.acts
        .run(anAct({ declared: ['person.listed'] }), record)
        .then(({ eventId }) => void committed.set(eventId, nowMs())),
    );
    await pause(1_000 / EVENTS_A_SECOND);
  }
  await Promise.all(writing);
  await pause(5 * INTERVAL_MS);
  await Promise.all(reads);
  const rows = await fresh.asAdmin(
    'SELECT entry_id, index::int FROM audit.log_entries WHERE index >= 0',
  );
  const waited = rows.flatMap(({ entry_id: id, index }) => {
    const since = committed.get(String(id));
    const by = signed
      .filter(({ size }) => size > Number(index))
      .reduce((first, { atMs }) => Math.min(first, atMs), Infinity);
    return since === undefined || by === Infinity ? [] : [Math.max(0, by - since)];
  });
  const sorted = waited.toSorted((a, b) => a - b);
  const at = (share: number): number => sorted[Math.floor((sorted.length - 1) * share)] ?? 0;
  return (
    `signed checkpoint after ${at(0.5).toFixed(0)} ms p50, ${at(0.99).toFixed(0)} ms p99 of ${sorted.length} events ` +
    `at ${EVENTS_A_SECOND}/s: ${(at(0.99) / INTERVAL_MS).toFixed(1)} x the interval (goal <= 5)`
  );
}

try {
  const lines = [...(await benchDrain())];
  node.sequencer.start();
  lines.push(await benchActs(), await benchSigned());
  process.stdout.write(
    `Sequencer, ${cpus().length} cores, medians of ${ROUNDS} rounds\n${lines.map((line) => `  ${line}\n`).join('')}`,
  );
} finally {
  await node.close();
  await fresh.drop();
}
