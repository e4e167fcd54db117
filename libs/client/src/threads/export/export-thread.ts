import {
  decodeEntry,
  HANDLING_CODES,
  isSealedKind,
  ROUTES,
  type EntryHeader,
  type Handling,
} from '@enlace/contracts';
import { entryKey, findEpoch, handlingOf, type ThreadView } from '@enlace/e2ee';
import { formatInstant, isJsonObject } from '@enlace/kernel';

import { directoryOf } from '../../directory/http-source.js';
import { openDirectoryCheckpoint } from '../../directory/log-checkpoint.js';
import type { DirectoryReplica } from '../../directory/replica.js';
import type { Session } from '../../session/session.js';
import type { ShowPresence } from '../../session/step-up.js';
import type { KeptEntry } from '../kept/kept-entry.js';
import { declaredPurpose } from '../acts/declared-purpose.js';
import { ThreadUnread } from '../make-item.js';
import type { ThreadPorts } from '../thread-ports.js';
import { ThreadStopped } from '../thread-stopped.js';
import type { ThreadWork } from '../thread-work.js';
import { formatThreadBundle, type BundledEntry, type BundleHead } from './bundle-lines.js';
import { ExportRefused } from './export-error.js';

/** The part that leaves; all that is here where an end is left out. */
export interface ExportedRange {
  readonly fromSeq?: number;
  readonly toSeq?: number;
}

/** Who shows again to be there, and the directory that says who the authors are. */
export interface ExportGround {
  readonly session: Session;
  readonly show: ShowPresence;
  readonly replica: DirectoryReplica;
  /** Whoever exports sees what it holds, and agrees or rejects. */
  readonly confirm: (part: Omit<BundleHead, 'before' | 'exportedAt'>) => Promise<void>;
}

export interface ThreadExport {
  readonly head: BundleHead;
  /** The lines of the file. */
  readonly lines: readonly string[];
}

/**
 * A part of a thread as a file. What is for named recipients, or was made so later, does not leave, whatever the server
 * would allow; a thread that is stopped does not either. The act is on record, with its purpose, before there is a
 * file. Throws `export.refused`, `thread.stopped`, `thread.unread`, the refusal of the server.
 */
export async function exportThread(
  work: ThreadWork,
  ports: ThreadPorts,
  { range, ground }: { readonly range: ExportedRange; readonly ground: ExportGround },
): Promise<ThreadExport> {
  const { stoppedBy } = await work.pull();
  if (stoppedBy !== null) throw new ThreadStopped(stoppedBy);
  const { view, follower } = work;
  if (view?.members == null) throw new ThreadUnread();
  const { threadId } = view;
  const { part, ...about } = partOf(view, await follower.shelf.entries(threadId), range);
  const { before, ...told } = { threadId, ...about };
  await ground.confirm(told);
  const { note, size } = await newestCheckpoint(ground);
  await recordExport(view, ground, told);
  const head = { ...told, before, exportedAt: formatInstant(ports.clock.nowMs()) };
  const entries = part.map((entry) => bundled(entry, view));
  const statements = ground.replica.entries.slice(0, size);
  return { head, lines: formatThreadBundle({ head, entries, statements, checkpoint: note }) };
}

/** What leaves: whole, from a place on whose chain is known. Throws `export.refused`. */
function partOf(view: ThreadView, all: readonly KeptEntry[], range: ExportedRange) {
  const fromSeq = range.fromSeq ?? all[0]?.seq ?? 1;
  const toSeq = range.toSeq ?? view.head.seq;
  const part = all.filter(({ seq }) => seq >= fromSeq && seq <= toSeq);
  const before = chainBefore(fromSeq, view, all);
  if (part.length === 0 || part.length !== toSeq - fromSeq + 1 || before === null) {
    throw new ExportRefused('range', fromSeq);
  }
  const floor = view.members?.state.policy.handlingFloor ?? 'EN3';
  return { part, fromSeq, toSeq, before, handling: strictestOf(part, all, floor) };
}

function chainBefore(
  first: number,
  { startSeq, startChain }: ThreadView,
  all: readonly KeptEntry[],
): Uint8Array | null {
  if (first === startSeq + 1) return startChain;
  return all.find(({ seq }) => seq === first - 1)?.chain ?? null;
}

/** What a file of these entries may be used for. Throws `export.refused` where one is for named recipients. */
function strictestOf(
  part: readonly KeptEntry[],
  all: readonly KeptEntry[],
  floor: Handling,
): Handling {
  const here = new Set(part.map(({ seq }) => seq));
  // An author makes an entry stricter by a later version of it.
  const about = all.filter((entry) => here.has(entry.seq) || here.has(targetOf(entry)));
  const codes = [floor, ...about.flatMap(codesOf)];
  const named = about.find((entry) => codesOf(entry).includes('EN3'));
  if (named !== undefined || floor === 'EN3') {
    throw new ExportRefused('named-recipients', named?.seq ?? part[0]?.seq ?? 0);
  }
  return HANDLING_CODES.findLast((code) => codes.includes(code)) ?? 'EN2';
}

/** Which entry this one is a later version of; 0 for every other. */
function targetOf({ effect: { content = null } }: KeptEntry): number {
  const { type, target } = isJsonObject(content) ? content : {};
  return type === 'edit' && typeof target === 'number' ? target : 0;
}

/** Outside, also of what cannot be opened here; and what holds, where it was opened. */
function codesOf({ bytes, effect: { handling } }: KeptEntry): readonly Handling[] {
  const inner = HANDLING_CODES.find((code) => code === handling);
  const header = bytes === null ? null : decodeEntry(bytes).header;
  const outer = header === null || !isSealedKind(header.kind) ? [] : [handlingOf(header.handling)];
  return inner === undefined ? outer : [...outer, inner];
}

function bundled({ seq, acceptedAtMs, bytes, chain }: KeptEntry, view: ThreadView): BundledEntry {
  if (bytes === null) return { seq, acceptedAtMs, entry: null, key: null, chain };
  const { header } = decodeEntry(bytes);
  return { seq, acceptedAtMs, entry: bytes, key: keyOf(header, view), chain: null };
}

function keyOf(header: EntryHeader, view: ThreadView): Uint8Array | null {
  const epochKey = isSealedKind(header.kind) ? findEpoch(view, header)?.epochKey : null;
  return epochKey == null ? null : entryKey(epochKey, header);
}

/** The newest one whose statements are all held here; somebody who has no account judges the authors by it. */
async function newestCheckpoint({
  session,
  replica,
}: ExportGround): Promise<{ readonly note: string; readonly size: number }> {
  const source = directoryOf(session);
  const note = await source.checkpoint();
  if (note === null) throw new ExportRefused('not-witnessed', 0);
  await replica.sync(source);
  const { size, witnessTimeMs } = openDirectoryCheckpoint(note, replica.directory.trustStore);
  if (witnessTimeMs === null || replica.entries.length < size) {
    throw new ExportRefused('not-witnessed', 0);
  }
  return { note, size };
}

async function recordExport(
  view: ThreadView,
  { session, show }: ExportGround,
  { threadId, fromSeq, toSeq }: Pick<BundleHead, 'threadId' | 'fromSeq' | 'toSeq'>,
): Promise<void> {
  const headings = await declaredPurpose(session, view);
  const request = {
    method: 'POST',
    path: ROUTES.threadExports.replace(':id', threadId),
    body: { format: 'bundle', fromSeq, toSeq },
    headings,
  } as const;
  await session.requestElevated(request, { action: 'thread.export', objectId: threadId }, show);
}
