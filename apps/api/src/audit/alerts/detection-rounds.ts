import { setTimeout as pause } from 'node:timers/promises';

import { isDomainError, newId } from '@enlace/kernel';
import { policyOf, type Directory } from '@enlace/trust';
import { Inject, Injectable, type OnModuleDestroy } from '@nestjs/common';

import { DirectoryLog } from '../../directory/directory-log.js';
import type { Transaction } from '../../platform/database/database.js';
import { errorFields } from '../../platform/logging/error-fields.js';
import { SERVER_WORK, type ServerWork } from '../../platform/server-work.js';
import { WitnessList } from '../../platform/witnesses/witness-list.js';
import { OWN_DAYS, redactedReads, unassignedReads, volumeOutliers } from '../detection/cases.js';
import { counterGaps, reconciliationDifferences } from '../detection/completeness.js';
import { quorumLost } from '../detection/oversight.js';
import {
  DAY_MS,
  grouped,
  HOUR_MS,
  STANDING_MS,
  USUAL_THRESHOLDS,
  type EventRule,
  type Finding,
  type Grounds,
  type SeenEvent,
  type Thresholds,
} from '../detection/rule.js';
import { EVENT_RULES, findAll } from '../detection/rules.js';
import { DetectionRepository } from './detection.repository.js';

/** How often a node looks; one of them looks at a time. */
const LOOK_MS = 60_000;
/** When the rows of the day before are compared with their events: night from Alaska to Brazil. */
const NIGHT_HOUR_UTC = 9;
/** Events that one alert names; its numbers say how many there were. */
const EVENTS_NAMED = 50;
/** How far back a gap is looked for: nights on which nobody looked are made up for. */
const GAPS_MS = 30 * DAY_MS;
/** Sign-ins that may explain such a gap: a session lasts half a day, and what it lost is told at the next sign-in. */
const SIGN_INS_MS = GAPS_MS + DAY_MS;
/** Told to operators as well. */
const TECHNICAL: ReadonlySet<string> = new Set([
  'quorum-lost',
  'reconciliation-difference',
  'witness-late',
]);

/** Runs the rules, and writes down what they find: once for a finding, with its event in the same transaction. */
@Injectable()
export class DetectionRounds implements OnModuleDestroy {
  readonly #stopping = new AbortController();
  #running: Promise<void> = Promise.resolve();
  /** Day of the last nightly round of this process. */
  #lastNight = 0;

  constructor(
    @Inject(SERVER_WORK) private readonly work: ServerWork,
    private readonly repository: DetectionRepository,
    private readonly directory: DirectoryLog,
    private readonly witnesses: WitnessList,
  ) {}

  start(): void {
    this.#running = this.#run();
  }

  async onModuleDestroy(): Promise<void> {
    this.#stopping.abort();
    await this.#running;
  }

