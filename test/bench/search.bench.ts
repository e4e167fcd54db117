/**
 * Searching the record as an auditor does (`EventReading`, `SearchRepository`, policies and all), over 10^4 and 10^6
 * events, against a raw baseline: the newest page by primary key, read by the owner of the cluster past every policy.
 * Each round measures the baseline and every search once, interleaved, so that a busy neighbour slows all of them.
 */
import { cpus } from 'node:os';

import { newRandomId, parseId, systemRandom } from '@enlace/kernel';
import { freshDatabase, plantSession, testId, type FreshDatabase } from '@enlace/testing';
import type { AuditSearchRequest } from '@enlace/contracts/dto';

import { EventReading } from '../../apps/api/src/audit/reading/event-reading.repository.js';
import { SearchRepository } from '../../apps/api/src/audit/search/search.repository.js';
import type { SessionHash } from '../../apps/api/src/platform/database/database.js';
import { openActs } from '../support/people/recorded-acts.js';
import { nowMs } from './timing.js';

const SMALL = 10_000;
const LARGE = 1_000_000;
const ROUNDS = 20;
const PAGE = 50;
const GOAL_MS = 300;
const GOAL_RATIO = 5;
const WHY = { purpose: 'audit', declarationId: testId('declaration', 7) } as const;

/** Events of eleven States, 2,000 people, 5,000 cases, over a year; every section small, as stored. */
const EVENTS_SQL = `
WITH e AS (
INSERT INTO audit.events (event_id, occurred_at, type, outcome, observed_by, object_type, object_id, owner_state,
  states, case_id, actor_state, actor_role, actor_alias, correlation_id, digests, actor_id)
SELECT id, at,
       (ARRAY['case.consulted', 'thread.consulted', 'entry.fetched', 'attachment.ticketed',
              'session.opened'])[1 + n % 5],
       CASE WHEN n % 50 = 0 THEN 'denied' ELSE 'success' END, 'server', 'case', kase::text, home, ARRAY[home],
       kase, home,
       'prosecutor', 'aaaaaaaaaa', id, decode(repeat('00', 160), 'hex'), person
  FROM (SELECT n, to_timestamp(1798761600 + n * 31.5) AS at,
               (lpad(to_hex((1798761600000 + n * 31500)::bigint), 12, '0') || '7'
                 || lpad(to_hex(n % 4096), 3, '0') || '8'
                 || lpad(to_hex(n), 15, '0'))::uuid AS id,
               (ARRAY['BZ','CA','CR','DO','GT','HN','MX','NI','PA','SV','US'])[1 + n % 11] AS home,
               ('00000000-0000-4000-8000-' || lpad(to_hex(n * 7 % 5000), 12, '0'))::uuid AS kase,
               ('00000000-0000-4000-9000-' || lpad(to_hex(n * 13 % 2000), 12, '0'))::uuid AS person
          FROM generate_series($1::bigint, $2::bigint) AS n) e
RETURNING event_id, actor_state, actor_id, actor_alias)
INSERT INTO audit.sections (event_id, section, owner_state, salt, body, person_id, session_ref, ip)
SELECT e.event_id, s, e.actor_state, decode(repeat('00', 32), 'hex'), '{}',
       CASE WHEN s IN (2, 3, 5) THEN e.actor_id END,
       CASE WHEN s = 2 THEN e.actor_alias END, CASE WHEN s = 3 THEN '203.0.113.7' END
  FROM e CROSS JOIN generate_series(1, 5) AS s`;
const BASELINE_SQL = `
SELECT e.*, s.body FROM (SELECT * FROM audit.events ORDER BY event_id DESC LIMIT ${PAGE}) e
  JOIN audit.sections s USING (event_id)`;

