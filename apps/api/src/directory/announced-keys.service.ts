import { formatInstant, newId, type Clock, type Random } from '@enlace/kernel';
import { formatVkey, type NoteSigner } from '@enlace/tlog';
import { Inject, Injectable, type OnApplicationShutdown } from '@nestjs/common';

import { errorFields } from '../platform/logging/error-fields.js';
import type { Log } from '../platform/logging/log.js';
import { PublishedLogs } from '../platform/logs/published-logs.js';
import { originOfYear, yearOf, type NextLogs } from '../platform/sequencer/next-logs.js';
import type { OpenedLogs } from '../platform/sequencer/open-logs.js';
import type { Stream } from '../platform/tlog/log-writer.js';
import { CLOCK, LOG, OPENED_LOGS, RANDOM } from '../platform/tokens.js';
import {
  LogKeyStatements,
  type AnnouncedKey,
  type Announcement,
} from './log-key-statements.service.js';

/** How often a node looks whether a key has to be announced. */
const LOOK_MS = 60_000;
/** The month in which the key of the next year's log is announced: 0 is January. */
const ANNOUNCED_IN_MONTH = 11;

/**
 * Announces what is due: the key of receipts, and in December that of the next year's audit log. A log whose key nobody
 * announced is not opened.
 */
@Injectable()
export class AnnouncedKeys implements NextLogs, OnApplicationShutdown {
  #timer: NodeJS.Timeout | undefined;
  #looked: Promise<unknown> = Promise.resolve();

  constructor(
    private readonly statements: LogKeyStatements,
    private readonly logs: PublishedLogs,
    @Inject(OPENED_LOGS)
    private readonly opened: Pick<OpenedLogs, 'files' | 'signers' | 'receipts'>,
    @Inject(CLOCK) private readonly clock: Clock,
    @Inject(RANDOM) private readonly random: Random,
    @Inject(LOG) private readonly log: Log,
  ) {}

  start(): void {
    this.#timer = setInterval(() => this.#look(), LOOK_MS).unref();
    this.#look();
  }

  async onApplicationShutdown(): Promise<void> {
    clearInterval(this.#timer);
    await this.#looked;
  }

  /** The log of this year once the one before has had its time and the key was announced. */
  async find(stream: Stream, origin: string): Promise<NoteSigner | null> {
    const year = yearOf(origin);
    const nowYear = new Date(this.clock.nowMs()).getUTCFullYear();
    if (stream !== 'audit' || year === null || nowYear <= year) return null;
    const next = originOfYear(origin, nowYear);
    // Without roots there is nobody to announce it to, and nothing that pins the present one either.
    if (!this.statements.isPinned) return this.opened.files.obtain(next);
    const found = await this.statements.find(next);
    if (found === null || !(await this.#isPublished(found))) return null;
    return this.opened.signers.of({ origin: next, vkey: found.vkey });
  }

  /** Whoever reads the next log must be able to read who announced it: it would be a stranger's else. */
  async #isPublished({ index }: AnnouncedKey): Promise<boolean> {
    const logs = await this.logs.list();
    return logs.some(({ stream, size }) => stream === 'directory' && size > index);
  }

  /** Announces what is due and was not. Resolves with the origins that were announced here. */
  async announce(): Promise<readonly string[]> {
    if (!(await this.statements.mayAnnounce())) return [];
    const nowMs = this.clock.nowMs();
    const announced: string[] = [];
    for (const due of await this.#due(nowMs)) {
      const correlationId = newId(this.clock, this.random);
      const isNew = await this.statements.announce(due, { nowMs, correlationId });
      if (isNew) announced.push(due.origin);
    }
    return announced;
  }

  #look(): void {
    this.#looked = this.#looked
      .then(async () => this.announce())
      .catch((error: unknown) => {
        this.log.warn('log-key.unannounced', errorFields(error));
      });
  }

  async #due(nowMs: number): Promise<readonly Announcement[]> {
    const { key } = this.opened.receipts;
    const receipts = { use: 'receipts', origin: key.name, vkey: formatVkey(key) } as const;
    const next = await this.#nextLog(nowMs);
    const due = [
      { ...receipts, notBefore: formatInstant(nowMs) },
      ...(next === null ? [] : [next]),
    ];
    const known = await Promise.all(due.map(async ({ origin }) => this.statements.find(origin)));
    return due.filter((_, at) => known[at] === null);
  }

  async #nextLog(nowMs: number): Promise<Announcement | null> {
    const open = (await this.logs.list()).find(
      ({ stream, state }) => stream === 'audit' && state === 'open',
    );
    const year = open === undefined ? null : yearOf(open.origin);
    const coming = comingYear(nowMs);
    if (open === undefined || year === null || coming <= year) return null;
    const origin = originOfYear(open.origin, coming);
    if ((await this.statements.find(origin)) !== null) return null;
    const { key } = await this.opened.files.obtain(origin);
    const notBefore = formatInstant(Math.max(nowMs, Date.UTC(coming, 0, 1)));
    return { use: 'audit', origin, vkey: formatVkey(key), notBefore };
  }
}

/** The year whose log must be announced by now: in December the next one. */
function comingYear(nowMs: number): number {
  const now = new Date(nowMs);
  return now.getUTCFullYear() + (now.getUTCMonth() === ANNOUNCED_IN_MONTH ? 1 : 0);
}
