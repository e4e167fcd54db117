import {
  RECEIPT_HEADER,
  ROUTES,
  UPLOAD_OFFSET_HEADER,
  type AttachmentReserved,
  type AttachmentTicketed,
} from '@enlace/contracts';
import {
  AttachmentParams,
  CompleteAttachmentRequest,
  IdParams,
  ReserveAttachmentRequest,
} from '@enlace/contracts/dto';
import {
  Body,
  Controller,
  Get,
  Head,
  HttpCode,
  Param,
  Post,
  Put,
  Res,
  StreamableFile,
} from '@nestjs/common';
import type { FastifyReply } from 'fastify';

import type { ActContext } from '../platform/access/act.js';
import { CurrentAct } from '../platform/access/act-guard.js';
import { Access, Audited, NotAudited } from '../platform/access/declarations.js';
import { ShedFrom } from '../platform/backlog/shedding.js';
import { rawBodyOf } from '../platform/http/raw-body.js';
import { Limited } from '../platform/rates/rate-gate.js';
import { Downloads } from './downloads.service.js';
import { readOffset } from './upload-offset.js';
import { Uploads } from './uploads.service.js';

@Controller()
export class AttachmentsController {
  constructor(
    private readonly uploads: Uploads,
    private readonly downloads: Downloads,
  ) {}

  @Post(ROUTES.threadAttachments)
  @HttpCode(200)
  @Limited('attachmentUploads')
  @Access('attachment.upload')
  @Audited('attachment.reserved')
  @ShedFrom('unavailable')
  async reserve(
    @CurrentAct() act: ActContext,
    @Param() { id }: IdParams,
    @Body() request: ReserveAttachmentRequest,
  ): Promise<AttachmentReserved> {
    return this.uploads.reserve(act, id, request);
  }

  @Put(ROUTES.attachmentContent)
  @HttpCode(204)
  @Limited('attachmentParts')
  @Access('attachment.upload')
  @NotAudited('parts of an upload under a ticket: reserved and completed on record')
  @ShedFrom('unavailable')
  async receive(
    @CurrentAct() act: ActContext,
    @Param() params: AttachmentParams,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<void> {
    const { request } = reply;
    const part = { offset: readOffset(request.headers), bytes: rawBodyOf(request) };
    void reply.header(UPLOAD_OFFSET_HEADER, await this.uploads.receive(act, params, part));
  }

  // Before the download: HTTP answers HEAD like GET where nothing else is said.
  @Head(ROUTES.attachmentContent)
  @Limited('attachmentParts')
  @Access('attachment.upload')
  @NotAudited('own: where an upload under a ticket stands, a number alone')
  @ShedFrom('unavailable')
  async offset(
    @CurrentAct() act: ActContext,
    @Param() params: AttachmentParams,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<void> {
    void reply.header(UPLOAD_OFFSET_HEADER, await this.uploads.offset(act, params));
  }

  @Post(ROUTES.attachmentCompletion)
  @HttpCode(204)
  @Limited('attachmentUploads')
  @Access('attachment.upload')
  @Audited('attachment.uploaded')
  @ShedFrom('unavailable')
  async complete(
    @CurrentAct() act: ActContext,
    @Param() params: AttachmentParams,
    @Body() request: CompleteAttachmentRequest,
  ): Promise<void> {
    await this.uploads.complete(act, params, request);
  }

  @Post(ROUTES.attachmentTickets)
  @HttpCode(200)
  @Limited('attachmentTickets')
  @Access('attachment.ticket')
  @Audited('attachment.ticketed')
  @ShedFrom('backlogged')
  async ticket(
    @CurrentAct() act: ActContext,
    @Param() params: AttachmentParams,
  ): Promise<AttachmentTicketed> {
    return this.downloads.ticket(act, params);
  }

  @Get(ROUTES.attachmentContent)
  @HttpCode(206)
  @Limited('attachmentParts')
  @Access('entry.fetch')
  @NotAudited('parts of a download under a ticket: each leaves an event of its own behind')
  @ShedFrom('backlogged')
  async fetch(
    @CurrentAct() act: ActContext,
    @Param() params: AttachmentParams,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<StreamableFile> {
    const part = await this.downloads.fetch(act, params, reply.request.headers.range);
    const { from, to, length } = part;
    reply.raw.once('close', () => void part.ended(reply.raw.writableFinished));
    void reply
      .header(RECEIPT_HEADER, `covered ${part.eventId}`)
      .header('content-range', `bytes ${from}-${to - 1}/${length}`)
      .header('cache-control', 'no-store');
    return new StreamableFile(part.bytes, { disposition: 'attachment', length: to - from });
  }
}