const SEARCHES: Readonly<Record<string, AuditSearchRequest>> = {
  'everything, newest first': {},
  'a case': { case: '00000000-0000-4000-8000-000000000007' },
  'a person': { actor: '00000000-0000-4000-9000-00000000000d' },
  'a type and an outcome': { type: 'attachment.ticketed', outcome: 'denied' },
  'a month': { from: '2027-03-01T00:00:00.000Z', to: '2027-04-01T00:00:00.000Z' },
};

const p95 = (times: readonly number[]): number =>
  times.toSorted((one, other) => one - other)[Math.ceil(0.95 * times.length) - 1] ?? 0;

async function plant(fresh: FreshDatabase, from: number, to: number): Promise<void> {
  const step = 50_000;
  for (let at = from; at < to; at += step) {
    await fresh.asAdmin(EVENTS_SQL, [at, Math.min(at + step, to) - 1]);
  }
  await fresh.asAdmin('VACUUM ANALYZE audit.events');
  await fresh.asAdmin('VACUUM ANALYZE audit.sections');
}

const fresh = await freshDatabase();
const node = await openActs(fresh);
const reading = new EventReading(node.auditor);
const searches = new SearchRepository();

/** Page, count and reach, as one search of an auditor of Costa Rica asks for them. */
async function search(sidHash: SessionHash, request: AuditSearchRequest): Promise<void> {
  await reading.inSession(
    sidHash,
    async (tx, reader) => {
      const ids = await searches.findIds(tx, request, { before: null, limit: PAGE });
      await reading.findEvents(tx, reader, ids.slice(0, PAGE));
      await searches.count(tx, request);
      await reading.findReach(tx, reader);
    },
    WHY,
  );
}

async function measure(sidHash: SessionHash) {
  const times = new Map<string, number[]>(
    ['baseline', ...Object.keys(SEARCHES)].map((name) => [name, []]),
  );
  const time = async (name: string, run: () => Promise<unknown>): Promise<void> => {
    const startedAt = nowMs();
    await run();
    times.get(name)?.push(nowMs() - startedAt);
  };
  for (let round = 0; round < ROUNDS; round += 1) {
    await time('baseline', async () => fresh.asAdmin(BASELINE_SQL));
    for (const [name, request] of Object.entries(SEARCHES)) {
      await time(name, async () => search(sidHash, request));
    }
  }
  return new Map([...times].map(([name, each]) => [name, p95(each)]));
}

try {
  // A planted session has no other way to its brand than any.
  const seat = { state: 'CR', roles: ['auditor'], auditScope: 'national' };
  const { sidHash }: { sidHash: SessionHash } = Object(
    await plantSession(fresh, { ...seat, personId: parseId(newRandomId(systemRandom)) }),
  );
  await plant(fresh, 0, SMALL);
  const small = await measure(sidHash);
  await plant(fresh, SMALL, LARGE);
  await fresh.asAdmin(`UPDATE app.sessions SET idle_until = now() + interval '1 hour'`);
  const large = await measure(sidHash);
  const baseline = large.get('baseline') ?? 1;
  process.stdout.write(
    `search, p95 of ${ROUNDS} (${cpus().length} cores, Node ${process.version}); raw page of ${PAGE}: ` +
      `${(small.get('baseline') ?? 0).toFixed(1)} ms at ${SMALL}, ${baseline.toFixed(1)} ms at ${LARGE}\n`,
  );
  for (const name of Object.keys(SEARCHES)) {
    const [few, many] = [small.get(name) ?? 0, large.get(name) ?? 0];
    const met = many < GOAL_MS && many <= GOAL_RATIO * few ? 'goal met' : 'GOAL MISSED';
    process.stdout.write(
      `  ${name}: ${few.toFixed(1)} ms at ${SMALL}, ${many.toFixed(1)} ms at ${LARGE}, ` +
        `${(many / few).toFixed(1)} x, ${(many / baseline).toFixed(1)} x raw: ${met}\n`,
    );
  }
} finally {
  await node.close();
  await fresh.drop();
}
