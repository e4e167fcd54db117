import { ROUTES } from '@enlace/contracts';
import { LogParams } from '@enlace/contracts/dto';
import { Controller, createParamDecorator, HttpCode, Param, Post } from '@nestjs/common';
import type { ExecutionContext } from '@nestjs/common';

import { GoesOnInRecovery } from '../platform/backlog/shedding.js';
import { NotAudited, Public } from '../platform/access/declarations.js';
import { rawBodyOf } from '../platform/http/raw-body.js';
import { Limited } from '../platform/rates/rate-gate.js';
import { BroughtCosignatures } from './brought-cosignatures.service.js';

/** The body as it came; its form is checked where it is opened. */
const Note = createParamDecorator((_: unknown, context: ExecutionContext) =>
  rawBodyOf(context.switchToHttp().getRequest<object>()),
);

/** Where witnesses that nobody can call bring their cosignatures; a signature needs no session. */
@Controller()
export class CosignaturesController {
  constructor(private readonly brought: BroughtCosignatures) {}

  @Post(ROUTES.directoryLogCosignatures)
  @GoesOnInRecovery()
  @HttpCode(204)
  @Limited('cosignatures')
  @Public()
  @NotAudited('cosignatures of witnesses: each would grow the log and so call for the next')
  async bringToDirectory(@Note() note: Uint8Array): Promise<void> {
    await this.brought.take({ stream: 'directory', year: '' }, note);
  }

  @Post(ROUTES.auditLogCosignatures)
  @GoesOnInRecovery()
  @HttpCode(204)
  @Limited('cosignatures')
  @Public()
  @NotAudited('cosignatures of witnesses: each would grow the log and so call for the next')
  async bringToAudit(@Param() { year }: LogParams, @Note() note: Uint8Array): Promise<void> {
    await this.brought.take({ stream: 'audit', year }, note);
  }
}
