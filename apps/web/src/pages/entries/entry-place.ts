import type { ShownThread } from '../../protocol/operations.js';
import type { Draft } from '../threads/use-draft.js';

export type Entry = ShownThread['entries'][number];
export type SaidText = Entry['said'] & { readonly kind: 'text' };

/** What somebody can formally do about an entry; each is a signed entry of its own. */
export type EntryAct =
  'seen' | 'agreed' | 'objection' | 'acknowledge' | 'ask' | 'edit' | 'withdraw';

/** What an entry is shown in. */
export interface EntryPlace {
  readonly thread: ShownThread;
  /** Nothing is written into a thread that is stopped, or by somebody who is not in it. */
  readonly maySpeak: boolean;
  /** Goes on writing, with this in the draft. */
  readonly onWrite: (more: Partial<Draft>) => void;
  /** Reads the thread once more. */
  readonly onAgain: () => void;
  readonly onAct: (act: EntryAct, entry: Entry) => void;
  /** Goes to another entry. */
  readonly onGo: (seq: number) => void;
}

/** The open question that an entry asks this person, if there is one. */
export function askOfMe({ said }: Entry): SaidText['asks'][number] | null {
  if (said.kind !== 'text') return null;
  const isOpen = ({ answers }: SaidText['asks'][number]): boolean =>
    answers.some(({ person, givenAt }) => person.isSelf && givenAt === null);
  return said.asks.find(isOpen) ?? null;
}

/** What this person can do about an entry now, besides answering it. */
export function actsOn(entry: Entry): readonly EntryAct[] {
  const { said, author } = entry;
  if (said.kind !== 'text' || said.withdrawal !== null) return [];
  const own = (mark: EntryAct): boolean =>
    said.marks.some(({ by, mark: set }) => by?.isSelf === true && set === mark);
  const asked: readonly EntryAct[] = askOfMe(entry) === null ? [] : ['acknowledge'];
  if (author?.isSelf === true) return [...asked, 'ask', 'edit', 'withdraw'];
  const marks = (['seen', 'agreed', 'objection'] as const).filter((mark) => !own(mark));
  return [...asked, ...marks];
}
