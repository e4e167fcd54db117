import type { MessageContent } from '@enlace/client';
import {
  formatInstant,
  newId,
  parseId,
  systemClock,
  systemRandom,
  type Branded,
  type PersonId,
  type ThreadId,
} from '@enlace/kernel';

import type { ArgsOf, ShownThread } from '../../protocol/operations.js';
import { floorOf } from './entry-in-words.js';
import { handlingOf, strictestOf, Talk } from './talk.js';
import { handlingNow } from './message-now.js';
import type { OwnThreads } from './own-threads.js';
import type { Desk } from './workroom.js';

type AckId = Branded<string, 'AckId'>;
type InnerHandling = MessageContent['handling'];

/** What the person who works here formally says of entries. Throws as `OwnThreads`, `ack.not-asked`. */
export class OwnTalk {
  constructor(private readonly threads: OwnThreads) {}

  async mark({ threadId, target, mark, note }: ArgsOf<'thread.mark'>): Promise<ShownThread> {
    return this.#say(threadId, target, (handling) => ({
      type: 'mark',
      target,
      mark,
      handling,
      ...(note === null ? {} : { note }),
    }));
  }

  /** A new version of an own message; those before stay. */
  async edit({ threadId, target, text, reason }: ArgsOf<'thread.edit'>): Promise<ShownThread> {
    return this.#say(threadId, target, (handling, { edits }) => ({
      type: 'edit',
      target,
      version: edits.length + 2,
      text,
      handling,
      ...(reason === null ? {} : { reason }),
    }));
  }

  async ask({
    threadId,
    target,
    from,
    deadline,
    zone,
  }: ArgsOf<'thread.ask-ack'>): Promise<ShownThread> {
    return this.#say(threadId, target, (handling) => ({
      type: 'ack.request',
      ackId: newId<AckId>(systemClock, systemRandom),
      targets: [target],
      from: from.map((id) => parseId<PersonId>(id)).toSorted(),
      deadline: formatInstant(Date.parse(deadline)),
      zone,
      handling,
    }));
  }

  async acknowledge({ threadId, asking }: ArgsOf<'thread.acknowledge'>): Promise<ShownThread> {
    return this.threads.after(threadId, async ({ threads }, id) => threads.acknowledge(id, asking));
  }

  async withdraw({
    threadId,
    target,
    reason,
    isErasing,
  }: ArgsOf<'thread.withdraw'>): Promise<ShownThread> {
    return this.threads.after(threadId, async (desk, id) => {
      const { handling } = await aboutEntry(desk, id, target);
      await desk.threads.withdraw(id, { target, reason, handling }, { isErasing });
    });
  }

  async #say(
    threadId: string,
    target: number,
    content: (handling: InnerHandling, of: ReturnType<Talk['of']>) => MessageContent,
  ): Promise<ShownThread> {
    return this.threads.after(threadId, async (desk, id) => {
      const { handling, of } = await aboutEntry(desk, id, target);
      await desk.threads.send(id, content(handling, of));
    });
  }
}

/** What is known of an entry that somebody speaks of: whatever is said of it is as confidential as it is. */
async function aboutEntry(desk: Desk, id: ThreadId, target: number) {
  const { reading } = await desk.threads.held(id);
  const of = new Talk(reading).of(target);
  const entry = reading.entries.find(({ seq }) => seq === target);
  const first = entry === undefined ? null : handlingOf(entry);
  const codes = [floorOf(reading), first, ...of.edits.map(({ handling }) => handling)];
  const code = strictestOf(codes) ?? 'EN1';
  return { of, handling: await handlingNow(desk, id, code) };
}
