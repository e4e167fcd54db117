import { SIZE_LIMITS, type SocketAnswer } from '@enlace/contracts';
import { newId, parseStrictJson, systemClock, systemRandom } from '@enlace/kernel';
import type { Event, Socket } from 'socket.io';

import type { Lifecycle } from '../lifecycle.js';
import { toProblem } from '../problem/problem-details.js';
import { Refusal } from '../problem/refusal.js';
import type { SessionSockets } from './session-sockets.js';

type Acknowledge = (answer: SocketAnswer<unknown>) => void;

/** What came with an event, as it came: the proof covers the text of the body. */
export interface SentEvent {
  readonly jwt: string;
  readonly text: string;
}

/** What an event passes before any handler. */
interface Threshold {
  readonly events: ReadonlySet<string>;
  readonly lifecycle: Lifecycle;
  readonly sockets: Pick<SessionSockets, 'nonceOf'>;
}

/**
 * Stands before all handlers of a socket. An event is `(proof, body)` and its body is JSON text, because the proof
 * covers those bytes; handlers get it parsed. Every event has exactly one answer: an unknown name, a body that cannot
 * be read and one event too many are refused here; an event that asks for no acknowledgement could not be answered
 * and is dropped.
 */
export function guardEvents(socket: Socket, { events, lifecycle, sockets }: Threshold): void {
  let unanswered = 0;
  socket.use((event: Event, next) => {
    const asked: unknown = event.at(-1);
    if (!isAcknowledge(asked)) return;
    const acknowledge: Acknowledge = (answer) => asked({ ...answer, ...sockets.nonceOf(socket) });
    try {
      assertKnown(event[0], events);
      assertRoom(unanswered);
      const sent = readSent(event);
      const body = parseStrictJson(sent.text);
      unanswered += 1;
      lifecycle.begin();
      const answerOnce = once((answer) => {
        unanswered -= 1;
        lifecycle.end();
        acknowledge(answer);
      });
      event.splice(1, event.length, sent, body, answerOnce);
    } catch (error) {
      acknowledge(refused(error));
      return;
    }
    next();
  });
}

function assertKnown(name: string, known: ReadonlySet<string>): void {
  if (!known.has(name)) throw new Refusal('route.not-found');
}

function assertRoom(unacknowledged: number): void {
  if (unacknowledged < SIZE_LIMITS.socketEventsUnacknowledged) return;
  throw new Refusal('rate.limited', { facts: { unacknowledged } });
}

// Attacker-controlled: any number of arguments of any JSON type, attachments included.
function readSent(event: Event): SentEvent {
  const [, jwt, text]: readonly unknown[] = event;
  const wellFormed = event.length === 4 && typeof jwt === 'string' && typeof text === 'string';
  if (!wellFormed) throw new Refusal('body.malformed');
  return { jwt, text };
}

function refused(error: unknown): SocketAnswer<never> {
  return { ok: false, problem: toProblem(error, newId(systemClock, systemRandom)) };
}

function once(acknowledge: Acknowledge): Acknowledge {
  let answered = false;
  return (answer) => {
    if (answered) return;
    answered = true;
    acknowledge(answer);
  };
}

function isAcknowledge(value: unknown): value is Acknowledge {
  return typeof value === 'function';
}
