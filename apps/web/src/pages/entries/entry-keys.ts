import { askOfMe, type Entry, type EntryPlace } from './entry-place.js';

const ARROWS: Readonly<Record<string, string>> = { ArrowDown: 'j', ArrowUp: 'k' };

/** What a key does in a list whose stop of the keyboard is at `stop`. */
export function entryKeys(
  { thread: { entries }, maySpeak, onWrite, onAct, onGo }: EntryPlace,
  { stop, onMembers }: { readonly stop: number | null; readonly onMembers: () => void },
): (event: React.KeyboardEvent) => void {
  const go = (entry: Entry | undefined): void => {
    if (entry !== undefined) onGo(entry.seq);
  };
  const keys: Readonly<Record<string, (entry: Entry, at: number) => void>> = {
    j: (_, at) => go(entries[at + 1]),
    k: (_, at) => go(entries[at - 1]),
    Home: () => go(entries[0]),
    End: () => go(entries.at(-1)),
    r: ({ seq, said }) => maySpeak && said.kind === 'text' && onWrite({ replyTo: seq }),
    a: (entry) => maySpeak && askOfMe(entry) !== null && onAct('acknowledge', entry),
    m: onMembers,
  };
  return (event) => {
    const act = keys[ARROWS[event.key] ?? event.key];
    const at = entries.findIndex(({ seq }) => seq === stop);
    const entry = entries[at];
    const isPlain = !event.ctrlKey && !event.metaKey && !event.altKey;
    if (act === undefined || entry === undefined || !isPlain) return;
    event.preventDefault();
    act(entry, at);
  };
}
