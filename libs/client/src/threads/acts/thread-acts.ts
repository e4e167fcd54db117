import type { Content } from '@enlace/e2ee';
import { isJsonObject, newId, type EntryId, type PersonId } from '@enlace/kernel';

import { ackAt, askedOf } from './acknowledge.js';
import type { KeptEntry } from '../kept/kept-entry.js';
import type { ThreadPorts } from '../thread-ports.js';
import type { ThreadWork } from '../thread-work.js';

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
