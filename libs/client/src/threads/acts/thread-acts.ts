import type { Content } from '@enlace/e2ee';
import { isJsonObject, newId, type EntryId, type PersonId } from '@enlace/kernel';

import { ackAt, askedOf } from './acknowledge.js';
import type { KeptEntry } from '../kept/kept-entry.js';
import { doKeyDuties } from '../keys/do-duties.js';
import { ThreadUnread } from '../make-item.js';
import type { ThreadPorts } from '../thread-ports.js';
import type { ThreadWork } from '../thread-work.js';

export { changeLife } from './change-life.js';
export { recordConsultation } from './consult.js';
export type { ElevatedSession } from './elevating.js';

/** An acknowledgement that stands in the log. */
export interface Acknowledged {
  readonly seq: number;
  readonly deadline: string;
  /** By the clock of the log, which no member sets. */
  readonly isLate: boolean;
}

/** Acknowledges what the entry at a place asks this person for. Throws `ack.not-asked`, and as `ThreadWork.act`. */
export async function acknowledge(
  work: ThreadWork,
  { clock, device }: ThreadPorts,
  asking: number,
): Promise<Acknowledged> {
  const { view } = await work.pull();
  await work.settle();
  const { shelf } = work.follower;
  const entries = view === null ? [] : await shelf.entries(view.threadId);
  const asked = askedOf(device.self.personId, asking, entries);
  const { deadline, givenAt } = asked;
  const content = ackAt(asked, clock.nowMs());
  const seq = givenAt ?? (await work.act({ act: 'acknowledge', content }));
  const taken = view === null ? null : await shelf.entryAt(view.threadId, seq);
  const acceptedAtMs = taken?.acceptedAtMs ?? clock.nowMs();
  return { seq, deadline, isLate: acceptedAtMs > Date.parse(deadline) };
}

/** Takes an own entry back with all of its versions, whose bodies go in the same append. Throws as `ThreadWork.act`. */
export async function eraseWithdrawn(
  work: ThreadWork,
  { clock, random, device }: ThreadPorts,
  content: Content<'message'>,
): Promise<number> {
  const { view } = await work.pull();
  const entries = view === null ? [] : await work.follower.shelf.entries(view.threadId);
  if (content.type !== 'withdraw') throw new RangeError('nothing is taken back');
  const targets = versionsOf(content.target, device.self.personId, entries);
  const redactionId = newId<EntryId>(clock, random);
  return work.act({ act: 'withdraw', content, redactionId, targets });
}

/** Takes a leaf in the thread; resolves to the place of that. Throws `thread.unread`, and as `ThreadWork.act`. */
export async function joinThread(work: ThreadWork, ports: ThreadPorts): Promise<number> {
  await work.pull();
  // A join that waits goes first; whoever is in already has nothing to do.
  await work.settle();
  await doKeyDuties(work, ports);
  const { view } = work;
  if (view === null) throw new ThreadUnread();
  if (view.group !== null) return view.head.seq;
  const isMember = view.members?.state.members.some(
    ({ personId }) => personId === view.self.personId,
  );
  const commit = { act: isMember === true ? 'device' : 'join' } as const;
  return work.act({ act: 'commit', commit });
}

/**
 * A further device of a member takes its leaf before it writes: the key of the moment may have come by itself since it
 * last looked. What cannot be done now is left, and the act itself is told.
 */
export async function takeLeaf(work: ThreadWork, ports: ThreadPorts): Promise<void> {
  if (work.view !== null && work.view.group === null) await doKeyDuties(work, ports);
}

/** An entry and what its author later wrote in its place, as far as their bodies are here. */
function versionsOf(
  target: number,
  personId: PersonId,
  entries: readonly KeptEntry[],
): readonly number[] {
  const edits = entries.filter(({ author, effect: { content } }) => {
    const isEdit = isJsonObject(content) && content['type'] === 'edit';
    return isEdit && content['target'] === target && author?.personId === personId;
  });
  return [target, ...edits.map(({ seq }) => seq)];
}
