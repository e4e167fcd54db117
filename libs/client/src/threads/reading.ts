import type { EntryKind } from '@enlace/contracts';
import type { Reason, ThreadAlert } from '@enlace/e2ee';
import { THREAD_ALERTS } from '@enlace/e2ee';
import {
  formatInstant,
  isJsonObject,
  type DeviceId,
  type JsonObject,
  type JsonValue,
  type PersonId,
} from '@enlace/kernel';

import type { KeptEntry } from './kept/kept-entry.js';

/** Reasons that are no sign of an attack: somebody can still bring the text, or it was erased by right. */
const HONEST: ReadonlySet<string> = new Set<Reason>([
  'not-granted',
  'key-pending',
  'redacted',
  'retention-ended',
  'newer-format',
]);

/** An entry as it is shown. */
export interface ShownEntry {
  readonly seq: number;
  /** `null` for a kind that a later build knows. */
  readonly kind: EntryKind | null;
  readonly sender: {
    readonly person: PersonId;
    /** The State that certified the person; `null` where the own directory has none. */
    readonly state: string | null;
    readonly device: DeviceId;
  } | null;
  /** The author's clock for what was sealed, else when the server accepted it. */
  readonly sentAt: string;
  readonly acceptedAt: string;
  /** What holds: the stricter of what stands outside and inside. */
  readonly handling: string | null;
  /** What it says; `null` while it cannot be read. */
  readonly content: JsonValue;
  /** Why it cannot be read. */
  readonly reason?: string;
}

/** An alert as it is shown; `seq` is where it stands. */
export interface ShownAlert {
  readonly code: ThreadAlert['kind'];
  readonly response: string;
  readonly [fact: string]: string | number;
}

/** A thread as it is shown. */
export interface ThreadReading {
  readonly entries: readonly ShownEntry[];
  readonly alerts: readonly ShownAlert[];
  /** `reserved`: something is unreadable for an honest reason; `alert`: for any other, or the thread is stopped. */
  readonly verdict: 'sound' | 'reserved' | 'alert';
  /** False for a thread that the server shows to this person no more. */
  readonly isServed: boolean;
}

/** Shows what was taken from the log, and what stopped it. */
export function readingOf(
  kept: readonly KeptEntry[],
  {
    stoppedBy,
    isServed,
    stateOf,
  }: {
    readonly stoppedBy: ThreadAlert | null;
    readonly isServed: boolean;
    readonly stateOf: (personId: PersonId) => string | null;
  },
): ThreadReading {
  const entries = kept.map((entry) => shownEntry(entry, stateOf));
  const alerts = [
    ...kept.flatMap((entry) => entry.alerts),
    ...(stoppedBy === null ? [] : [stoppedBy]),
  ];
  const reasons = entries.flatMap(({ reason }) => (reason === undefined ? [] : [reason]));
  const isStopped = alerts.some(({ kind }) => THREAD_ALERTS[kind].response === 'suspend');
  const isAlert = isStopped || reasons.some((reason) => !HONEST.has(reason));
  return {
    entries,
    alerts: alerts.map(shownAlert),
    verdict: isAlert ? 'alert' : reasons.length > 0 || !isServed ? 'reserved' : 'sound',
    isServed,
  };
}

export function shownAlert({ kind, facts }: ThreadAlert): ShownAlert {
  return { ...facts, code: kind, response: THREAD_ALERTS[kind].response };
}

export function shownEntry(
  { seq, kind, author, acceptedAtMs, effect }: KeptEntry,
  stateOf: (personId: PersonId) => string | null,
): ShownEntry {
  const acceptedAt = formatInstant(acceptedAtMs);
  const { content, sentAt, reason } = contentOf(effect);
  const { handling } = effect;
  return {
    seq,
    kind,
    sender:
      author === null
        ? null
        : {
            person: author.personId,
            state: stateOf(author.personId),
            device: author.deviceId,
          },
    sentAt: sentAt ?? acceptedAt,
    acceptedAt,
    handling: typeof handling === 'string' ? handling : null,
    content,
    ...(reason === null ? {} : { reason }),
  };
}

function contentOf(effect: JsonObject): {
  readonly content: JsonValue;
  readonly sentAt: string | null;
  readonly reason: string | null;
} {
  const { effect: type, content, reason, handling: _, ...rest } = effect;
  if (type === 'content' && isJsonObject(content)) {
    const { sentAt } = content;
    return { content, sentAt: typeof sentAt === 'string' ? sentAt : null, reason: null };
  }
  if (type === 'placeholder') {
    return { content: null, sentAt: null, reason: typeof reason === 'string' ? reason : null };
  }
  return { content: { type: type ?? null, ...rest }, sentAt: null, reason: null };
}
