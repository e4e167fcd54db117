import type { State } from '@enlace/contracts';
import { systemClock } from '@enlace/kernel';

import type { ArgsOf, ResultOf } from '../../protocol/operations.js';
import { worker } from '../../state/workspace.js';

/** Of a code or an identifier. In characters. */
const SUBJECT_MOST = 200;
/** An invitation that nobody takes up ends by itself. In days. */
const INVITATION_DAYS = 14;

export const CODES = ['EN0', 'EN1', 'EN2'] as const;
export const URGENCIES = ['routine', 'urgent', 'immediate'] as const;
export const ROUTES = ['origin', 'transit', 'destination'] as const;
export const PURPOSES = [
  'investigation',
  'prosecution',
  'mla-preparation',
  'mla-execution',
  'urgent-protection',
] as const;

type Question = ArgsOf<'information.ask'>;
export type FocalPoint = ResultOf<'information.focal-points'>['people'][number];

/** What is being written on the page, as it was typed. */
export interface Asking extends Pick<
  Question,
  'personId' | 'purpose' | 'urgency' | 'answerHandling' | 'handling'
> {
  readonly kind: 'question' | 'spontaneous';
  readonly state: State | '';
  /** Of a thread; empty for a new one. */
  readonly threadId: string;
  readonly title: string;
  /** One question a line. */
  readonly questions: string;
  /** Of the State that is asked; empty where it is not said. */
  readonly route: (typeof ROUTES)[number] | '';
  /** One code or identifier a line. */
  readonly subjects: string;
  readonly why: string;
  readonly facts: string;
  /** By the clock of this browser, as its field has it. */
  readonly neededBy: string;
  readonly restrictions: string;
  readonly isExculpatory: boolean;
}

export const EMPTY: Asking = {
  kind: 'question',
  state: '',
  personId: '',
  threadId: '',
  title: '',
  questions: '',
  route: '',
  subjects: '',
  why: '',
  facts: '',
  neededBy: '',
  restrictions: '',
  isExculpatory: false,
  purpose: 'investigation',
  urgency: 'routine',
  answerHandling: 'EN1',
  handling: 'EN1',
};

/** Whether nothing is missing that the kind needs. */
export function isComplete(asking: Asking): boolean {
  const { kind, state, personId, threadId, title, facts, neededBy } = asking;
  const isPlaced = state !== '' && personId !== '' && (threadId !== '' || title.trim() !== '');
  if (!isPlaced) return false;
  if (kind === 'spontaneous') return facts.trim() !== '';
  const areShort = linesOf(asking.subjects).every(({ length }) => length <= SUBJECT_MOST);
  return (
    linesOf(asking.questions).length > 0 && areShort && Date.parse(neededBy) > systemClock.nowMs()
  );
}

/** A thread for it: a new one, or the chosen one. What fails later is sent again into the same. */
export async function placeFor(caseId: string, asking: Asking): Promise<string> {
  const { threadId, title, purpose, handling } = asking;
  if (threadId !== '') return threadId;
  const opening = { caseId, title: title.trim(), purpose, floor: handling };
  return (await worker().call('thread.open', opening)).threadId;
}

/** Lets the focal point in where that is not so yet, and asks or tells. */
export async function send(asking: Asking, threadId: string): Promise<void> {
  const { personId, state, handling, facts } = asking;
  const { members } = await worker().call('thread.read', { threadId });
  if (!members.some(({ person }) => person.personId === personId)) {
    const invited = { threadId, personId, role: 'member', days: INVITATION_DAYS } as const;
    await worker().call('thread.invite', invited);
  }
  if (asking.kind === 'spontaneous') {
    const { restrictions, isExculpatory } = asking;
    await worker().call('information.tell', {
      threadId,
      states: [state],
      summary: facts.trim(),
      restrictions: wordsOf(restrictions),
      isExculpatory,
      handling,
    });
    return;
  }
  const { purpose, urgency, answerHandling, route, why, neededBy } = asking;
  await worker().call('information.ask', {
    threadId,
    personId,
    state,
    purpose,
    urgency,
    answerHandling,
    handling,
    questions: linesOf(asking.questions),
    route: route === '' ? null : route,
    subjects: linesOf(asking.subjects),
    why: wordsOf(why),
    facts: wordsOf(facts),
    neededBy: new Date(neededBy).toISOString(),
  });
}

function linesOf(typed: string): string[] {
  return typed.split('\n').flatMap((line) => wordsOf(line) ?? []);
}

function wordsOf(typed: string): string | null {
  return typed.trim() === '' ? null : typed.trim();
}
