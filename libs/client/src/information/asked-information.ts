import type { Content } from '@enlace/e2ee';
import { isJsonObject, type PersonId } from '@enlace/kernel';

import type { ShownEntry } from '../threads/reading.js';
import { placedIn, type By, type Placed } from './placed.js';

type Request = Extract<Content<'message'>, { readonly type: 'info.request' }>;
type Answer = Extract<Content<'message'>, { readonly type: 'info.answer' }>;
type Told = Extract<Content<'message'>, { readonly type: 'info.spontaneous' }>;

export interface GivenAnswer extends By {
  readonly answers: Answer['answers'];
  readonly declined: string | null;
}

/** A request for information, and how far it has come. */
export interface AskedInformation extends By {
  readonly requestId: string;
  readonly to: readonly PersonId[];
  readonly questions: Request['questions'];
  readonly purpose: Request['purpose'];
  readonly route: NonNullable<Request['route']> | null;
  /** Whom or what it is about, as whoever asks calls them. */
  readonly subjects: readonly string[];
  readonly why: string | null;
  readonly facts: string | null;
  /** How whoever asks means to use the answer. */
  readonly answerHandling: NonNullable<Request['answerHandling']> | null;
  readonly urgency: Request['urgency'];
  readonly askedAt: string;
  readonly neededBy: string;
  /**
   * `read`: somebody who was asked said so, or has written since; `answered`: every question has an answer; `declined`:
   * the last word of whoever was asked is that there will be none.
   */
  readonly standing: 'sent' | 'read' | 'in-part' | 'answered' | 'declined';
  /** Its day is over, and it is not answered. */
  readonly isOverdue: boolean;
  readonly answers: readonly GivenAnswer[];
}

/** What a State told another without having been asked. */
export interface ToldInformation extends By {
  readonly informationId: string;
  readonly summary: string;
  readonly states: readonly string[];
  readonly restrictions: string | null;
  readonly exculpatory: boolean;
  readonly expiresOn: string | null;
  readonly isExpired: boolean;
}

/**
 * Requests for information in a thread, in the order of its log. The first that has an id is the one: another under the
 * same id is none. Only those who were asked answer.
 */
export function askedIn(
  entries: readonly ShownEntry[],
  nowMs: number,
): readonly AskedInformation[] {
  const placed = entries.flatMap(placedIn);
  const seen = new Set<string>();
  return placed.filter(isRequest).flatMap((request) => {
    const { requestId } = request.said;
    if (seen.has(requestId)) return [];
    seen.add(requestId);
    const after = placed.filter(({ by }) => by.seq > request.by.seq);
    return [askedOf(request, { after, entries, nowMs })];
  });
}

/** What was told without a question, in the order of the log. */
export function toldIn(entries: readonly ShownEntry[], nowMs: number): readonly ToldInformation[] {
  const seen = new Set<string>();
  return entries
    .flatMap(placedIn)
    .filter(isTold)
    .flatMap(({ by, said }) => {
      const { informationId, summary, states, restrictions, exculpatory, expiresOn } = said;
      if (seen.has(informationId)) return [];
      seen.add(informationId);
      return [
        {
          ...by,
          informationId,
          summary,
          states,
          restrictions: restrictions ?? null,
          exculpatory,
          expiresOn: expiresOn ?? null,
          isExpired: expiresOn !== undefined && Date.parse(expiresOn) <= nowMs,
        },
      ];
    });
}

function askedOf(
  { by, entry, said }: Placed<Request>,
  {
    after,
    entries,
    nowMs,
  }: {
    readonly after: readonly Placed[];
    readonly entries: readonly ShownEntry[];
    readonly nowMs: number;
  },
): AskedInformation {
  const { requestId, to, questions, purpose, urgency, neededBy } = said;
  const asked = new Set<string>(to);
  const names = new Set(questions.map(({ id }) => id));
  const answers = after
    .filter(isAnswer)
    .filter((one) => one.said.requestId === requestId && asked.has(one.by.person))
    .map((one): GivenAnswer => ({
      ...one.by,
      answers: one.said.answers.filter(({ questionId }) => names.has(questionId)),
      declined: one.said.declined ?? null,
    }));
  const isRead = entries.some(
    (one) => one.sender !== null && asked.has(one.sender.person) && showsReading(one, by.seq),
  );
  const standing = standingOf(answers, names) ?? (isRead ? 'read' : 'sent');
  const isOpen = standing !== 'answered' && standing !== 'declined';
  return {
    ...by,
    requestId,
    to,
    questions,
    purpose,
    route: said.route ?? null,
    subjects: said.subjects ?? [],
    why: said.why ?? null,
    facts: said.facts ?? null,
    answerHandling: said.answerHandling ?? null,
    urgency,
    askedAt: entry.acceptedAt,
    neededBy,
    standing,
    isOverdue: isOpen && Date.parse(neededBy) <= nowMs,
    answers,
  };
}

/** A receipt that reaches so far, or any message since. */
function showsReading({ seq, kind, content }: ShownEntry, askedSeq: number): boolean {
  if (kind === 'message') return seq > askedSeq;
  const upTo = kind === 'receipt' && isJsonObject(content) ? content['upToSeq'] : null;
  return typeof upTo === 'number' && upTo >= askedSeq;
}

function standingOf(
  answers: readonly GivenAnswer[],
  names: ReadonlySet<string>,
): AskedInformation['standing'] | null {
  const given = new Set(answers.flatMap((one) => one.answers.map(({ questionId }) => questionId)));
  if (given.size === names.size) return 'answered';
  const last = answers.at(-1);
  if (last === undefined) return null;
  return last.declined === null || last.answers.length > 0 ? 'in-part' : 'declined';
}

const isRequest = (one: Placed): one is Placed<Request> => one.said.type === 'info.request';
const isAnswer = (one: Placed): one is Placed<Answer> => one.said.type === 'info.answer';
const isTold = (one: Placed): one is Placed<Told> => one.said.type === 'info.spontaneous';
