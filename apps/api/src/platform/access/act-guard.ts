import type { IncomingHttpHeaders } from 'node:http';

import { isAuditEventType, type AuditEventType, type AuditWhy } from '@enlace/contracts';
import { newId, systemClock, systemRandom, type JsonObject } from '@enlace/kernel';
import {
  createParamDecorator,
  Injectable,
  type CanActivate,
  type ExecutionContext,
} from '@nestjs/common';
import type { FastifyRequest } from 'fastify';

import type { SessionHash } from '../database/database.js';
import { Refusal } from '../problem/refusal.js';
import type { ActContext, ActProof } from './act.js';
import { DECLARED, PUBLIC } from './declarations.js';

/** Longest `User-Agent` that is recorded; the rest says nothing. */
const USER_AGENT_CHARACTERS = 256;

/** Who calls, as far as it was verified. */
interface Caller {
  readonly sidHash: SessionHash | null;
  readonly proof: ActProof | null;
  readonly attest: JsonObject;
  readonly why: AuditWhy;
}

const STRANGER: Caller = { sidHash: null, proof: null, attest: {}, why: {} };

/** What a socket is to the door. */
interface SocketPeer {
  readonly handshake: { readonly address: string; readonly headers: IncomingHttpHeaders };
}

/** Acts by the request, or by the arguments of the socket event, that they came with. */
const acts = new WeakMap<object, ActContext>();

/**
 * Stands before every handler, HTTP and socket alike: makes the context of the act, and lets nobody without a
 * session in where the handler does not say that anybody may call it.
 */
@Injectable()
export class ActGuard implements CanActivate {
  canActivate(context: ExecutionContext): boolean {
    const access: unknown = Reflect.getMetadata(DECLARED.access, context.getHandler());
    const caller: Caller = STRANGER;
    if (access !== PUBLIC && caller.sidHash === null) throw new Refusal('session.ended');
    acts.set(carrierOf(context), makeAct(context, caller));
    return true;
  }
}

/** The context of the act, for a handler that hands it to its service. */
export const CurrentAct = createParamDecorator((_: unknown, context: ExecutionContext) => {
  const act = acts.get(carrierOf(context));
  if (act === undefined) throw new TypeError('the handler was reached past the door');
  return act;
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

function carrierOf(context: ExecutionContext): object {
  return context.getType() === 'http'
    ? context.switchToHttp().getRequest<object>()
    : context.switchToWs().getData<object>();
}
