import { AUDIT_EXPORT_LIMITS, type AuditWhy } from '@enlace/contracts';
import type { AuditExportRequest } from '@enlace/contracts/dto';
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
        const support = format === 'bundle' ? await this.#supportOf(tx, ids) : [];
        return this.#read(tx, reader, assertFew([...new Set([...ids, ...support])]));
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

  async #supportOf(tx: Transaction, ids: readonly string[]): Promise<readonly string[]> {
    return this.exports.findSupport(tx, ids, AUDIT_EXPORT_LIMITS.events);
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

function assertFew(ids: readonly string[]): readonly string[] {
  const limit = AUDIT_EXPORT_LIMITS.events;
  if (ids.length > limit) throw new Refusal('export.too-large', { facts: { limit } });
  return ids;
}

function placed({ place, ...event }: ReadEvent): readonly PlacedEvent[] {
  return place === null ? [] : [{ ...event, ...place }];
}

function inOrder(a: PlacedEvent, b: PlacedEvent): number {
  if (a.origin !== b.origin) return a.origin < b.origin ? -1 : 1;
  return a.index - b.index;
}
