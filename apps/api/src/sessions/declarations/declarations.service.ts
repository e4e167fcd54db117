import { createHash } from 'node:crypto';

import type { PurposeDeclared } from '@enlace/contracts';
import type { DeclarationRequest } from '@enlace/contracts/dto';
import { newId, parseBase64Url, parseId, type Clock, type Random } from '@enlace/kernel';
import { Inject, Injectable } from '@nestjs/common';

import type { ActContext } from '../../platform/access/act.js';
import { getSession } from '../../platform/access/acting-session.js';
import { Acts } from '../../platform/access/acts.js';
import { Permissions } from '../../platform/access/permissions.js';
import { AuditRecorder } from '../../platform/tlog/audit-recorder.js';
import { CLOCK, RANDOM } from '../../platform/tokens.js';
import { DeclarationsRepository } from './declarations.repository.js';

/** Why somebody will consult something: said once for a session and a case, and named by every act under it. */
@Injectable()
export class Declarations {
  constructor(
    private readonly acts: Acts,
    private readonly audit: AuditRecorder,
    private readonly repository: DeclarationsRepository,
    private readonly permissions: Permissions,
    @Inject(CLOCK) private readonly clock: Clock,
    @Inject(RANDOM) private readonly random: Random,
  ) {}

  /** The words are sealed to the auditors of the own State; the record holds their hash. */
  async declare(act: ActContext, request: DeclarationRequest): Promise<PurposeDeclared> {
    const { purpose } = request;
    const declarationId: string = newId(this.clock, this.random);
    const justification =
      request.justification === undefined ? null : parseBase64Url(request.justification);
    await this.acts.run(act, async (at) => {
      const session = getSession(at);
      this.permissions.assert(at, 'purpose.declare', {
        about: { type: 'purpose', id: declarationId, ownerState: session.state },
      });
      await this.repository.insert(at.tx, session, {
        declarationId,
        purpose,
        caseId: request.caseId ?? null,
        justification,
        declaredAtMs: this.clock.nowMs(),
      });
      await this.audit.record(at, {
        type: 'purpose.declared',
        outcome: 'success',
        object: { type: 'purpose', id: declarationId, ownerState: session.state },
        states: [session.state],
        ...(request.caseId === undefined ? {} : { caseId: parseId(request.caseId) }),
        fields: { purpose },
        why: {
          purpose,
          declarationId,
          ...(justification === null ? {} : { justificationHash: hashOf(justification) }),
        },
      });
    });
    return { declarationId, purpose };
  }
}

function hashOf(sealed: Uint8Array): string {
  return createHash('sha256').update(sealed).digest('base64url');
}
