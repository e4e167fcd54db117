import { isProblemCode, ROUTES } from '@enlace/contracts';
import { ProblemPageParams } from '@enlace/contracts/dto';
import { Controller, Get, Header, Param } from '@nestjs/common';

import { NotAudited, Public } from '../access/declarations.js';
import { problemPage } from './problem-page.js';
import { Refusal } from './refusal.js';

/** The pages that `type` of a problem points to (RFC 9457, section 3.1.1). */
@Controller()
export class ProblemController {
  @Get(ROUTES.problemPage)
  @Public()
  @NotAudited('problem pages: impersonal text, the same for everybody')
  @Header('content-type', 'text/html; charset=utf-8')
  show(@Param() params: ProblemPageParams): string {
    if (!isProblemCode(params.code)) throw new Refusal('route.not-found');
    return problemPage(params.code);
  }
}
