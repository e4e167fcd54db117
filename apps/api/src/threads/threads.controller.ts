import {
  RECEIPT_HEADER,
  ROUTES,
  type EntriesAppended,
  type EntriesShown,
  type ThreadHeads,
} from '@enlace/contracts';
import {
  AppendEntriesRequest,
  BeaconRequest,
  BlobParams,
  EntriesQuery,
  EntryPagesQuery,
  IdParams,
  OpenThreadRequest,
} from '@enlace/contracts/dto';
import {
  Body,
  Controller,
  createParamDecorator,
  Get,
  Header,
  HttpCode,
  Param,
  Post,
  Put,
  Query,
  Res,
  StreamableFile,
  type ExecutionContext,
} from '@nestjs/common';
import type { FastifyReply } from 'fastify';

import type { ActContext } from '../platform/access/act.js';
import { CurrentAct } from '../platform/access/act-guard.js';
import { Access, Audited, NotAudited } from '../platform/access/declarations.js';
import { ShedFrom } from '../platform/backlog/shedding.js';
import { rawBodyOf } from '../platform/http/raw-body.js';
import { Limited } from '../platform/rates/rate-gate.js';
import { Appends } from './appends.service.js';
import { Blobs } from './blobs.service.js';
import { Openings } from './openings.service.js';
import { Beacons } from './reading/beacons.service.js';
import { EntryPages } from './reading/entry-pages.service.js';
import { Threads } from './threads.service.js';

/** The body as it came. */
const Octets = createParamDecorator((_: unknown, context: ExecutionContext) =>
  rawBodyOf(context.switchToHttp().getRequest<object>()),
);

@Controller()
export class ThreadsController {
  constructor(
    private readonly threads: Threads,
    private readonly openings: Openings,
    private readonly appends: Appends,
    private readonly blobs: Blobs,
    private readonly pages: EntryPages,
    private readonly beacons: Beacons,
  ) {}

  @Post(ROUTES.threads)
  @HttpCode(200)
  @Limited('appends')
  @Access('thread.create')
  @Audited('thread.created', 'entry.appended')
  @ShedFrom('unavailable')
  async open(
    @CurrentAct() act: ActContext,
    @Body() request: OpenThreadRequest,
  ): Promise<EntriesAppended> {
    return this.openings.open(act, request);
  }

  @Get(ROUTES.threadHeads)
  @Limited('reads')
  @Access('thread.heads')
  @NotAudited('own: where the logs of the own threads end, numbers alone')
  async heads(@CurrentAct() act: ActContext): Promise<ThreadHeads> {
    return this.threads.heads(act);
  }

  @Post(ROUTES.threadEntries)
  @HttpCode(200)
  @Limited('appends')
  @Access('entry.append')
  @Audited('entry.appended')
  @ShedFrom('unavailable')
  async append(
    @CurrentAct() act: ActContext,
    @Param() { id }: IdParams,
    @Body() request: AppendEntriesRequest,
  ): Promise<EntriesAppended> {
    return this.appends.append(act, id, request);
  }

  @Get(ROUTES.threadEntries)
  @Limited('reads')
  @Access('entry.fetch')
  @Audited('entry.fetched')
  @ShedFrom('unavailable')
  async page(
    @CurrentAct() act: ActContext,
    @Param() { id }: IdParams,
    @Query() query: EntriesQuery,
  ): Promise<EntriesShown> {
    return this.pages.first(act, id, query);
  }

  @Get(ROUTES.threadEntryPages)
  @Limited('pages')
  @Access('entry.fetch')
  @NotAudited('further pages of one read: parts under a ticket whose act is recorded')
  @ShedFrom('unavailable')
  async nextPage(
    @CurrentAct() act: ActContext,
    @Param() { id }: IdParams,
    @Query() query: EntryPagesQuery,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<EntriesShown> {
    const { shown, eventId } = await this.pages.next(act, id, query);
    void reply.header(RECEIPT_HEADER, `covered ${eventId}`);
    return shown;
  }

  @Put(ROUTES.threadBeacon)
  @HttpCode(204)
  @Access('thread.beacon')
  @NotAudited('liveness: how far a device has read, in its own signed words')
  @ShedFrom('unavailable')
  async beacon(
    @CurrentAct() act: ActContext,
    @Param() { id }: IdParams,
    @Body() { beacon }: BeaconRequest,
  ): Promise<void> {
    await this.beacons.keep(act, beacon, id);
  }

  @Put(ROUTES.threadBlob)
  @HttpCode(204)
  @Limited('blobs')
  @Access('entry.stage')
  @Audited('entry.staged')
  @ShedFrom('unavailable')
  async stage(
    @CurrentAct() act: ActContext,
    @Param() params: BlobParams,
    @Octets() bytes: Uint8Array,
  ): Promise<void> {
    await this.blobs.stage(act, params, bytes);
  }

  @Get(ROUTES.threadBlob)
  @Header('content-disposition', 'attachment')
  @Limited('blobs')
  @Access('entry.fetch')
  @Audited('entry.fetched', 'history-grant.fetched')
  @ShedFrom('unavailable')
  async fetch(@CurrentAct() act: ActContext, @Param() params: BlobParams): Promise<StreamableFile> {
    return new StreamableFile(await this.blobs.fetch(act, params));
  }
}
