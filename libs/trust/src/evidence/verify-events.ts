import {
  covers,
  parseEventLine,
  readErasure,
  SECTION_NAMES,
  verifyEvent,
  type Erasure,
  type EvidenceEvent,
  type SectionName,
  type VerifiedEvent,
} from '@enlace/tlog';

import type { Directory } from '../fold/directory.js';
import {
  judgeAttested,
  openAttested,
  readSignIn,
  type Attested,
  type ReadEvent,
} from './attested.js';
import { EVIDENCE_LIMITS } from './bundle-names.js';
import type { Problems, ProvenEvent, SectionState } from './bundle-report.js';
import { scopeExcludes, type EvidenceScope } from './evidence-manifest.js';
import { readLines, reading } from './open-container.js';
import type { BundleLogs } from './open-logs.js';
import { recordedDevice } from './recorded-device.js';
import { parseObject, type EvidenceCrypto } from './request-proof.js';
import { SignatureUses } from './signature-uses.js';

const FILE = 'events.jsonl';

export interface EventsTask {
  readonly crypto: EvidenceCrypto;
  readonly files: ReadonlyMap<string, Uint8Array>;
  readonly logs: BundleLogs;
  readonly directory: Directory;
  readonly scope: EvidenceScope | null;
}

export interface EventsReport {
  readonly failed: number;
  readonly proven: readonly ProvenEvent[];
  readonly erasures: number;
  readonly attested: readonly Attested[];
}

interface Opened extends ReadEvent {
  readonly event: EvidenceEvent;
  readonly verified: VerifiedEvent;
  readonly leafHash: Uint8Array;
  /** Sections that are there and are not what was committed to: neither shown nor absent. */
  readonly refused: readonly SectionName[];
}

/**
 * Each event: its place in the log, its leaf and commitment, each section that is shown, why others are not, and what
 * a device signed of it.
 */
export function verifyEvents(task: EventsTask, problems: Problems): EventsReport {
  const { files } = task;
  const told = { problems, limit: EVIDENCE_LIMITS.events, read: parseEventLine };
  const lines = readLines(files, FILE, told);
  const opened = lines.flatMap((event, at) => {
    const before = lines[at - 1];
    if (before !== undefined && !isAfter(event, before)) {
      problems.add('malformed', 'line.order', { file: FILE, index: event.index });
    }
    return openEvent(task, event, problems) ?? [];
  });
  const erasures = opened.flatMap(({ event, what }) => {
    const erasure = what === null ? null : readErasure(what);
    return erasure === null ? [] : [{ erasure, event }];
  });
  const attested = judgeSignatures(task, opened, problems);
  const proven = opened.map((one) => {
    const { event, verified, leafHash, occurredAtMs } = one;
    const states = statesOf(one, { task, erasures, problems });
    const { origin, index } = event;
    return { origin, index, leafHash, occurredAtMs, sections: verified.sections, states };
  });
  return { failed: lines.length - opened.length, proven, erasures: erasures.length, attested };
}

/** What devices signed of each event; nothing of an event whose signature does not hold, or is of another event. */
function judgeSignatures(
  { crypto, directory }: EventsTask,
  opened: readonly Opened[],
  problems: Problems,
): readonly Attested[] {
  const find = (deviceId: string, atMs: number) => recordedDevice(directory, deviceId, { atMs });
  const signed = opened.flatMap((one) => {
    const signature = reading(problems, placeOf(one), () => openAttested(crypto, one, find));
    return signature === null ? [] : [{ one, signature }];
  });
  const signIns = signed.flatMap(
    ({ one, signature }) => reading(problems, placeOf(one), () => readSignIn(one, signature)) ?? [],
  );
  const uses = new SignatureUses(signed.map(({ signature }) => signature));
  return signed.flatMap(
    ({ one, signature }) =>
      reading(problems, placeOf(one), () => judgeAttested(one, signature, { signIns, uses })) ?? [],
  );
}

function isAfter(event: EvidenceEvent, before: EvidenceEvent): boolean {
  if (event.origin !== before.origin) return event.origin > before.origin;
  return event.index > before.index;
}

function placeOf({ event: { index } }: Opened) {
  return { file: FILE, index };
}

/** Null where place, leaf or commitment do not hold. A section that does not is told, and the others are read. */
function openEvent(task: EventsTask, event: EvidenceEvent, problems: Problems): Opened | null {
  const { crypto, logs } = task;
  const { leaf, digests, index } = event;
  const place = { file: FILE, index };
  const leafHash = logs.prove(problems, event);
  const whole = reading(problems, place, () =>
    verifyEvent(crypto, { leaf, digests, sections: {} }),
  );
  if (leafHash === null || whole === null) return null;
  const good: Partial<Record<SectionName, EvidenceEvent['sections'][SectionName]>> = {};
  const refused: SectionName[] = [];
  for (const name of SECTION_NAMES) {
    const section = event.sections[name];
    if (section === undefined) continue;
    const sections = { [name]: section };
    const held = reading(problems, place, () => verifyEvent(crypto, { leaf, digests, sections }));
    if (held === null) refused.push(name);
    else good[name] = section;
  }
  const sections = Object.fromEntries(Object.entries(good));
  const verified = verifyEvent(crypto, { leaf, digests, sections });
  const read = (name: SectionName) => {
    const bytes = verified.sections[name];
    return bytes === undefined ? null : reading(problems, place, () => parseObject(bytes));
  };
  return {
    event,
    verified,
    leafHash,
    refused,
    occurredAtMs: verified.leaf.occurredAtMs,
    what: read('what'),
    who: read('who'),
    attest: read('attest'),
  };
}

interface StateTask {
  readonly task: EventsTask;
  readonly erasures: readonly { readonly erasure: Erasure; readonly event: EvidenceEvent }[];
  readonly problems: Problems;
}

function statesOf(opened: Opened, around: StateTask): ProvenEvent['states'] {
  const of = (section: SectionName) => stateOf(opened, section, around);
  return {
    what: of('what'),
    who: of('who'),
    where: of('where'),
    why: of('why'),
    attest: of('attest'),
  };
}

function stateOf(opened: Opened, section: SectionName, around: StateTask): SectionState {
  const { event, verified, what, refused } = opened;
  const { task, erasures, problems } = around;
  const { origin, index } = event;
  if (verified.sections[section] !== undefined) return 'shown';
  // An erasure explains only what was in the log before it.
  const isErased = erasures.some(
    (gone) =>
      covers(gone.erasure, { origin, index, section }) &&
      (gone.event.origin !== origin || gone.event.index > index),
  );
  if (isErased) return 'erased';
  const actorState = what?.['actorState'];
  const isExcluded =
    task.scope !== null &&
    scopeExcludes(task.scope, section, typeof actorState === 'string' ? actorState : null);
  if (event.absent[section] === 'withheld' && isExcluded) return 'withheld';
  if (!refused.includes(section)) {
    problems.add('missing', 'section.missing', { file: FILE, index, detail: section });
  }
  return 'missing';
}
