import { systemClock } from '@enlace/kernel';
import { useState } from 'react';

import { ActDialog } from '../../components/act-dialog.js';
import { useLanguage, useMessages } from '../../i18n/use-messages.js';
import type { ShownThread } from '../../protocol/operations.js';
import { useAct } from '../../state/use-act.js';
import { worker } from '../../state/workspace.js';
import { AskFields, whoCanBeAsked } from './ask-fields.js';
import { deadlineWords, ownZone } from './deadline-words.js';
import { askOfMe, type Entry, type EntryAct } from './entry-place.js';
import { quotationOf } from './entry-text.js';
import { WordsField } from '../../components/words-field.js';

interface DialogProps {
  readonly act: EntryAct;
  readonly entry: Entry;
  readonly thread: ShownThread;
  readonly onNext: (next: ShownThread) => void;
  readonly onClose: () => void;
}

/** What the person still says of an act; what an act does not ask for stays as it is. */
interface Answers {
  readonly words: string;
  readonly text: string;
  readonly isErasing: boolean;
  readonly from: readonly string[];
  /** As the field has it: local time. */
  readonly deadline: string;
}

/** Acts without which words nothing is signed. */
const NEEDS_WORDS: ReadonlySet<EntryAct> = new Set(['objection', 'withdraw']);
const MAY_HAVE_WORDS: ReadonlySet<EntryAct> = new Set([...NEEDS_WORDS, 'edit']);

/** One formal act about an entry: named, with its effect and who will see it, and confirmed by its verb. */
export function EntryDialog({ act, entry, thread, onNext, onClose }: DialogProps) {
  const t = useMessages();
  const acting = useAct();
  const [answers, setAnswers] = useState<Answers>(() => firstAnswers(entry, thread));
  const [isIncomplete, setIncomplete] = useState(false);
  const change = (more: Partial<Answers>): void => setAnswers({ ...answers, ...more });
  const confirm = (): void => {
    setIncomplete(!isComplete(act, answers));
    if (!isComplete(act, answers)) return;
    acting.act(async () => {
      onNext(await perform(act, { entry, thread, answers }));
      onClose();
    });
  };
  return (
    <ActDialog
      title={t(`thread.act.${act}`)}
      effect={t(`thread.act.${act}.effect`)}
      verb={t(`thread.act.${act}.verb`)}
      acting={acting}
      onConfirm={confirm}
      onClose={onClose}
    >
      <p className="quotation">{quotationOf(t, entry.seq, thread)}</p>
      {act === 'acknowledge' && <AckFacts entry={entry} />}
      {act === 'edit' && (
        <WordsField
          label={t('thread.edit.text')}
          value={answers.text}
          onChange={(text) => change({ text })}
        />
      )}
      {act === 'ask' && <AskFields thread={thread} {...answers} onChange={change} />}
      {MAY_HAVE_WORDS.has(act) && (
        <WordsField
          label={t(NEEDS_WORDS.has(act) ? 'thread.act.reason' : 'thread.act.reason.free')}
          value={answers.words}
          onChange={(words) => change({ words })}
        />
      )}
      {act === 'withdraw' && (
        <label className="choice">
          <input
            type="checkbox"
            checked={answers.isErasing}
            onChange={({ target }) => change({ isErasing: target.checked })}
          />
          {t('thread.withdraw.erase')}
        </label>
      )}
      {isIncomplete && (
        <p className="notice notice-problem" role="alert">
          {t(`thread.act.incomplete.${act === 'ask' ? 'ask' : 'words'}`)}
        </p>
      )}
    </ActDialog>
  );
}

/** By when this person was asked. */
function AckFacts({ entry }: { readonly entry: Entry }) {
  const t = useMessages();
  const language = useLanguage();
  const asked = askOfMe(entry);
  if (asked === null) return null;
  const deadline = deadlineWords(language, asked.deadline, asked.zone);
  return <p>{t('thread.ack.until', { deadline })}</p>;
}

function firstAnswers({ said }: Entry, thread: ShownThread): Answers {
  return {
    words: '',
    text: said.kind === 'text' ? said.text : '',
    isErasing: false,
    from: whoCanBeAsked(thread).map(({ personId }) => personId),
    deadline: '',
  };
}

function isComplete(act: EntryAct, { words, text, from, deadline }: Answers): boolean {
  if (act === 'ask') return from.length > 0 && Date.parse(deadline) > systemClock.nowMs();
  if (act === 'edit') return text.trim() !== '';
  return !NEEDS_WORDS.has(act) || words.trim() !== '';
}

async function perform(
  act: EntryAct,
  {
    entry,
    thread: { threadId },
    answers,
  }: { readonly entry: Entry; readonly thread: ShownThread; readonly answers: Answers },
): Promise<ShownThread> {
  const { words, text, isErasing, from, deadline } = answers;
  const about = { threadId, target: entry.seq };
  const reason = words.trim() === '' ? null : words;
  if (act === 'acknowledge') {
    return worker().call('thread.acknowledge', { threadId, asking: askOfMe(entry)?.seq ?? 0 });
  }
  if (act === 'ask') {
    const until = new Date(deadline).toISOString();
    const asked = { ...about, from: [...from], deadline: until, zone: ownZone() };
    return worker().call('thread.ask-ack', asked);
  }
  if (act === 'edit') return worker().call('thread.edit', { ...about, text, reason });
  if (act === 'withdraw') {
    return worker().call('thread.withdraw', { ...about, reason: words, isErasing });
  }
  return worker().call('thread.mark', { ...about, mark: act, note: reason });
}
