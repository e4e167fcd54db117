import { isMessageKey } from '../../i18n/messages.js';
import type { KnownPerson } from '../../protocol/operations.js';
import type { Entry } from './entry-place.js';
import { basisWord } from '../thread-life/life-words.js';
import { plainName, type Messages } from './person-words.js';

type Said = Entry['said'];
type Tellers = {
  readonly [Kind in Said['kind']]: (
    t: Messages,
    who: string,
    said: Extract<Said, { readonly kind: Kind }>,
  ) => string;
};

/** Characters of the day in an instant; terms end with a day in UTC. */
const DAY = 10;

const TELLERS: Tellers = {
  title: (t, who, { title }) => t('thread.event.title', { who, title }),
  opened: (t, who) => t('thread.event.opened', { who }),
  left: (t, who) => t('thread.event.left', { who }),
  changed: (t, who, { changes }) =>
    changes.length === 0
      ? t('thread.event.keys', { who })
      : changes.map((change) => changeWords(t, who, change)).join(' '),
  unreadable: (t, who) => t('thread.event.other', { who }),
  mark: (t, who, { mark, target }) => t(`thread.event.mark.${mark}`, { who, seq: target }),
  edit: (t, who, { target }) => t('thread.event.edit', { who, seq: target }),
  withdraw: (t, who, { target, reason }) =>
    t('thread.event.withdrawn', { who, seq: target, reason }),
  ask: (t, who, { targets }) => t('thread.event.ask', { who, places: targets.join(', ') }),
  acknowledge: (t, who, { target }) => t('thread.event.acknowledge', { who, seq: target ?? '–' }),
  erase: (t, who, { targets }) => t('thread.event.erase', { who, places: targets.join(', ') }),
  grant: (t, who, { about, fromSeq, toSeq }) =>
    t('thread.event.grant', { who, whom: plainName(t, about), fromSeq, toSeq }),
  step: (t, who, { to, on, reason }) => {
    const status = t(`requests.board.at.${to}`);
    const when = on === null ? '' : ` (${on})`;
    return reason === null
      ? t('thread.event.step', { who, status, when })
      : t('thread.event.step.why', { who, status, when, reason });
  },
  life: (t, who, { action, basis, until }) =>
    t(`thread.event.life.${action}`, {
      who,
      basis: basisWord(t, basis),
      until: until?.slice(0, DAY) ?? '',
    }),
  text: (t, who) => t('thread.event.other', { who }),
  other: (t, who, { type }) => {
    const key = `thread.event.${type}`;
    // Of a type that a member may have named: only sentences about who alone.
    return t(isNamed(key) ? key : 'thread.event.other', { who });
  },
};

const NAMED = [
  'thread.event.info.request',
  'thread.event.info.answer',
  'thread.event.info.spontaneous',
  'thread.event.handling.ask',
  'thread.event.handling.consent',
  'thread.event.handling.refusal',
  'thread.event.handling.notice',
  'thread.event.record.create',
  'thread.event.record-update',
  'thread.event.record-snapshot',
  'thread.event.access-requested',
] as const;

function isNamed(key: string): key is (typeof NAMED)[number] {
  return NAMED.some((one) => one === key);
}

/** What an entry did that is no message, in one sentence. */
export function eventWords(t: Messages, { author, said }: Entry): string {
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- the table has for each kind the words for its own
  const tell = TELLERS[said.kind] as (t: Messages, who: string, said: Said) => string;
  return tell(t, plainName(t, author), said);
}

function changeWords(
  t: Messages,
  who: string,
  { op, about }: { readonly op: string; readonly about: KnownPerson | null },
): string {
  const key = `thread.event.${op}`;
  const whom = about === null ? '' : plainName(t, about);
  return t(isMessageKey(key) ? key : 'thread.event.other', { who, whom });
}
