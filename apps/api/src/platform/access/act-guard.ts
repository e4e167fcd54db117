import type { IncomingHttpHeaders } from 'node:http';

import {
  isAllowedInRecovery,
  isAuditEventType,
  isProblemCode,
  PURPOSE_HEADER,
  STEP_UP_HEADER,
  type AuditEventType,
} from '@enlace/contracts';
import { isDomainError, newId, systemClock, systemRandom, utf8 } from '@enlace/kernel';
import {
  createParamDecorator,
  Injectable,
  type CanActivate,
  type ExecutionContext,
} from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';

import { assertReadableBody } from '../http/raw-body.js';
import { bodyHashOf, type RequestProof } from '../proof/request-proof.js';
import type { SentEvent } from '../realtime/event-guard.js';
import { SessionSockets } from '../realtime/session-sockets.js';
import { AuditRecorder } from '../tlog/audit-recorder.js';
import { Receipts } from '../tlog/receipts.js';
import { Refusal } from '../problem/refusal.js';
import type { ActContext, RecordedEvent } from './act.js';
import {
  callerOf,
  Callers,
  requestHash,
  shownTicket,
  STRANGER,
  type Caller,
  type Shown,
} from './callers.js';
import { giveReceipt } from '../tlog/given-receipts.js';
import type { LiveSession } from './live-session.repository.js';
import { DECLARED, PUBLIC } from './declarations.js';
import { Admission } from '../rates/admission.js';
import { readToken } from './session-token.js';

/** Longest `User-Agent` that is recorded; the rest says nothing. */
const USER_AGENT_CHARACTERS = 256;

/** What a socket is to the door. */
interface SocketPeer {
  readonly handshake: { readonly address: string; readonly headers: IncomingHttpHeaders };
}

/** Acts by the request, or by the arguments of the socket event, that they came with. */
const acts = new WeakMap<object, ActContext>();

/**
 * Stands before every handler, HTTP and socket alike, and makes the context of the act: the session first, then the
 * proof, which is required exactly where a session's act is recorded; a body that could not be read is refused last,
 * because a proven device's number is used up by that too. What the caller may do is decided by the act.
 */
@Injectable()
export class ActGuard implements CanActivate {
  constructor(
    private readonly callers: Callers,
    private readonly sockets: SessionSockets,
    private readonly audit: AuditRecorder,
    private readonly receipts: Receipts,
    private readonly admission: Admission,
  ) {}

  async canActivate(context: ExecutionContext): Promise<boolean> {
    const isPublic = Reflect.getMetadata(DECLARED.access, context.getHandler()) === PUBLIC;
    const isRequest = context.getType() === 'http';
    try {
      if (isPublic) this.keepWithinLimit(context, STRANGER, null);
      else if (isRequest) await this.admitRequest(context);
      else await this.admitEvent(context);
      if (isRequest) assertReadableBody(context.switchToHttp().getRequest());
    } catch (error) {
      try {
        await this.recordRefusal(context, error);
      } finally {
        this.admission.endTurn(carrierOf(context));
      }
      throw error;
    }
    return true;
  }

  /** A session whose proof does not hold is a stolen one, perhaps; a nonce that is too old is the way nonces work. */
  private async recordRefusal(context: ExecutionContext, error: unknown): Promise<void> {
    const act = findAct(context);
    if (!isDomainError(error) || act === null || act.sidHash === null) return;
    if (act.proof === null && error.code !== 'proof.refused') return;
    await this.audit.recordDenied(act, {
      type: 'access.denied',
      reasonCode: isProblemCode(error.code) ? error.code : 'server.fault',
      fields: {},
    });
  }

  private async admitRequest(context: ExecutionContext): Promise<void> {
    const request = context.switchToHttp().getRequest<FastifyRequest>();
    if (Reflect.getMetadata(DECLARED.forWitnesses, context.getHandler()) === true) {
      const witness = await this.callers.findWitness(request);
      if (witness !== null) {
        this.keepWithinLimit(context, witness, null);
        return;
      }
    }
    const reply = context.switchToHttp().getResponse<FastifyReply>();
    const session = await this.callers.findSession(request, reply);
    this.admission.vouch(request.ip);
    const { [PURPOSE_HEADER]: purpose, [STEP_UP_HEADER]: stepUp } = request.headers;
    await this.prove(context, session, {
      verify: () => this.callers.verifyRequest(request, session),
      shown: {
        purpose,
        stepUp,
        bodyHash: requestHash(request),
        ticket: shownTicket(request.headers),
      },
    });
  }

