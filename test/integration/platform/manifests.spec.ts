import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { REGIONAL_AUTHORITY, STATES, type StateCode } from '@enlace/contracts';
import { parseHex } from '@enlace/kernel';
import { freshDatabase, nodeTlogCrypto, type FreshDatabase } from '@enlace/testing';
import { checkManifests, SECTION_NAMES, type SectionDigests } from '@enlace/tlog';

import type { ManifestRounds } from '../../../apps/api/src/platform/manifests/manifest-rounds.js';
import { openLogNode, verifyStoredLog } from '../../support/log/log-node.js';
import { anAct, readEvents } from '../../support/people/recorded-acts.js';

const HOUR_MS = 3_600_000;
const EVERYBODY: readonly StateCode[] = [...STATES, REGIONAL_AUTHORITY];

type LogNode = Awaited<ReturnType<typeof openLogNode>>;

let fresh: FreshDatabase;
let node: LogNode;
let rounds: ManifestRounds;

beforeEach(async () => {
  fresh = await freshDatabase();
  node = await openLogNode(fresh);
  rounds = node.manifests();
});

afterEach(async () => {
  await node.close();
  await fresh.drop();
});

async function act(...states: readonly StateCode[]): Promise<void> {
  await node.acts.run(anAct({ declared: ['person.listed'] }), (at) =>
    node.audit.record(at, {
      type: 'person.listed',
      outcome: 'success',
      object: { type: 'person', id: 'CR' },
      states,
      fields: { count: 1 },
    }),
  );
}

async function nextHour(): Promise<number> {
  await node.drain('audit');
  node.clock.ms += HOUR_MS;
  const issued = await rounds.round();
  await node.drain('audit');
  return issued;
}

/** What an auditor of the State is shown, by a server that hides nothing. */
async function reportFor(state: StateCode) {
  const { origin, entries: leaves } = await verifyStoredLog(fresh, 'audit');
  const indices = await fresh.asAdmin('SELECT entry_id, index::int FROM audit.log_entries');
  const indexOf = new Map(indices.map(({ entry_id: id, index }) => [String(id), Number(index)]));
  const shown = (await readEvents(fresh)).map(({ row, what, leaf }) => {
    const bytes = parseHex(row.digest_hex);
    const digests = Object.fromEntries(
      SECTION_NAMES.map((name, at) => [name, bytes.slice(at * 32, at * 32 + 32)]),
    ) as unknown as SectionDigests;
    const [first] = row.sections;
    const section = { salt: parseHex(first?.salt ?? ''), bytes: parseHex(first?.body ?? '') };
    const index = indexOf.get(leaf.eventId) ?? -1;
    return { kind: leaf.kind, what, event: { index, digests, what: section } };
  });
  const events = shown
    .filter(({ kind, what }) => kind === 'act' && JSON.stringify(what['states']).includes(state))
    .map(({ event }) => event);
  const manifests = shown
    .filter(({ kind, what }) => kind === 'manifest' && what['state'] === state)
    .map(({ event }) => event);
  const claim = { origin, state, leaves, manifests, events, erased: [] };
  return checkManifests(nodeTlogCrypto, claim);
}

