import type { Content } from '@enlace/e2ee';
import type { MlaRequest } from '@enlace/mla';

import { placedIn, type Placed } from '../../information/placed.js';
import { NoSource, sourceCardOf, sourceIdOf, type SourceGround } from './source-card.js';

type Answer = Extract<Content<'message'>, { readonly type: 'info.answer' }>;
type Request = Extract<Content<'message'>, { readonly type: 'info.request' }>;

/**
 * A draft that asks formally for what a State answered in a thread: the pair, the answer as a source with the
 * conditions of that State, and a measure for each question that it answered, with whom it was about. Throws
 * `request.no-source`.
 */
export function draftOfAnswer(seq: number, ground: Omit<SourceGround, 'requested'>): MlaRequest {
  const placed = ground.entries.flatMap(placedIn);
  const answer = placed.filter(isAnswer).find(({ by }) => by.seq === seq);
  const asked = placed
    .filter(isRequest)
    .find(({ by, said }) => by.seq < seq && said.requestId === answer?.said.requestId);
  const requested = answer?.by.state ?? null;
  if (answer === undefined || asked === undefined || requested === null) {
    throw new NoSource(sourceIdOf(ground.threadId, seq));
  }
  const card = sourceCardOf(seq, { ...ground, requested });
  const answered = new Set(answer.said.answers.map(({ questionId }) => questionId));
  const { questions, subjects = [] } = asked.said;
  const about = subjects.length === 0 ? '' : ` (${subjects.join(', ')})`;
  return {
    schemaVersion: '1.0',
    requestKind: 'new',
    requestingState: ground.own,
    requestedState: requested,
    facts: { sources: [card] },
    measures: questions
      .filter(({ id }) => answered.has(id))
      .map(({ text }, at) => ({ id: `m${at + 1}`, type: 'other', description: `${text}${about}` })),
  };
}

const isAnswer = (one: Placed): one is Placed<Answer> => one.said.type === 'info.answer';
const isRequest = (one: Placed): one is Placed<Request> => one.said.type === 'info.request';
