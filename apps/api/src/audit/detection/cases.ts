import type { StateCode } from '@enlace/contracts';

import { grouped, HOUR_MS, type Finding, type Grounds } from './rule.js';

/** What somebody learns of a case by; what auditors ask about one is theirs to ask. */
export const READ_IN_CASES = [
  'attachment.ticketed',
  'case.consulted',
  'entry.delivered',
  'entry.fetched',
  'request.consulted',
  'thread.consulted',
  'thread.exported',
] as const;

/** Days that a person is compared with: their own before. */
export const OWN_DAYS = 30;

/** How many cases a person learnt something of on a day. */
export interface CaseDay {
  readonly actorId: string;
  readonly state: StateCode;
  readonly role: string | null;
  /** Days since 1970, of UTC. */
  readonly day: number;
  readonly cases: number;
  /** The first event of each case. */
  readonly eventIds: readonly string[];
}

/**
 * Whoever read in more cases on that day than on any day of the month before (with thirty days, what all but one in a
 * hundred stay below is the largest), or in more than three times as many as people of the same State and role. A few
 * cases are never many.
 */
export function volumeOutliers(
  days: readonly CaseDay[],
  day: number,
  { thresholds }: Pick<Grounds, 'thresholds'>,
): readonly Finding[] {
  const before = grouped(
    days.filter((each) => each.day < day && each.day >= day - OWN_DAYS),
    ({ actorId }) => actorId,
  );
  const today = days.filter((each) => each.day === day);
  return today.flatMap((own): readonly Finding[] => {
    const { actorId, state, cases, eventIds } = own;
    const fewest = thresholds(state, 'volume-outlier.cases');
    const most = Math.max(0, ...(before.get(actorId) ?? []).map((each) => each.cases));
    const times = thresholds(state, 'volume-outlier.times');
    const usual = medianOf(today.filter((each) => each !== own && isPeer(each, own)));
    const isAboveOwn = most > 0 && cases > most;
    const isAbovePeers = usual > 0 && cases > times * usual;
    if (cases < fewest || !(isAboveOwn || isAbovePeers)) return [];
    const numbers = [cases, most, times * usual, fewest];
    return [{ rule: 'volume-outlier', state, subject: `${actorId}/${day}`, numbers, eventIds }];
  });
}

function isPeer({ state, role }: CaseDay, own: CaseDay): boolean {
  return state === own.state && role === own.role;
}

/** The lower one of two; 0 of nobody. */
function medianOf(days: readonly CaseDay[]): number {
  const counts = days.map(({ cases }) => cases).toSorted((a, b) => a - b);
  return counts[Math.floor((counts.length - 1) / 2)] ?? 0;
}

/** The first reading in a case by somebody whom no event of it lets in. */
export interface UnassignedRead {
  readonly eventId: string;
  readonly actorId: string;
  readonly state: StateCode;
  readonly caseId: string;
}

/** Told each: it takes a fault, or a hand in the tables. */
export function unassignedReads(reads: readonly UnassignedRead[]): readonly Finding[] {
  return reads.map(({ eventId, actorId, state, caseId }) => ({
    rule: 'first-access-unassigned',
    state,
    subject: `${actorId}/${caseId}`,
    numbers: [1, 0],
    eventIds: [eventId],
  }));
}

/** Somebody else had got an entry before it was redacted. */
export interface RedactedRead {
  readonly redactionId: string;
  readonly state: StateCode;
  readonly redactedAtMs: number;
  readonly readId: string;
  readonly readerId: string;
  readonly readAtMs: number;
}

/** A redaction that came after others had read: what was taken back is known to them. One alert a redaction. */
export function redactedReads(
  reads: readonly RedactedRead[],
  { thresholds }: Pick<Grounds, 'thresholds'>,
): readonly Finding[] {
  const groups = grouped(reads, ({ redactionId }) => redactionId);
  return [...groups].flatMap(([redactionId, all]): readonly Finding[] => {
    const state = all[0]?.state ?? 'XR';
    const hours = thresholds(state, 'redacted-read.hours');
    const late = all.filter((each) => each.redactedAtMs - each.readAtMs <= hours * HOUR_MS);
    if (late.length === 0) return [];
    const readers = new Set(late.map(({ readerId }) => readerId)).size;
    const eventIds = [redactionId, ...late.map(({ readId }) => readId)];
    return [
      {
        rule: 'redacted-read',
        state,
        subject: redactionId,
        numbers: [readers, late.length, hours],
        eventIds,
      },
    ];
  });
}
