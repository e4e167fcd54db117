import { ROUTES, type LoggedStatement, type PersonCard } from '@enlace/contracts';
import { CardsQuery, StatementsQuery } from '@enlace/contracts/dto';
import { Controller, Get, Query, Res } from '@nestjs/common';
import type { FastifyReply } from 'fastify';

import type { ActContext } from '../platform/access/act.js';
import { CurrentAct } from '../platform/access/act-guard.js';
import { Access, ForWitnesses, NotAudited } from '../platform/access/declarations.js';
import { Limited } from '../platform/rates/rate-gate.js';
import { DirectoryReading } from './directory.service.js';

/** A full page never changes; only whoever asked for it may keep it. */
const KEPT_FOR_EVER = 'private, max-age=31536000, immutable';

@Controller()
export class DirectoryController {
  constructor(private readonly directory: DirectoryReading) {}

  @Get(ROUTES.directoryStatements)
  @ForWitnesses()
  @Limited('reads')
  @Access('directory.read')
  @NotAudited('the statements log: every client replicates all of it')
  async statements(
    @CurrentAct() act: ActContext,
    @Query() { from, limit }: StatementsQuery,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<readonly LoggedStatement[]> {
    const page = await this.directory.statements(act, { from, limit });
    if (page.length === limit) void reply.header('cache-control', KEPT_FOR_EVER);
    return page;
  }

  @Get(ROUTES.directoryCards)
  @Limited('reads')
  @Access('directory.cards')
  @NotAudited('person cards: every client replicates them beside the statements log')
  async cards(
    @CurrentAct() act: ActContext,
    @Query() { ids }: CardsQuery,
  ): Promise<readonly PersonCard[]> {
    return this.directory.cards(act, ids);
  }
}
