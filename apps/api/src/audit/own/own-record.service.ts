import type { LogGrowth, OwnEvent, OwnEvents, OwnReceipt, OwnReceipts } from '@enlace/contracts';
import type { OwnEventsQuery, OwnReceiptsRequest } from '@enlace/contracts/dto';
import {
  formatInstant,
  isDomainError,
  parseBase64Url,
  parseUtf8,
  toBase64,
  toBase64Url,
  type EventId,
} from '@enlace/kernel';
import { decodeLeaf, hashLeaf } from '@enlace/tlog';
import { Injectable } from '@nestjs/common';

import type { ActContext } from '../../platform/access/act.js';
import { getSession } from '../../platform/access/acting-session.js';
import { Acts } from '../../platform/access/acts.js';
import { Permissions } from '../../platform/access/permissions.js';
import { SessionEnded } from '../../platform/database/database-errors.js';
import type { SessionHash } from '../../platform/database/database.js';
import { LogProofs, type OpenedProofs } from '../../platform/logs/log-proofs.js';
import { PublishedLogs, type PublishedLog } from '../../platform/logs/published-logs.js';
import { Refusal } from '../../platform/problem/refusal.js';
import { nodeTlogCrypto } from '../../platform/tlog/node-tlog-crypto.js';
import { EventReading } from '../reading/event-reading.repository.js';
import type { ReadEvent } from '../reading/read-event.js';
import { OwnRecordRepository, type EventHead } from './own-record.repository.js';

/** Events of one page of My activity. */
const PAGE = 100;
/** Behind every id. */
const END_OF_TIME = 'ffffffff-ffff-ffff-ffff-ffffffffffff';
/** A log, and proofs that lead to its newest checkpoint. */
interface OpenedLog {
  readonly log: PublishedLog;
  readonly proofs: OpenedProofs;
}

/**
 * What everybody may see of the record: whether promises were kept, and all that was done in one's own name. Where
 * somebody was proves nothing about an act, and is not part of a receipt.
 */
@Injectable()
export class OwnRecord {
  constructor(
    private readonly acts: Acts,
    private readonly permissions: Permissions,
    private readonly repository: OwnRecordRepository,
    private readonly reading: EventReading,
    private readonly logs: PublishedLogs,
    private readonly proofs: LogProofs,
  ) {}

  /**
   * Proves each leaf in the log and shows what it committed to; a leaf that is not there, or not in the name of who
   * asks, is `pending`: its receipt says until when that may be. Throws `body.malformed` for what is no leaf.
   */
  async receipts(act: ActContext, { leaves, known }: OwnReceiptsRequest): Promise<OwnReceipts> {
    const ids = leaves.map(eventIdOf);
    await this.#permit(act, 'audit.own-receipts');
    const events = await this.reading.inSession(sidHashOf(act), async (tx, reader) => {
      const own = await this.repository.findOwn(tx, ids);
      return this.reading.findEvents(tx, reader, own);
    });
    const opened = await this.#open(events, known);
    const receipts: OwnReceipt[] = [];
    for (const [at, leaf] of leaves.entries()) {
      const event = events.find(({ eventId }) => eventId === ids[at]);
      const log = opened.find((one) => one.log.origin === event?.place?.origin);
      receipts.push((event && log && (await shown(event, log.proofs))) ?? { leaf, pending: true });
    }
    return { receipts, growth: await growthOf(opened, known) };
  }

  /** A page of what was done in one's own name, newest first. */
  async events(act: ActContext, { before }: OwnEventsQuery): Promise<OwnEvents> {
    await this.#permit(act, 'audit.own-events');
    return this.reading.inSession(sidHashOf(act), async (tx, reader) => {
      const ids = await this.repository.listOwn(tx, before ?? END_OF_TIME, PAGE);
      const heads = await this.repository.findHeads(tx, ids);
      const events = await this.reading.findEvents(tx, reader, ids);
      const listed = events.flatMap((event): OwnEvent[] => {
        const head = heads.get(event.eventId);
        return head === undefined ? [] : [listedEvent(head, event)];
      });
      return { events: listed, next: ids.length < PAGE ? null : (ids.at(-1) ?? null) };
    });
  }

