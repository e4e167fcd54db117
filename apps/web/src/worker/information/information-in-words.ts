import { askedIn, toldIn, type AskedInformation, type ShownEntry } from '@enlace/client';
import { HANDLING_CODES } from '@enlace/contracts';
import { officeAt, type Directory } from '@enlace/trust';

import type { ResultOf } from '../../protocol/operations.js';
import { certificateOf } from '../directory/names.js';
import type { Find } from '../threads/talk.js';

type Shown = ResultOf<'information.held'>;

interface Ground {
  readonly nowMs: number;
  readonly find: Find;
  readonly directory: Directory;
}

/** Everybody whom questions and answers name. */
export function peopleIn(entries: readonly ShownEntry[], nowMs: number): readonly string[] {
  return [
    ...askedIn(entries, nowMs).flatMap(({ person, to, answers }) => [
      person,
      ...to,
      ...answers.map((one) => one.person),
    ]),
    ...toldIn(entries, nowMs).map(({ person }) => person),
  ];
}

/** What was asked and told in a thread, with names. */
// Attacker-controlled by members: every text. The page shows them as text and never as anything else.
export function informationInWords(entries: readonly ShownEntry[], ground: Ground): Shown {
  const { nowMs, find } = ground;
  return {
    asked: askedIn(entries, nowMs).map((one) => askedInWords(one, ground)),
    told: toldIn(entries, nowMs).map((one) => ({
      seq: one.seq,
      by: find(one.person),
      handling: codeOf(one.handling),
      summary: one.summary,
      states: [...one.states],
      restrictions: one.restrictions,
      isExculpatory: one.exculpatory,
      expiresOn: one.expiresOn,
      isExpired: one.isExpired,
    })),
  };
}

/** The zone of the office that certified somebody works in. */
export function zoneOf(directory: Directory, personId: string): string | null {
  const certificate = certificateOf(directory, personId);
  if (certificate === null) return null;
  return officeAt(directory, certificate.state, certificate.officeId)?.zone ?? null;
}

function askedInWords(
  asked: AskedInformation,
  { find, directory }: Ground,
): Shown['asked'][number] {
  const { person, to, questions, subjects, answers, handling, state: _state, ...rest } = asked;
  const people = to.map(find);
  return {
    ...rest,
    by: find(person),
    to: people,
    handling: codeOf(handling),
    subjects: [...subjects],
    questions: questions.map(({ id, text }) => ({ id, text })),
    zone: to.map((id) => zoneOf(directory, id)).find((zone) => zone !== null) ?? null,
    isMine: people.some(({ isSelf }) => isSelf),
    answers: answers.map((one) => ({
      by: find(one.person),
      handling: codeOf(one.handling),
      answers: one.answers.map(({ questionId, text, certainty }) => ({
        questionId,
        text,
        certainty,
      })),
      declined: one.declined,
    })),
  };
}

function codeOf(handling: string | null) {
  return HANDLING_CODES.find((code) => code === handling) ?? null;
}
