import { ROUTES, type AuditExport } from '@enlace/contracts';
import { AuditExportRequest, IdParams } from '@enlace/contracts/dto';
import { Body, Controller, Get, HttpCode, Param, Post, Res } from '@nestjs/common';
import type { FastifyReply } from 'fastify';

import type { ActContext } from '../../platform/access/act.js';
import { CurrentAct } from '../../platform/access/act-guard.js';
import { Access, Audited } from '../../platform/access/declarations.js';
import { GoesOnInRecovery, ShedFrom } from '../../platform/backlog/shedding.js';
import { Limited } from '../../platform/rates/rate-gate.js';
import { ExportApprovals } from './export-approvals.service.js';
import { Exports } from './exports.service.js';
import { EventProofs } from './proofs.service.js';

/** Files are texts; a browser shows them as such and runs nothing. */
const TEXT = 'text/plain; charset=utf-8';

/** What leaves the record, with who took it in the record. */
@Controller()
export class ExportsController {
  constructor(
    private readonly exports: Exports,
    private readonly approvals: ExportApprovals,
    private readonly proofs: EventProofs,
  ) {}

  @Post(ROUTES.auditExports)
  @GoesOnInRecovery()
  @Limited('auditExports')
  @ShedFrom('backlogged')
  @Access('audit.export')
  @Audited('audit.exported')
  async ask(
    @CurrentAct() act: ActContext,
    @Body() request: AuditExportRequest,
  ): Promise<AuditExport> {
    return this.exports.ask(act, request);
  }

  @Post(ROUTES.auditExportApproval)
  @GoesOnInRecovery()
  @HttpCode(200)
  @Access('audit.export-large')
  @Audited('audit.exported')
  async approve(@CurrentAct() act: ActContext, @Param() { id }: IdParams): Promise<AuditExport> {
    return this.approvals.approve(act, id);
  }

  @Get(ROUTES.auditExportContent)
  @Limited('auditExports')
  @ShedFrom('backlogged')
  @Access('audit.view')
  @Audited('audit.downloaded')
  async download(
    @CurrentAct() act: ActContext,
    @Param() { id }: IdParams,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<string> {
    const file = await this.exports.download(act, id);
    void reply.type(TEXT);
    return file;
  }

  @Get(ROUTES.auditEventProof)
  @Limited('auditExports')
  @ShedFrom('unavailable')
  @Access('audit.proofs')
  @Audited('audit.proof-fetched')
  async prove(
    @CurrentAct() act: ActContext,
    @Param() { id }: IdParams,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<Uint8Array> {
    const file = await this.proofs.prove(act, id);
    void reply.type(TEXT);
    return file;
  }
}