  private async admitEvent(context: ExecutionContext): Promise<void> {
    const seat = this.sockets.find(context.switchToWs().getClient());
    if (seat === null) throw new Refusal('session.ended');
    const [sent]: readonly SentEvent[] = context.switchToWs().getData();
    if (sent === undefined) throw new Refusal('body.malformed');
    const call = { ...seat, ...sent, event: context.switchToWs().getPattern() };
    const session = await this.callers.findSocketSession(call);
    const [, body]: readonly unknown[] = context.switchToWs().getData();
    const { purpose, stepUp }: { purpose?: unknown; stepUp?: unknown } = Object(body);
    await this.prove(context, session, {
      verify: () => this.callers.verifyEvent(call, session),
      shown: { purpose, stepUp, bodyHash: bodyHashOf('', utf8(sent.text)), ticket: null },
    });
  }

  private keepWithinLimit(
    context: ExecutionContext,
    caller: Caller,
    sessionId: string | null,
  ): void {
    this.admission.assert(context.getHandler(), this.keep(context, caller), sessionId);
  }

  private keep(context: ExecutionContext, caller: Caller): ActContext {
    const onRecorded = ({ leaf }: RecordedEvent): void => {
      giveReceipt(context, this.receipts.issue(leaf));
    };
    const act = { ...makeAct(context, caller), onRecorded };
    acts.set(carrierOf(context), act);
    return act;
  }

  private async prove(
    context: ExecutionContext,
    session: LiveSession,
    { verify, shown }: { readonly verify: () => Promise<RequestProof>; readonly shown: Shown },
  ): Promise<void> {
    const keep = (caller: Caller): void => void this.keep(context, caller);
    this.keepWithinLimit(context, callerOf(session, null, shown), session.sessionId);
    await this.admission.takeTurn(carrierOf(context), session.state);
    if (declaredBy(context.getHandler()).length > 0) {
      const proven = callerOf(session, await verify(), shown);
      keep(proven);
      keep({ ...proven, ...(await this.callers.findShown(session, shown)) });
    }
    if (session.acr === 'recovery') assertInRecovery(context);
  }
}

/** A session of recovery opens few doors, whatever the acts behind the others would ask. */
function assertInRecovery(context: ExecutionContext): void {
  const action: unknown = Reflect.getMetadata(DECLARED.access, context.getHandler());
  if (typeof action === 'string' && isAllowedInRecovery(action)) return;
  throw new Refusal('access.denied', { facts: { ruleId: 'D-006' } });
}

/** The act of a call that the guard let in or refused late, or `null`. */
export function findAct(context: ExecutionContext): ActContext | null {
  return acts.get(carrierOf(context)) ?? null;
}

/** The context of the act, for a handler that hands it to its service. */
export const CurrentAct = createParamDecorator((_: unknown, context: ExecutionContext) => {
  const act = acts.get(carrierOf(context));
  if (act === undefined) throw new TypeError('the handler was reached past the door');
  return act;
});

/** The claim `ath` of the token of a request under a session; the token itself reaches no handler. */
export const TokenHash = createParamDecorator((_: unknown, context: ExecutionContext) => {
  const { headers } = context.switchToHttp().getRequest<FastifyRequest>();
  const token = readToken(headers);
  if (token === null) throw new TypeError('the handler was reached past the door');
  return token.ath;
});

function makeAct(context: ExecutionContext, caller: Caller): ActContext {
  const declared = declaredBy(context.getHandler());
  if (context.getType() !== 'http') return { ...ofEvent(context), ...caller, declared };
  return { ...ofRequest(context.switchToHttp().getRequest()), ...caller, declared };
}

type Arrival = Pick<ActContext, 'correlationId' | 'target' | 'via' | 'where'>;

function ofRequest(request: FastifyRequest): Arrival {
  const isProgram = /^DPoP \S/i.test(request.headers.authorization ?? '');
  return {
    correlationId: request.id,
    target: `${request.method} ${request.routeOptions.url ?? ''}`,
    via: isProgram ? 'cli' : 'web',
    where: { ip: request.ip, userAgent: userAgentOf(request.headers) },
  };
}

function ofEvent(context: ExecutionContext): Arrival {
  const { handshake } = context.switchToWs().getClient<SocketPeer>();
  return {
    correlationId: newId(systemClock, systemRandom),
    target: context.switchToWs().getPattern(),
    via: 'socket',
    where: { ip: handshake.address, userAgent: userAgentOf(handshake.headers) },
  };
}

// Attacker-controlled: one line of any text.
function userAgentOf(headers: IncomingHttpHeaders): string {
  return (headers['user-agent'] ?? '').slice(0, USER_AGENT_CHARACTERS).normalize('NFC');
}

function declaredBy(handler: object): readonly AuditEventType[] {
  const declared: unknown = Reflect.getMetadata(DECLARED.audited, handler);
  return Array.isArray(declared) ? declared.map(String).filter(isAuditEventType) : [];
}

/** What an act came with: the request, or the arguments of the socket event. */
export function carrierOf(context: ExecutionContext): object {
  return context.getType() === 'http'
    ? context.switchToHttp().getRequest<object>()
    : context.switchToWs().getData<object>();
}
