import {
  NONCE_HEADER,
  PROVE_EVENT,
  ROUTES,
  SOCKET_METHOD,
  TICKET_HEADER,
  type AuditWhy,
} from '@enlace/contracts';
import { toBase64Url, utf8, type Clock, type JsonObject } from '@enlace/kernel';
import { Inject, Injectable } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';

import type { SessionHash } from '../database/database.js';
import { rawBodyOf } from '../http/raw-body.js';
import { Refusal } from '../problem/refusal.js';
import { freshNonce } from '../proof/proof-nonce.js';
import { bodyHashOf, verifyRequestProof, type RequestProof } from '../proof/request-proof.js';
import { SessionWatch } from '../realtime/session-watch.js';
import { CLOCK } from '../tokens.js';
import type { ActContext, ActProof, Ticketing } from './act.js';
import { LiveSessions, type LiveSession } from './live-session.repository.js';
import { Origins } from './origins.js';
import { readToken } from './session-token.js';
import { readBearer, WitnessTokens } from './witness-tokens.js';

/** Who calls, as far as it was verified. */
export interface Caller {
  readonly sidHash: SessionHash | null;
  readonly proof: ActProof | null;
  readonly attest: JsonObject;
  readonly why: AuditWhy;
  /** A second factor that was shown for this very body; absent when there was none. */
  readonly stepUp?: StepUp;
  readonly ticketing?: Ticketing;
  readonly witness?: string;
}

type StepUp = NonNullable<ActContext['stepUp']>;

/** What a call shows beside its proof: ids that its client got before. */
export interface Shown {
  readonly purpose: unknown;
  readonly stepUp: unknown;
  readonly bodyHash: string;
  /** The ticket of a part; null for none. */
  readonly ticket: string | null;
}

export const STRANGER: Caller = { sidHash: null, proof: null, attest: {}, why: {} };

/** Finds out who calls: first the session, then, where the act is recorded, the proof that its client makes it. */
@Injectable()
export class Callers {
  constructor(
    private readonly sessions: LiveSessions,
    private readonly origins: Origins,
    private readonly watch: SessionWatch,
    private readonly tokens: WitnessTokens,
    @Inject(CLOCK) private readonly clock: Clock,
  ) {}

  /** The witness of a State, by the token of a request; `null` for a request without one. Throws `session.ended`. */
  async findWitness({ headers }: FastifyRequest): Promise<Caller | null> {
    const token = readBearer(headers);
    if (token === null) return null;
    const found = await this.tokens.find(token);
    if (found === null) throw new Refusal('session.ended');
    const ticketing = { key: found.mirrorKey, shown: shownTicket(headers) };
    const attest = { witness: found.witness, tokenHash: toBase64Url(token) };
    return { ...STRANGER, attest, ticketing, witness: found.witness };
  }

  /** The session of a request; its answer hands out the next nonce, whatever it will be. Throws `session.ended`. */
  async findSession(request: FastifyRequest, reply: FastifyReply): Promise<LiveSession> {
    await this.watch.becomeCurrent();
    const token = readToken(request.headers);
    const session = token === null ? null : await this.sessions.find(token);
    if (session === null) throw new Refusal('session.ended');
    void reply.header(NONCE_HEADER, freshNonce(session, this.clock.nowMs()));
    return session;
  }

  /** Throws `proof.nonce` and `proof.refused`. */
  async verifyRequest(request: FastifyRequest, session: LiveSession): Promise<RequestProof> {
    const [path = ''] = (request.raw.url ?? '').split('?');
    const target = {
      htm: request.method,
      htu: `${this.origins.own}${path}`,
      bh: requestHash(request),
    };
    const { dpop } = request.headers;
    const jwt = typeof dpop === 'string' ? dpop : undefined;
    return verifyRequestProof(jwt, target, { session, nowMs: this.clock.nowMs() });
  }

  /**
   * What stands behind the ids that a call shows. A step-up is spent here, whatever becomes of the act. Throws
   * `purpose.required` and `step-up.required` for what is not of this session, is over, or was given for another
   * body.
   */
  async findShown(
    { sidHash }: LiveSession,
    { purpose, stepUp, bodyHash }: Omit<Shown, 'ticket'>,
  ): Promise<Pick<Caller, 'why' | 'stepUp'>> {
    const declared =
      purpose === undefined ? null : await this.sessions.findPurpose(sidHash, purpose);
    if (purpose !== undefined && declared === null) throw new Refusal('purpose.required');
    const spent = stepUp === undefined ? null : await this.sessions.takeStepUp(sidHash, stepUp);
    if (stepUp !== undefined && spent?.bodyHash !== bodyHash) throw new Refusal('step-up.required');
    return { why: declared ?? {}, ...(spent === null ? {} : { stepUp: spent }) };
  }

  /**
   * The session of a socket event, asked anew each time: a socket outlives the sessions of other nodes by a moment,
   * and none of its events may. Before `session.prove` no other event is handled. Throws `session.ended`,
   * `proof.refused`.
   */
  async findSocketSession({ session, isProven, event }: SocketCall): Promise<LiveSession> {
    await this.watch.becomeCurrent();
    if (isProven === (event === PROVE_EVENT)) throw new Refusal('proof.refused');
    const live = await this.sessions.find(session);
    if (live === null) throw new Refusal('session.ended');
    return live;
  }

  /** Throws `proof.nonce` and `proof.refused`. */
  async verifyEvent({ event, jwt, text }: SocketCall, session: LiveSession): Promise<RequestProof> {
    const target = {
      htm: event === PROVE_EVENT ? SOCKET_METHOD : event,
      htu: `${this.origins.own}${ROUTES.socket}`,
      bh: bodyHashOf('', utf8(text)),
    };
    return verifyRequestProof(jwt, target, { session, nowMs: this.clock.nowMs() });
  }
}

/** A socket that was let in with a ticket, and what one event of it carries. */
export interface SocketCall {
  readonly session: LiveSession;
  readonly isProven: boolean;
  readonly event: string;
  readonly jwt: string;
  readonly text: string;
}

/** The ticket of a part; `null` for none. */
export function shownTicket(headers: FastifyRequest['headers']): string | null {
  const { [TICKET_HEADER]: ticket } = headers;
  return typeof ticket === 'string' ? ticket : null;
}

/** The hash of query and body as they were received. */
export function requestHash(request: FastifyRequest): string {
  const [, ...query] = (request.raw.url ?? '').split('?');
  return bodyHashOf(query.join('?'), rawBodyOf(request));
}

/** A caller under a session, with the proof where there is one. */
export function callerOf(
  { sidHash, nonceKey }: LiveSession,
  proof: RequestProof | null,
  { ticket }: Pick<Shown, 'ticket'>,
): Caller {
  const ticketing = { key: nonceKey, shown: ticket };
  return { sidHash, proof, attest: proof === null ? {} : { proof: proof.jwt }, why: {}, ticketing };
}