  async #permit(act: ActContext, action: 'audit.own-events' | 'audit.own-receipts'): Promise<void> {
    await this.acts.run(act, async (at) => {
      const { personId, state } = getSession(at);
      const about = { type: 'person', id: personId, ownerState: state, personId };
      this.permissions.assert(at, action, { about });
    });
  }

  /** The logs that the answer is about, each with one checkpoint for all of its proofs. */
  async #open(
    events: readonly ReadEvent[],
    known: OwnReceiptsRequest['known'],
  ): Promise<readonly OpenedLog[]> {
    const asked = [...known, ...events.flatMap(({ place }) => place ?? [])];
    const origins = new Set(asked.map(({ origin }) => origin));
    const opened: OpenedLog[] = [];
    for (const log of await this.logs.list()) {
      if (log.stream !== 'audit' || !origins.has(log.origin)) continue;
      const proofs = await this.proofs.open(log);
      if (proofs !== null) opened.push({ log, proofs });
    }
    return opened;
  }
}

// Attacker-controlled: 78 characters.
function eventIdOf(leaf: string): EventId {
  try {
    return decodeLeaf(parseBase64Url(leaf)).eventId;
  } catch (cause) {
    if (isDomainError(cause)) throw new Refusal('body.malformed', { cause });
    throw cause;
  }
}

/** `null` for an event that no checkpoint covers yet. */
async function shown(event: ReadEvent, proofs: OpenedProofs): Promise<OwnReceipt | null> {
  const { place, leaf, digests, sections } = event;
  if (place === null || place.index >= proofs.size) return null;
  const proof = Buffer.from(await proofs.inclusion(place.index)).toString();
  const salted = Object.entries(sections).flatMap(([name, { salt, bytes }]) =>
    name === 'where' ? [] : [[name, { salt: toBase64(salt), bytes: toBase64(bytes) }] as const],
  );
  return {
    leaf: toBase64Url(leaf),
    pending: false,
    ...place,
    proof,
    digests: {
      what: toBase64(digests.what),
      who: toBase64(digests.who),
      where: toBase64(digests.where),
      why: toBase64(digests.why),
      attest: toBase64(digests.attest),
    },
    sections: Object.fromEntries(salted),
  };
}

/** A size that was never published proves nothing: the client finds that its head has no proof. */
async function growthOf(
  opened: readonly OpenedLog[],
  known: OwnReceiptsRequest['known'],
): Promise<readonly LogGrowth[]> {
  const growth: LogGrowth[] = [];
  for (const { origin, size } of known) {
    const proofs = opened.find(({ log }) => log.origin === origin)?.proofs;
    if (proofs === undefined || size > proofs.size) continue;
    const proof = (await proofs.growth(size)).map(toBase64);
    growth.push({ origin, from: size, proof });
  }
  return growth;
}

function listedEvent(
  { eventId, occurredAt, type, outcome }: EventHead,
  { place, leaf, sections }: ReadEvent,
): OwnEvent {
  const readable = Object.entries(sections).map(([name, { bytes }]) => {
    return [name, JSON.parse(parseUtf8(bytes))] as const;
  });
  return {
    eventId,
    occurredAt: formatInstant(occurredAt.getTime()),
    type,
    outcome,
    place,
    leafHash: place === null ? null : toBase64Url(hashLeaf(nodeTlogCrypto, leaf)),
    leaf: place === null ? null : toBase64Url(leaf),
    sections: Object.fromEntries(readable),
  };
}

function sidHashOf({ sidHash }: ActContext): SessionHash {
  if (sidHash === null) throw new SessionEnded('the act has no session');
  return sidHash;
}
