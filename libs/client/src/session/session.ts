import {
  NONCE_HEADER,
  RECEIPT_HEADER,
  ROUTES,
  SOCKET_METHOD,
  STEP_UP_HEADER,
} from '@enlace/contracts';
import {
  isDomainError,
  utf8,
  type Clock,
  type DeviceId,
  type ErrorKind,
  type JsonValue,
  type Random,
} from '@enlace/kernel';

import { serverProblem, ServerProblem } from '../server-problem.js';
import { SessionEnded } from '../transport/client-error.js';
import {
  granted,
  grantedBody,
  wireRequest,
  type Answer,
  type ClientRequest,
  type HttpTransport,
  type WireRequest,
} from '../transport/http-transport.js';
import { AnswerMalformed } from '../transport/client-error.js';
import type { DeviceCounter } from './device-counter.js';
import type { ReceiptSink } from './given-receipt.js';
import type { ProofKey } from './proof-key.js';
import { bodyHash, signRequestProof, type ProofSource } from './request-proof.js';
import { askAgain, readAgain } from './read-again.js';
import { readChallenge, type OpenedSession } from './sign-in.js';
import { readGranted, type ShowPresence, type StepUpStatement } from './step-up.js';

/** `act`: a person did something; `background`: recorded, and extends nothing; `none`: the route records nothing. */
export type Proving = 'act' | 'background' | 'none';

export interface SessionParts {
  readonly deviceId: DeviceId;
  /** Null in a browser, which keeps it in a cookie that no script reads. */
  readonly token: string | null;
  readonly ath: string;
  readonly nonce: string;
  readonly key: ProofKey;
  readonly counter: DeviceCounter;
  readonly clock: Clock;
  readonly random: Random;
  /** Keeps what the session goes on under after a step-up; the token before is dead already. */
  readonly keepRotated: (opened: OpenedSession) => Promise<void>;
  /** Takes the promise that came beside each answer to a recorded request. */
  readonly receipts?: ReceiptSink;
  /**
   * How often an act is sent that the server says it has put off, each time under a number of its own: once unless
   * somebody believes what this server says of it.
   */
  readonly actTries?: number;
}

/**
 * Refusals that the act itself gives, and that are recorded under the number. After any other (a fault, a limit, a
 * proof that was not looked at) nobody can be sure: the number is reported, and a reported number with an event is no
 * gap.
 */
const REFUSALS_OF_THE_ACT: ReadonlySet<ErrorKind> = new Set<ErrorKind>([
  'forbidden',
  'absent',
  'conflict',
  'stale',
  'invalid',
  'integrity',
]);
type Headings = Readonly<Record<string, string>>;

/** Comes before the session is looked at. */
const ORIGIN_REFUSED = 'origin.refused';

/** The first event of a socket: its proof and its body go out, the answer of the server comes back. */
export type SayProof = (proof: string, body: string) => Promise<SocketSaid>;

/** What a server says to an event of a socket. */
export interface SocketSaid {
  readonly isGranted: boolean;
  /** Why it is not; `null` where it is. */
  readonly problem: JsonValue;
  readonly nonce: string | null;
  readonly receipt: string | null;
}

/**
 * One session of one device. Each request that the server records carries a proof with a number of its own; a request
 * is never sent twice under one number, but for a stale nonce, which is answered once with a fresh one (RFC 9449,
 * section 9). Trying again is the caller's decision, with the same id of what it sends; a read that a busy server puts
 * off is sent again by itself, under a number of its own.
 */
export class Session {
  readonly #transport: HttpTransport;
  readonly #counter: DeviceCounter;
  readonly #keepRotated: SessionParts['keepRotated'];
  readonly #receipts: ReceiptSink | null;
  readonly #actTries: number;
  #token: string | null;
  #source: ProofSource;
  #nonce: string;
  /** The last change of the token: what is sent after it waits for it. */
  #rotation: Promise<unknown> = Promise.resolve();
  #isOver = false;
  readonly #underway = new Set<Promise<unknown>>();

  constructor(transport: HttpTransport, parts: SessionParts) {
    const { deviceId, token, ath, nonce, key, counter, clock, random, keepRotated } = parts;
    this.#transport = transport;
    this.#receipts = parts.receipts ?? null;
    this.#actTries = parts.actTries ?? 1;
    this.#keepRotated = keepRotated;
    this.#token = token;
    this.#counter = counter;
    this.#source = { key, deviceId, ath, clock, random };
    this.#nonce = nonce;
  }

  /**
   * The body of the answer, or `null` when it has none. Throws the refusal of the server, `client.unreachable` when
   * nothing is known of the outcome, `client.answer-malformed`, `session.ended` after `end`.
   */
  async request(request: ClientRequest, proving: Proving): Promise<JsonValue> {
    return (await this.#ask(request, proving)).body;
  }

  /** The same for an answer of octets. Throws `client.answer-malformed` for any other. */
  async requestOctets(request: ClientRequest, proving: Proving): Promise<Uint8Array> {
    const { octets } = await this.#ask(request, proving);
    if (octets === null) throw new AnswerMalformed('octets');
    return octets;
  }

  async #ask(request: ClientRequest, proving: Proving): Promise<Answer> {
    const wire = wireRequest(request);
    const ask = async () =>
      this.#beside(async () => {
        const headers = request.headings ?? {};
        if (proving === 'none') return granted(await this.#send(wire, headers));
        return this.#count(wire, { isAct: proving === 'act', headers });
      });
    return wire.method === 'GET' ? readAgain(ask) : askAgain(ask, this.#actTries);
  }

