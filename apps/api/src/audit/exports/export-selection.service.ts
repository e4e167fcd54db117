import { AUDIT_EXPORT_LIMITS, type AuditWhy } from '@enlace/contracts';
import type { AuditExportRequest } from '@enlace/contracts/dto';
import { isJsonObject, parseStrictJson, parseUtf8 } from '@enlace/kernel';
import { covers, readErasure, SECTION_NAMES, type SectionName } from '@enlace/tlog';
import { Injectable } from '@nestjs/common';

import type { SessionHash, Transaction } from '../../platform/database/database.js';
import { Refusal } from '../../platform/problem/refusal.js';
import { EventReading } from '../reading/event-reading.repository.js';
import type { ReadEvent, Reader } from '../reading/read-event.js';
import { SearchRepository } from '../search/search.repository.js';
import { ExportsRepository } from './exports.repository.js';
import type { PlacedEvent } from './flat-event.js';

/** Which events an export holds, and what they say, as the auditor who asks may see them. */
@Injectable()
export class ExportSelection {
  constructor(
    private readonly reading: EventReading,
    private readonly searches: SearchRepository,
    private readonly exports: ExportsRepository,
  ) {}

  /**
   * All that the search finds, by log and place; for a bundle also what explains it. Throws `export.too-large` beyond
   * the limit.
   */
  async select(
    sidHash: SessionHash,
    request: AuditExportRequest,
    why: AuditWhy,
  ): Promise<readonly PlacedEvent[]> {
    const { format, ...search } = request;
    const before = { before: null, limit: AUDIT_EXPORT_LIMITS.events };
    return this.reading.inSession(
      sidHash,
      async (tx, reader) => {
        const ids = assertFew(await this.searches.findIds(tx, search, before));
        if (format !== 'bundle') return this.#read(tx, reader, ids);
        const signIns = await this.exports.findSignIns(tx, ids, AUDIT_EXPORT_LIMITS.events);
        const events = await this.#read(tx, reader, assertFew([...new Set([...ids, ...signIns])]));
        const erasures = await this.#erasuresOf(tx, reader, events);
        const known = new Set(events.map(({ eventId }) => eventId));
        const all = [...events, ...erasures.filter(({ eventId }) => !known.has(eventId))];
        return assertFew(all).toSorted(inOrder);
      },
      why,
    );
  }

  /** Of these what the auditor may see at this moment. */
  async read(
    sidHash: SessionHash,
    ids: readonly string[],
    why: AuditWhy,
  ): Promise<readonly PlacedEvent[]> {
    return this.reading.inSession(sidHash, (tx, reader) => this.#read(tx, reader, ids), why);
  }

  /** The events that say why something is not there: of all erasures those that reach into this choice. */
  async #erasuresOf(
    tx: Transaction,
    reader: Reader,
    events: readonly PlacedEvent[],
  ): Promise<readonly PlacedEvent[]> {
    const gaps = events.flatMap(gapsOf);
    const found: PlacedEvent[] = [];
    for (let after: string | null = gaps.length === 0 ? null : FIRST; after !== null;) {
      const ids = await this.exports.findErasures(tx, after, PAGE);
      const erasures = await this.#read(tx, reader, ids);
      found.push(...erasures.filter((erasure) => explains(erasure, gaps)));
      after = ids.length < PAGE ? null : (ids.at(-1) ?? null);
    }
    return found;
  }

  async #read(
    tx: Transaction,
    reader: Reader,
    ids: readonly string[],
  ): Promise<readonly PlacedEvent[]> {
    const found = await this.reading.findEvents(tx, reader, ids);
    return found.flatMap(placed).toSorted(inOrder);
  }
}

/** Erasures that are looked at at once, and the id before the first. */
const PAGE = 500;
const FIRST = '00000000-0000-0000-0000-000000000000';

interface Gap {
  readonly origin: string;
  readonly index: number;
  readonly section: SectionName;
}

function gapsOf({ origin, index, absent }: PlacedEvent): readonly Gap[] {
  return SECTION_NAMES.filter((section) => absent[section] === 'erased').map((section) => ({
    origin,
    index,
    section,
  }));
}

function explains({ sections }: PlacedEvent, gaps: readonly Gap[]): boolean {
  const what = sections.what === undefined ? null : parseStrictJson(parseUtf8(sections.what.bytes));
  const erasure = isJsonObject(what) ? readErasure(what) : null;
  return erasure !== null && gaps.some((gap) => covers(erasure, gap));
}

function assertFew<One>(chosen: readonly One[]): readonly One[] {
  const limit = AUDIT_EXPORT_LIMITS.events;
  if (chosen.length > limit) throw new Refusal('export.too-large', { facts: { limit } });
  return chosen;
}

function placed({ place, ...event }: ReadEvent): readonly PlacedEvent[] {
  return place === null ? [] : [{ ...event, ...place }];
}

function inOrder(a: PlacedEvent, b: PlacedEvent): number {
  if (a.origin !== b.origin) return a.origin < b.origin ? -1 : 1;
  return a.index - b.index;
}