  /** The rules over events. Resolves with how many alerts are new; 0 while another node looks. */
  async round(): Promise<number> {
    const nowMs = this.work.clock.nowMs();
    const grounds = { nowMs, thresholds: await this.#thresholds() };
    const rules = [...EVENT_RULES, await this.#quorumRule()];
    return this.#lead(async (tx) => findAll(rules, await this.#events(tx, rules, nowMs), grounds));
  }

  /**
   * Counters of devices, rows of the last two days against their events, and who read in which cases on the day before.
   * Resolves as `round`.
   */
  async nightlyRound(): Promise<number> {
    const nowMs = this.work.clock.nowMs();
    const grounds = { nowMs, thresholds: await this.#thresholds() };
    const { repository } = this;
    return this.#lead(async (tx) => {
      const gaps = await repository.findGaps(tx, nowMs - GAPS_MS);
      const devices = [...new Set(gaps.map(({ deviceId }) => deviceId))];
      const abandoned = await repository.findAbandoned(tx, devices, nowMs - SIGN_INS_MS);
      // An act that is under way has its row and its event together: an hour is more than any act takes.
      const stretch = { fromMs: nowMs - 2 * DAY_MS, toMs: nowMs - HOUR_MS };
      const unrecorded = await repository.findUnrecorded(tx, stretch);
      return [
        ...counterGaps(gaps, abandoned, grounds),
        ...reconciliationDifferences(unrecorded, Math.floor(nowMs / DAY_MS)),
        ...(await this.#ofCases(tx, grounds)),
      ];
    });
  }

  /** Twice a day is seen, so that a night on which nobody looked is made up for. */
  async #ofCases(tx: Transaction, grounds: Grounds): Promise<readonly Finding[]> {
    const { repository } = this;
    const today = Math.floor(grounds.nowMs / DAY_MS);
    const fromMs = grounds.nowMs - 2 * DAY_MS;
    const days = await repository.findCaseDays(tx, (today - OWN_DAYS - 2) * DAY_MS);
    return [
      ...volumeOutliers(days, today - 2, grounds),
      ...volumeOutliers(days, today - 1, grounds),
      ...unassignedReads(await repository.findUnassigned(tx, fromMs)),
      ...redactedReads(await repository.findRedactedReads(tx, fromMs), grounds),
    ];
  }

  async #lead(look: (tx: Transaction) => Promise<readonly Finding[]>): Promise<number> {
    return this.work.sequencer.asServer(async (tx) => {
      if (!(await this.repository.tryToLead(tx))) return 0;
      let raised = 0;
      for (const finding of await look(tx)) raised += (await this.#raise(tx, finding)) ? 1 : 0;
      return raised;
    });
  }

  async #raise(tx: Transaction, found: Finding): Promise<boolean> {
    const { writer, clock, random } = this.work;
    const alertId = newId(clock, random);
    const finding = { ...found, eventIds: found.eventIds.slice(0, EVENTS_NAMED) };
    const { rule, state, numbers, eventIds } = finding;
    const as = { alertId, isTechnical: TECHNICAL.has(rule), nowMs: clock.nowMs() };
    if (!(await this.repository.raise(tx, finding, as))) return false;
    await writer.writeOwn(
      tx,
      {
        type: 'alert.raised',
        outcome: 'success',
        object: { type: 'alert', id: alertId, ownerState: state },
        states: [state],
        fields: { rule, numbers, eventIds },
      },
      { kind: 'act', correlationId: newId(clock, random) },
    );
    return true;
  }

  /** What still stands; and each stretch of time once, with the types of the rules that look that far back. */
  async #events(
    tx: Transaction,
    rules: readonly EventRule[],
    nowMs: number,
  ): Promise<readonly SeenEvent[]> {
    const seen = new Map<string, SeenEvent>();
    for (const event of await this.repository.findStandingDelays(tx))
      seen.set(event.eventId, event);
    const recent = rules.filter(({ windowMs }) => windowMs !== STANDING_MS);
    for (const [windowMs, together] of grouped(recent, (rule) => rule.windowMs)) {
      const types = [...new Set(together.flatMap((rule) => rule.types))];
      const events = await this.repository.findEvents(tx, types, nowMs - windowMs);
      for (const event of events) seen.set(event.eventId, event);
    }
    return [...seen.values()].toSorted((a, b) => a.atMs - b.atMs);
  }

  /** Two quorums share a third of the witnesses (as the policy file of the States says). */
  async #quorumRule(): Promise<EventRule> {
    const known = (await this.witnesses.list()).length;
    return quorumLost(known === 0 ? 0 : Math.floor((known * 3) / 5) + 1, known);
  }

  async #thresholds(): Promise<Thresholds> {
    const directory = await this.#directory();
    return (state, name) => {
      const own = directory === null ? undefined : policyOf(directory, state).alertThresholds[name];
      return own ?? USUAL_THRESHOLDS[name];
    };
  }

  /** `null` where no trust store is installed: nobody has set a threshold. */
  async #directory(): Promise<Directory | null> {
    try {
      return await this.work.database.asServer(async (tx) => this.directory.current(tx));
    } catch (error) {
      if (isDomainError(error, 'statement.refused')) return null;
      throw error;
    }
  }

  async #run(): Promise<void> {
    const { signal } = this.#stopping;
    while (!signal.aborted) {
      await this.#look().catch((error: unknown) => {
        this.work.log.warn('detection.round-failed', errorFields(error));
      });
      await pause(LOOK_MS, undefined, { signal }).catch(() => undefined);
    }
  }

  async #look(): Promise<void> {
    await this.round();
    const now = new Date(this.work.clock.nowMs());
    const day = Math.floor(now.getTime() / DAY_MS);
    if (now.getUTCHours() < NIGHT_HOUR_UTC || day === this.#lastNight) return;
    await this.nightlyRound();
    this.#lastNight = day;
  }
}