  /**
   * The same, after who sits there was shown once more for this act with this body. Requests in flight end first,
   * because the session goes on under another token. Throws as `request`, and what `show` throws.
   */
  async requestElevated(
    request: ClientRequest,
    about: Pick<StepUpStatement, 'action' | 'objectId'>,
    show: ShowPresence,
  ): Promise<JsonValue> {
    const wire = wireRequest(request);
    const act = async () => {
      const stepUpId = await this.#elevate(wire, about, show);
      const headers = { ...request.headings, [STEP_UP_HEADER]: stepUpId };
      return (await this.#count(wire, { isAct: true, headers })).body;
    };
    return this.#alone(async () => askAgain(act, this.#actTries));
  }

  /**
   * Proves the session on a socket that has told its nonce, once, with a number of its own. Throws the refusal of the
   * server, and what `say` throws.
   */
  async proveSocket(nonce: string, say: SayProof): Promise<void> {
    await this.#beside(async () => {
      const seq = await this.#counter.take();
      const body = '{}';
      const wire = {
        method: SOCKET_METHOD,
        path: ROUTES.socket,
        rawQuery: '',
        bodyBytes: utf8(body),
      };
      const { origin } = this.#transport;
      const proof = await signRequestProof(wire, this.#source, {
        seq,
        isAct: false,
        origin,
        nonce,
      });
      const { isGranted, problem, receipt, ...said } = await say(proof, body);
      this.#nonce = said.nonce ?? this.#nonce;
      const target = `${SOCKET_METHOD} ${ROUTES.socket}`;
      await this.#receipts?.keep({ receipt, attest: { proof }, target, isGranted });
      if (!isGranted) throw serverProblem(problem);
      await this.#counter.settle(seq);
    });
  }

  /**
   * Ends the session at the server. Requests in flight end first, so that none of them is told that there is no
   * session; what is asked for afterwards is sent nowhere. One that is over already is no failure. Throws as `request`.
   */
  async end(): Promise<void> {
    const wire = wireRequest({ method: 'DELETE', path: ROUTES.currentSession });
    await this.#alone(async () => {
      try {
        await this.#count(wire, { isAct: true });
      } catch (error) {
        if (!isDomainError(error, 'session.ended')) throw error;
      }
      this.#isOver = true;
    });
  }

  async #elevate(
    wire: WireRequest,
    about: Pick<StepUpStatement, 'action' | 'objectId'>,
    show: ShowPresence,
  ): Promise<string> {
    const { stepUpChallenges, stepUp } = ROUTES;
    const asking = wireRequest({ method: 'POST', path: stepUpChallenges, body: {} });
    const challenge = readChallenge(grantedBody(await this.#send(asking, {})));
    const shown = await show({ ...challenge, ...about, bodyHash: bodyHash(wire) });
    const showing = wireRequest({ method: 'POST', path: stepUp, body: shown });
    const { body } = await this.#count(showing, { isAct: true });
    const { stepUpId, ...opened } = readGranted(body, this.#token === null);
    this.#token = opened.token;
    this.#nonce = opened.nonce;
    this.#source = { ...this.#source, ath: opened.ath };
    await this.#keepRotated(opened);
    return stepUpId;
  }

  async #beside<Result>(work: () => Promise<Result>): Promise<Result> {
    const turn = this.#rotation.then(async () => this.#live(work));
    this.#underway.add(turn);
    try {
      return await turn;
    } finally {
      this.#underway.delete(turn);
    }
  }

  async #alone<Result>(work: () => Promise<Result>): Promise<Result> {
    const before = Promise.allSettled([this.#rotation, ...this.#underway]);
    const turn = before.then(async () => this.#live(work));
    this.#rotation = turn.catch(() => {});
    return turn;
  }

  async #live<Result>(work: () => Promise<Result>): Promise<Result> {
    if (this.#isOver) throw new SessionEnded('this session was ended here');
    return work();
  }

  async #count(
    wire: WireRequest,
    { isAct, headers = {} }: { readonly isAct: boolean; readonly headers?: Headings },
  ): Promise<Answer> {
    const seq = await this.#counter.take();
    try {
      const answer = await this.#prove(wire, { seq, isAct, headers });
      await this.#counter.settle(seq);
      return answer;
    } catch (error) {
      if (isRefusalOfTheAct(error)) await this.#counter.settle(seq);
      throw error;
    }
  }

  async #prove(
    wire: WireRequest,
    {
      headers,
      ...number
    }: { readonly seq: number; readonly isAct: boolean; readonly headers: Headings },
  ): Promise<Answer> {
    const send = async () => {
      const point = { ...number, origin: this.#transport.origin, nonce: this.#nonce };
      const proof = await signRequestProof(wire, this.#source, point);
      const answer = await this.#send(wire, { ...headers, dpop: proof });
      await this.#receipts?.keep({
        receipt: answer.headers.get(RECEIPT_HEADER),
        attest: { proof },
        target: `${wire.method} ${wire.path}`,
        isGranted: answer.status >= 200 && answer.status < 300,
      });
      return answer;
    };
    try {
      return granted(await send());
    } catch (error) {
      // A proof that was refused for its nonce has consumed no number: the same one is signed again.
      if (!isDomainError(error, 'proof.nonce')) throw error;
      return granted(await send());
    }
  }

  async #send(wire: WireRequest, headers: Headings): Promise<Answer> {
    const token = this.#token === null ? {} : { authorization: `DPoP ${this.#token}` };
    const answer = await this.#transport.send(wire, { ...token, ...headers });
    this.#nonce = answer.headers.get(NONCE_HEADER) ?? this.#nonce;
    return answer;
  }
}

/** Whether the server has judged the act and said no: nothing of it took effect. After any other error it may have. */
export function isRefusalOfTheAct(error: unknown): boolean {
  return (
    error instanceof ServerProblem &&
    error.code !== ORIGIN_REFUSED &&
    REFUSALS_OF_THE_ACT.has(error.kind)
  );
}
