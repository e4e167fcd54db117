import { RECEIPT_HEADER, ROUTES, type LogSummary } from '@enlace/contracts';
import {
  AuditCheckpointParams,
  AuditTileParams,
  DirectoryCheckpointParams,
  DirectoryTileParams,
  LogParams,
} from '@enlace/contracts/dto';
import { Controller, Get, Param, Res } from '@nestjs/common';
import type { FastifyReply } from 'fastify';

import type { ActContext } from '../platform/access/act.js';
import { CurrentAct } from '../platform/access/act-guard.js';
import { Access, ForWitnesses, NotAudited } from '../platform/access/declarations.js';
import { Limited } from '../platform/rates/rate-gate.js';
import { LogReading, type LogName, type LogPart } from './log-reading.service.js';

/** What stands below an address of a published tree never changes; only whoever asked for it may keep it. */
const KEPT_FOR_EVER = 'private, max-age=31536000, immutable';
const NOTE = 'text/plain; charset=utf-8';

const DIRECTORY: LogName = { stream: 'directory', year: '' };

/** The logs as C2SP tlog-tiles lays them out: whoever reads them needs no client of ours. */
@Controller()
export class LogsController {
  constructor(private readonly reading: LogReading) {}

  @Get(ROUTES.auditLogs)
  @ForWitnesses()
  @Access('audit.checkpoints')
  @NotAudited('the list of logs: impersonal, the same for everybody')
  async list(@CurrentAct() act: ActContext): Promise<readonly LogSummary[]> {
    return this.reading.list(act);
  }

  @Get(ROUTES.auditPolicy)
  @Access('audit.integrity')
  @NotAudited('the policy of witnesses: impersonal, for comparison with one’s own')
  async policy(
    @CurrentAct() act: ActContext,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<string> {
    void reply.type(NOTE);
    return this.reading.policyText(act);
  }

  @Get(ROUTES.directoryLogCheckpoint)
  @ForWitnesses()
  @Limited('logReads')
  @Access('directory.read')
  @NotAudited('checkpoints: impersonal, the same for everybody')
  async directoryCheckpoint(
    @CurrentAct() act: ActContext,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<Uint8Array> {
    void reply.type(NOTE);
    return this.reading.checkpoint(act, DIRECTORY);
  }

  @Get(ROUTES.directoryLogCheckpointAt)
  @ForWitnesses()
  @Limited('logReads')
  @Access('directory.read')
  @NotAudited('checkpoints: impersonal, the same for everybody')
  async directoryCheckpointAt(
    @CurrentAct() act: ActContext,
    @Param() { which }: DirectoryCheckpointParams,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<Uint8Array> {
    void reply.type(NOTE);
    return this.reading.checkpointAt(act, DIRECTORY, which);
  }

  @Get(ROUTES.directoryLogTile)
  @ForWitnesses()
  @Limited('logReads')
  @Access('directory.read')
  @NotAudited('tiles and entries of the statements log: every client replicates all of it')
  async directoryTile(
    @CurrentAct() act: ActContext,
    @Param() { '*': path }: DirectoryTileParams,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<Uint8Array> {
    const takesGzip = doesTakeGzip(reply);
    return answer(await this.reading.tile(act, DIRECTORY, { path, takesGzip }), reply);
  }

  @Get(ROUTES.auditLogCheckpoint)
  @ForWitnesses()
  @Limited('logReads')
  @Access('audit.checkpoints')
  @NotAudited('checkpoints: impersonal, the same for everybody')
  async auditCheckpoint(
    @CurrentAct() act: ActContext,
    @Param() { year }: LogParams,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<Uint8Array> {
    void reply.type(NOTE);
    return this.reading.checkpoint(act, { stream: 'audit', year });
  }

  @Get(ROUTES.auditLogCheckpointAt)
  @ForWitnesses()
  @Limited('logReads')
  @Access('audit.checkpoints')
  @NotAudited('checkpoints: impersonal, the same for everybody')
  async auditCheckpointAt(
    @CurrentAct() act: ActContext,
    @Param() { year, which }: AuditCheckpointParams,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<Uint8Array> {
    void reply.type(NOTE);
    return this.reading.checkpointAt(act, { stream: 'audit', year }, which);
  }

  @Get(ROUTES.auditLogTile)
  @ForWitnesses()
  @Limited('logReads')
  @Access('audit.tiles')
  @NotAudited('tiles: impersonal; entries: parts under a ticket whose act is recorded')
  async auditTile(
    @CurrentAct() act: ActContext,
    @Param() { year, '*': path }: AuditTileParams,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<Uint8Array> {
    const takesGzip = doesTakeGzip(reply);
    const part = await this.reading.tile(act, { stream: 'audit', year }, { path, takesGzip });
    return answer(part, reply);
  }
}

function doesTakeGzip({ request }: FastifyReply): boolean {
  return /\bgzip\b(?!;\s*q=0)/.test(request.headers['accept-encoding']?.toString() ?? '');
}

function answer({ bytes, isCompressed, coveredBy }: LogPart, reply: FastifyReply): Uint8Array {
  void reply.type('application/octet-stream').header('cache-control', KEPT_FOR_EVER);
  if (isCompressed) void reply.header('content-encoding', 'gzip');
  if (coveredBy !== null) void reply.header(RECEIPT_HEADER, `covered ${coveredBy}`);
  return bytes;
}
