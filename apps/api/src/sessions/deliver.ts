import { NONCE_HEADER, type SessionOpened } from '@enlace/contracts';
import type { FastifyReply } from 'fastify';

import { sessionCookie } from '../platform/access/session-token.js';

/** What a client gets that has a new token. */
interface Delivery<Answer extends SessionOpened> {
  readonly token: string;
  readonly via: 'web' | 'cli';
  readonly answer: Answer;
}

/** A browser keeps its token where no script reads it; a program finds it in the answer. */
export function deliver<Answer extends SessionOpened>(
  { token, via, answer }: Delivery<Answer>,
  reply: FastifyReply,
): Answer {
  if (via === 'web') void reply.header('set-cookie', sessionCookie(token));
  void reply.header(NONCE_HEADER, answer.nonce);
  return answer;
}
