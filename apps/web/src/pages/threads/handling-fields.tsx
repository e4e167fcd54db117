import { HANDLING_CODES, type Handling } from '@enlace/contracts';

import { ChoiceField } from '../../components/choice-field.js';
import { useMessages } from '../../i18n/use-messages.js';
import type { ShownThread } from '../../protocol/operations.js';
import { plainName } from '../entries/person-words.js';
import { WordsField } from '../../components/words-field.js';

/** Where nothing stricter holds: not evidence before a formal request. */
const USUAL: Handling = 'EN1';

/** What a message carries that nobody chose another code for. */
export function usualHandling(floor: Handling | null): Handling {
  return isBelow(USUAL, floor ?? USUAL) ? (floor ?? USUAL) : USUAL;
}

/** Whether a code needs a reason: it lets more be done than usual. */
export function isLoose(handling: Handling, floor: Handling | null): boolean {
  return isBelow(handling, usualHandling(floor));
}

/** How a message may be used: from the floor of the thread on, with a reason where it is looser than usual. */
export function HandlingFields({
  thread,
  handling,
  note,
  onChange,
}: {
  readonly thread: ShownThread;
  readonly handling: Handling;
  readonly note: string;
  readonly onChange: (more: { readonly handling?: Handling; readonly note?: string }) => void;
}) {
  const t = useMessages();
  const { floor, members } = thread;
  const codes = HANDLING_CODES.filter((code) => !isBelow(code, floor ?? 'EN0'));
  const named = [...new Set(members.map(({ person }) => plainName(t, person)))];
  return (
    <>
      <ChoiceField
        label={t('thread.handling')}
        codes={codes}
        word={(code) => t(`handling.${code}`)}
        value={handling}
        onChange={(code) => onChange({ handling: code })}
      />
      {handling === 'EN3' && (
        <p className="notice">{t('thread.handling.named', { names: named.join(', ') })}</p>
      )}
      {isLoose(handling, floor) && (
        <WordsField
          label={t('thread.handling.reason')}
          value={note}
          onChange={(words) => onChange({ note: words })}
        />
      )}
    </>
  );
}

function isBelow(code: Handling, other: Handling): boolean {
  return HANDLING_CODES.indexOf(code) < HANDLING_CODES.indexOf(other);
}
