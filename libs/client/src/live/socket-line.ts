import { PROVE_EVENT, ROUTES, SERVER_EVENTS, SESSION_LIMITS } from '@enlace/contracts';
import {
  canonicalJson,
  isJsonObject,
  parseStrictJson,
  type JsonObject,
  type JsonValue,
} from '@enlace/kernel';
import { io, type Socket } from 'socket.io-client';

import { serverProblem } from '../server-problem.js';
import type { Session, SocketSaid } from '../session/session.js';
import { AnswerFields } from '../transport/answer-fields.js';
import { ServerUnreachable } from '../transport/client-error.js';
import type { Dial, Line, LineListener } from './line.js';

/** How long one answer over a socket is waited for. In milliseconds. */
const ANSWER_LIMIT_MS = 10_000;
/** The longest that a server which goes away can ask to be left alone. In milliseconds. */
const AWAY_LIMIT_MS = 60_000;
const TICKET_CHARACTERS = 64;
const NONCE_CHARACTERS = 256;

const fields = new AnswerFields('socket');

/**
 * Lines to a server over socket.io, websocket alone: a ticket opens the handshake and is nowhere in the address, the
 * session is proven on the nonce that the socket hears first, and until that is answered nothing else is said or
 * listened to. socket.io connects no second time by itself: a ticket is good for once.
 */
export function socketDial(session: Session, origin: string): Dial {
  return async (listener) => {
    const { ticket } = fields.object(
      await session.request({ method: 'POST', path: ROUTES.socketTickets }, 'none'),
    );
    const socket = io(origin, {
      path: ROUTES.socket,
      transports: ['websocket'],
      reconnection: false,
      forceNew: true,
      timeout: ANSWER_LIMIT_MS,
      auth: { ticket: fields.text(ticket, TICKET_CHARACTERS) },
    });
    try {
      const nonce = await firstNonce(socket);
      const line = new SocketLine(socket);
      line.listen(listener);
      await session.proveSocket(nonce, async (proof, body) => line.ask(PROVE_EVENT, proof, body));
      line.open();
      return line;
    } catch (error) {
      socket.disconnect();
      throw error;
    }
  };
}

class SocketLine implements Line {
  readonly #socket: Socket;
  #isOpen = false;
  #afterMs = 0;

  constructor(socket: Socket) {
    this.#socket = socket;
  }

  // Attacker-controlled: whatever comes, whenever it comes.
  listen(listener: LineListener): void {
    const heard = (hear: (told: JsonValue) => void) => (told: unknown) => {
      const value = asJson(told);
      if (value !== null) hear(value);
    };
    this.#socket.on(SERVER_EVENTS.entry, heard(listener.entry));
    this.#socket.on(SERVER_EVENTS.beacon, heard(listener.beacon));
    this.#socket.on(SERVER_EVENTS.shredded, heard(listener.shredded));
    this.#socket.on(SERVER_EVENTS.directoryChanged, () => listener.directoryChanged());
    this.#socket.on(
      SERVER_EVENTS.reconnect,
      heard((told) => {
        const afterMs = isJsonObject(told) ? Number(told['afterMs']) : 0;
        this.#afterMs = afterMs > 0 ? Math.min(afterMs, AWAY_LIMIT_MS) : 0;
        this.#socket.disconnect();
      }),
    );
    // Before it was proven, whoever dials hears of it instead.
    this.#socket.once('disconnect', () => {
      if (this.#isOpen) listener.closed(this.#afterMs);
    });
  }

  /** From here on its end is told. Throws `client.unreachable` for one that is gone already. */
  open(): void {
    if (!this.#socket.connected) throw new ServerUnreachable('the socket is gone');
    this.#isOpen = true;
  }

  async say(event: string, body: JsonObject): Promise<void> {
    const { isGranted, problem } = await this.ask(event, '', canonicalJson(body));
    if (!isGranted) throw serverProblem(problem);
  }

  async ask(event: string, proof: string, body: string): Promise<SocketSaid> {
    let told: unknown;
    try {
      told = await this.#socket.timeout(ANSWER_LIMIT_MS).emitWithAck(event, proof, body);
    } catch (cause) {
      throw new ServerUnreachable('the socket gave no answer', { cause });
    }
    return readAnswer(asJson(told));
  }

  close(): void {
    this.#socket.disconnect();
  }
}

async function firstNonce(socket: Socket): Promise<string> {
  const told = await new Promise<unknown>((resolve, reject) => {
    const timer = setTimeout(
      () => reject(new ServerUnreachable('the socket told no nonce')),
      SESSION_LIMITS.socketProofMs + ANSWER_LIMIT_MS,
    );
    const settle = (act: () => void) => () => {
      clearTimeout(timer);
      act();
    };
    socket.once(SERVER_EVENTS.nonce, (value: unknown) => settle(() => resolve(value))());
    socket.once('connect_error', (error: Error) => settle(() => reject(refusalIn(error)))());
    socket.once(
      'disconnect',
      settle(() => reject(new ServerUnreachable('the socket is gone'))),
    );
  });
  return fields.text(fields.object(asJson(told))['nonce'], NONCE_CHARACTERS);
}

/** A refused handshake carries the problem; anything else is no answer. */
function refusalIn(error: Error): Error {
  const problem = 'data' in error ? asJson(error.data) : null;
  if (problem !== null && isJsonObject(problem)) return serverProblem(problem);
  return new ServerUnreachable('no socket', { cause: error });
}

function readAnswer(told: JsonValue): SocketSaid {
  const { ok, problem, nonce, receipt } = fields.object(told);
  if (typeof ok !== 'boolean') return fields.refuse();
  return {
    isGranted: ok,
    problem: ok ? null : (problem ?? null),
    nonce: typeof nonce === 'string' ? nonce : null,
    receipt: typeof receipt === 'string' ? receipt : null,
  };
}

/** As strictly as every other answer; `null` for what is no JSON of ours. */
function asJson(told: unknown): JsonValue {
  try {
    return parseStrictJson(JSON.stringify(told) ?? 'null');
  } catch {
    return null;
  }
}