describe('manifests', () => {
  it('come every hour for every State, also where nothing happened, and an auditor can redo them', async () => {
    expect(await rounds.round()).toBe(0);
    await act('CR', 'PA');
    await act('PA');
    expect(await nextHour()).toBe(EVERYBODY.length);
    expect(await rounds.round()).toBe(0);
    await act('CR');
    expect(await nextHour()).toBe(EVERYBODY.length);
    expect(await nextHour()).toBe(EVERYBODY.length);
    for (const state of EVERYBODY) {
      const events = state === 'CR' || state === 'PA' ? 2 : 0;
      expect(await reportFor(state)).toMatchObject({ manifests: 3, events, problems: [] });
    }
  });

  it('wait until those before stand in the log, because they name them', async () => {
    await act('CR');
    await node.drain('audit');
    node.clock.ms += HOUR_MS;
    expect(await rounds.round()).toBe(EVERYBODY.length);
    node.clock.ms += HOUR_MS;
    expect(await rounds.round()).toBe(0);
    await node.drain('audit');
    expect(await rounds.round()).toBe(EVERYBODY.length);
  });

  it('are issued once by nodes that look at the same moment, and once more after a restart', async () => {
    const others = [
      await openLogNode(fresh, { dataDir: node.dataDir }),
      await openLogNode(fresh, { dataDir: node.dataDir }),
    ];
    await act('CR');
    await node.drain('audit');
    for (const one of [node, ...others]) one.clock.ms = node.clock.ms + HOUR_MS;
    const looks = [node, ...others].flatMap((one) => {
      const each = one.manifests();
      return [each.round(), each.round(), each.round()];
    });
    const issued = await Promise.all(looks);
    expect(issued.reduce((sum, count) => sum + count, 0)).toBe(EVERYBODY.length);
    await node.drain('audit');
    expect((await reportFor('CR')).problems).toEqual([]);
    for (const one of others) await one.close();
  });

  it('cannot be issued twice for a range, overlap or leave one out: the database refuses', async () => {
    await act('CR');
    await nextHour();
    await act('CR');
    await nextHour();
    const again = (from: string, to: string, previous: string) =>
      fresh.asAdmin(
        `INSERT INTO audit.manifests
         SELECT log_id, state, ${from}, ${to}, ${previous}, (SELECT event_id FROM audit.events e WHERE NOT EXISTS
           (SELECT FROM audit.manifests m WHERE m.event_id = e.event_id) LIMIT 1), now()
           FROM audit.manifests WHERE state = 'CR' ORDER BY from_index DESC LIMIT 1`,
      );
    await expect(again('from_index', 'to_index + 1', 'previous_to')).rejects.toThrow('pkey');
    await expect(again('to_index', 'to_index', 'to_index')).rejects.toThrow('check');
    await expect(again('to_index + 1', 'to_index + 2', 'to_index + 1')).rejects.toThrow('fkey');
    await expect(again('from_index + 1', 'to_index + 9', 'previous_to')).rejects.toThrow('check');
    await expect(again('to_index', 'to_index + 9', 'NULL')).rejects.toThrow('check');
  });

  it('are not issued over a leaf that has lost its event: nothing is left out in silence', async () => {
    await act('CR');
    await node.drain('audit');
    await fresh.asAdmin(`
      ALTER TABLE audit.sections DISABLE TRIGGER ALL; ALTER TABLE audit.events DISABLE TRIGGER ALL;
      DELETE FROM audit.events WHERE type = 'person.listed'`);
    node.clock.ms += HOUR_MS;
    await expect(rounds.round()).rejects.toThrow('the event of the leaf 2 is not there');
  });

  it('are finished by another node when one is killed before its commit: all States or none', async () => {
    await act('CR');
    await node.drain('audit');
    node.clock.ms += HOUR_MS;
    await fresh.asAdmin(`
      CREATE FUNCTION public.fail() RETURNS trigger LANGUAGE plpgsql AS
        $$ BEGIN IF NEW.state = 'PA' THEN RAISE EXCEPTION 'killed'; END IF; RETURN NEW; END $$;
      CREATE TRIGGER fail BEFORE INSERT ON audit.manifests FOR EACH ROW EXECUTE FUNCTION public.fail()`);
    await expect(rounds.round()).rejects.toThrow('killed');
    expect(await fresh.asAdmin('SELECT FROM audit.manifests')).toHaveLength(0);
    await fresh.asAdmin('DROP TRIGGER fail ON audit.manifests');
    expect(await rounds.round()).toBe(EVERYBODY.length);
    await node.drain('audit');
    expect((await reportFor('PA')).problems).toEqual([]);
  });
});
