import { newId, parseHex, parseId, systemClock, systemRandom, type DeviceId } from '@enlace/kernel';
import { nodeTlogCrypto, plantSession, type FreshDatabase } from '@enlace/testing';
import { verifyEvent, type SectionName } from '@enlace/tlog';

import type { ActContext, ActProof } from '../../../apps/api/src/platform/access/act.js';
import { LiveSessions } from '../../../apps/api/src/platform/access/live-session.repository.js';
import { SessionEndings } from '../../../apps/api/src/platform/realtime/session-endings.js';
import { Acts } from '../../../apps/api/src/platform/access/acts.js';
import type { HintBus } from '../../../apps/api/src/platform/bus/hint-bus.js';
import type { SessionHash } from '../../../apps/api/src/platform/database/database.js';
import { openDatabase } from '../../../apps/api/src/platform/database/open-database.js';
import { AuditRecorder } from '../../../apps/api/src/platform/tlog/audit-recorder.js';
import { Denials } from '../../../apps/api/src/platform/tlog/denials.js';
import { EventWriter } from '../../../apps/api/src/platform/tlog/event-writer.js';
import { createLog } from '../../../apps/api/src/platform/logging/log.js';

/** A clock that stands still until it is moved. */
export class StandingClock {
  constructor(public ms: number = systemClock.nowMs()) {}

  nowMs(): number {
    return this.ms;
  }
}

/** Hints of a node that has no others to tell. */
const ALONE: HintBus = {
  publish: () => undefined,
  subscribe: () => undefined,
  isHealthy: () => true,
};

/** The acts of a node on a database of its own, without the door. */
export async function openActs(fresh: FreshDatabase, clock: StandingClock = new StandingClock()) {
  const settings = {
    dataDir: '',
    databaseUrl: fresh.url('enl_app'),
    sequencerUrl: fresh.url('enl_sequencer'),
    auditorUrl: fresh.url('enl_auditor'),
    deliveryUrl: fresh.url('enl_delivery'),
    migrate: false,
  };
  const quiet = { info: () => undefined, warn: () => undefined };
  const opened = await openDatabase({ ...settings, allowUnsyncedDatabase: true }, { log: quiet });
  const node = opened.database.nodeId;
  const writer = new EventWriter({ clock, random: systemRandom, node });
  const log = createLog('error', { write: () => undefined });
  const denials = new Denials({ database: opened.denials, writer, clock, log });
  const audit = new AuditRecorder(writer, denials);
  const sessions = new LiveSessions(opened.database, opened.watch, clock);
  return {
    ...opened,
    clock,
    writer,
    audit,
    denials,
    acts: new Acts(opened.database, audit, sessions, ALONE),
    endings: new SessionEndings(sessions, audit),
    close: async () => {
      await denials.onApplicationShutdown();
      await opened.close();
    },
  };
}

/** An act as the door would make it. */
export function anAct(overrides: Partial<ActContext> = {}): ActContext {
  return {
    correlationId: newId(systemClock, systemRandom),
    target: 'POST /people/invitations',
    via: 'cli',
    declared: ['person.invited'],
    sidHash: null,
    proof: null,
    attest: {},
    where: { ip: '203.0.113.7', userAgent: 'enlace/1' },
    why: {},
    ...overrides,
  };
}

/** A session, and the n-th proof of its device. */
export async function aCaller(fresh: FreshDatabase, state = 'CR') {
  const session = await plantSession(fresh, { state, roles: ['registrar'] });
  const deviceId = parseId<DeviceId>(session.deviceId);
  const proof = (seq: number): ActProof => ({ jwt: `jwt ${seq}`, deviceId, seq, act: 1 });
  // A planted session has no other way to its brand than any.
  const { sidHash }: { sidHash: SessionHash } = Object(session);
  return {
    session,
    act: (seq: number, overrides: Partial<ActContext> = {}): ActContext =>
      anAct({
        sidHash,
        proof: proof(seq),
        attest: { proof: proof(seq).jwt },
        ...overrides,
      }),
  };
}

const EVENT_SQL = `
SELECT e.*, encode(e.digests, 'hex') AS digest_hex, encode(o.leaf, 'hex') AS leaf_hex,
       (SELECT json_agg(json_build_object('salt', encode(s.salt, 'hex'), 'body', encode(s.body, 'hex'))
                        ORDER BY s.section)
          FROM audit.sections s WHERE s.event_id = e.event_id) AS sections
  FROM audit.events e
  JOIN (SELECT entry_id, leaf FROM audit.outbox UNION ALL SELECT entry_id, leaf FROM audit.log_entries) o
    ON o.entry_id = e.event_id
 ORDER BY e.event_id`;

interface StoredEvent extends Readonly<Record<string, unknown>> {
  readonly digest_hex: string;
  readonly leaf_hex: string;
  readonly sections: readonly { readonly salt: string; readonly body: string }[];
}
type Shown = Readonly<Record<string, unknown>>;

/** Every event, oldest first, after its sections were checked against its leaf as an auditor does. */
export async function readEvents(fresh: FreshDatabase) {
  // pg types no column.
  const rows: readonly StoredEvent[] = JSON.parse(JSON.stringify(await fresh.asAdmin(EVENT_SQL)));
  return rows.map((row) => {
    const digests = parseHex(row.digest_hex);
    const verified = verifyEvent(nodeTlogCrypto, {
      leaf: parseHex(row.leaf_hex),
      digests: eachSection((at) => digests.subarray(at * 32, at * 32 + 32)),
      sections: eachSection((at) => ({
        salt: parseHex(row.sections[at]?.salt ?? ''),
        bytes: parseHex(row.sections[at]?.body ?? ''),
      })),
    });
    const shown = eachSection((_, name): Shown =>
      JSON.parse(Buffer.from(verified.sections[name] ?? []).toString()),
    );
    return { row, leaf: verified.leaf, ...shown };
  });
}

function eachSection<Value>(
  make: (at: number, name: SectionName) => Value,
): Record<SectionName, Value> {
  return {
    what: make(0, 'what'),
    who: make(1, 'who'),
    where: make(2, 'where'),
    why: make(3, 'why'),
    attest: make(4, 'attest'),
  };
}
