import {
  ROUTES,
  type SessionOpened,
  type SessionSummary,
  type SignInChallenge,
  type SocketTicket,
} from '@enlace/contracts';
import { IdParams, OpenRecoveryRequest, OpenSessionRequest } from '@enlace/contracts/dto';
import { Body, Controller, Delete, Get, HttpCode, Param, Post, Res } from '@nestjs/common';
import type { FastifyReply } from 'fastify';

import { GoesOnInRecovery } from '../platform/backlog/shedding.js';
import type { ActContext } from '../platform/access/act.js';
import { CurrentAct, TokenHash } from '../platform/access/act-guard.js';
import { Access, Audited, NotAudited, Public } from '../platform/access/declarations.js';
import { Limited } from '../platform/rates/rate-gate.js';
import { NO_SESSION_COOKIE } from '../platform/access/session-token.js';
import { Challenges } from '../challenges/challenges.service.js';
import { Sessions } from './sessions.service.js';
import { SocketSessions } from './socket-sessions.service.js';
import { deliver } from './deliver.js';
import { Recoveries } from './recovery/recovery.service.js';
import { SignIns } from './sign-in/sign-in.service.js';

@Controller()
export class SessionsController {
  constructor(
    private readonly challenges: Challenges,
    private readonly signIns: SignIns,
    private readonly recoveries: Recoveries,
    private readonly sessions: Sessions,
    private readonly sockets: SocketSessions,
  ) {}

  @Post(ROUTES.sessionChallenges)
  @GoesOnInRecovery()
  @Limited('signIns')
  @HttpCode(200)
  @Public()
  @NotAudited('before a session: a sign-in challenge, the same for everybody')
  challenge(): Promise<SignInChallenge> {
    return this.challenges.issue('sign-in', null);
  }

  @Post(ROUTES.sessions)
  @GoesOnInRecovery()
  @Limited('signIns')
  @Public()
  @Audited('session.opened', 'session.closed', 'session.refused')
  async open(
    @CurrentAct() act: ActContext,
    @Body() request: OpenSessionRequest,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<SessionOpened> {
    return deliver(await this.signIns.open(act, request), reply);
  }

  @Post(ROUTES.sessionRecovery)
  @Limited('signIns')
  @Public()
  @Audited('session.opened', 'session.closed', 'session.refused')
  async recover(
    @CurrentAct() act: ActContext,
    @Body() request: OpenRecoveryRequest,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<SessionOpened> {
    return deliver(await this.recoveries.open(act, request), reply);
  }

  @Post(ROUTES.socketTickets)
  @GoesOnInRecovery()
  @Limited('socketTickets')
  @Access('session.list')
  @NotAudited('before a socket: the ticket is spent by a proof that is recorded')
  ticket(@CurrentAct() act: ActContext, @TokenHash() ath: string): Promise<SocketTicket> {
    return this.sockets.issue(act, ath);
  }

  @Get(ROUTES.sessions)
  @Access('session.list')
  @NotAudited('own: the live sessions of the person who asks')
  list(@CurrentAct() act: ActContext): Promise<readonly SessionSummary[]> {
    return this.sessions.list(act);
  }

  @Delete(ROUTES.currentSession)
  @GoesOnInRecovery()
  @HttpCode(204)
  @Access('session.end')
  @Audited('session.closed')
  async endCurrent(
    @CurrentAct() act: ActContext,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<void> {
    await this.sessions.end(act, 'current');
    void reply.header('set-cookie', NO_SESSION_COOKIE);
  }

  @Delete(ROUTES.session)
  @GoesOnInRecovery()
  @HttpCode(204)
  @Access('session.end')
  @Audited('session.closed')
  async endOne(@CurrentAct() act: ActContext, @Param() { id }: IdParams): Promise<void> {
    await this.sessions.end(act, { id });
  }

  @Delete(ROUTES.sessions)
  @GoesOnInRecovery()
  @HttpCode(204)
  @Access('session.end')
  @Audited('session.closed')
  async endAll(
    @CurrentAct() act: ActContext,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<void> {
    await this.sessions.end(act, 'all');
    void reply.header('set-cookie', NO_SESSION_COOKIE);
  }
}
