import {
  BREAK_GLASS_REVIEW_MS,
  REGIONAL_AUTHORITY,
  STATES,
  type BreakGlassEntry,
  type BreakGlassInvoked,
} from '@enlace/contracts';
import type { BreakGlassReviewRequest } from '@enlace/contracts/dto';
import { formatInstant, type Clock } from '@enlace/kernel';
import {
  parseSignedObject,
  readLossTarget,
  StatementRefused,
  verifyBreakGlass,
  type BreakGlass,
} from '@enlace/trust';
import { Inject, Injectable } from '@nestjs/common';

import { DirectoryLog } from '../directory/directory-log.js';
import { StatementActs } from '../directory/statement-acts.js';
import type { ActContext } from '../platform/access/act.js';
import { Permissions } from '../platform/access/permissions.js';
import { Refusal } from '../platform/problem/refusal.js';
import { AuditRecorder } from '../platform/tlog/audit-recorder.js';
import { CLOCK } from '../platform/tokens.js';
import { breakGlassEvent } from './breakglass-event.js';
import { BreakGlassRepository, type BreakGlassRow } from './breakglass.repository.js';

/** The reason of an administrative act in the record has at most so many characters. */
const REASON_LIMIT_CHARACTERS = 500;

/** Acts for availability that several States sign together. The server decides nothing: it checks and carries out. */
@Injectable()
export class BreakGlassActs {
  constructor(
    private readonly acts: StatementActs,
    private readonly permissions: Permissions,
    private readonly directory: DirectoryLog,
    private readonly repository: BreakGlassRepository,
    private readonly audit: AuditRecorder,
    @Inject(CLOCK) private readonly clock: Clock,
  ) {}

  /**
   * Keeps an act until it takes effect. Throws `statement.refused`: too few States, another label, a member that was
   * changed, an end that is past or too far, a number that was used.
   */
  async invoke(act: ActContext, wire: string): Promise<BreakGlassInvoked> {
    return this.acts.run(act, { kind: 'break-glass', wire }, async (at) => {
      const ownerState = at.session?.state ?? 'XR';
      const about = { type: 'breakglass', id: nonceOf(wire), ownerState } as const;
      this.permissions.assert(at, 'breakglass.invoke', { about });
      const nowMs = this.clock.nowMs();
      const signed = verifyBreakGlass(await this.directory.current(at.tx), wire, nowMs);
      assertSound(signed);
      const known = await this.repository.find(at.tx, signed.nonce);
      if (known !== null) throw new StatementRefused('break-glass-replayed');
      await this.repository.invoke(at.tx, wire, new Date(nowMs));
      const { nonce, states, effectiveAfter, reason } = signed;
      await this.audit.record(at, {
        ...breakGlassEvent('breakglass.invoked', signed),
        why: { ...act.why, reasonText: reason },
      });
      return { nonce, states, effectiveAfter };
    });
  }

  /** The register, for everybody: newest first. */
  async list(act: ActContext): Promise<readonly BreakGlassEntry[]> {
    return this.acts.run(act, { kind: 'break-glass', wire: '' }, async (at) => {
      const ownerState = at.session?.state ?? 'XR';
      const about = { type: 'breakglass', id: 'register', ownerState } as const;
      this.permissions.assert(at, 'audit.integrity', { about });
      return (await this.repository.list(at.tx)).map(entryOf);
    });
  }

  /** Throws `breakglass.not-found` for an act that is not there, still waits, or was reviewed. */
  async review(
    act: ActContext,
    nonce: string,
    { verdict }: BreakGlassReviewRequest,
  ): Promise<BreakGlassEntry> {
    return this.acts.run(act, { kind: 'break-glass', wire: '' }, async (at) => {
      const ownerState = at.session?.state ?? 'XR';
      const about = { type: 'breakglass', id: nonce, ownerState } as const;
      this.permissions.assert(at, 'breakglass.review', { about });
      const now = new Date(this.clock.nowMs());
      const isReviewed = await this.repository.review(at.tx, { nonce, verdict }, now);
      const row = isReviewed ? await this.repository.find(at.tx, nonce) : null;
      if (row === null) throw new Refusal('breakglass.not-found');
      const entry = entryOf(row);
      await this.audit.record(at, breakGlassEvent('breakglass.reviewed', entry, verdict));
      return entry;
    });
  }
}

/** What a second factor was shown for. Throws `statement.refused` for what is no signed object. */
function nonceOf(wire: string): string {
  const { nonce } = parseSignedObject(wire).body;
  return typeof nonce === 'string' ? nonce : '';
}

/** What the signatures leave open. Throws `statement.refused`. */
function assertSound({ action, target, reason, effectiveAfter, expiresAt }: BreakGlass): void {
  if (effectiveAfter >= expiresAt) throw new StatementRefused('break-glass-wait');
  if (reason.length > REASON_LIMIT_CHARACTERS) throw new StatementRefused('break-glass-reason');
  const isAboutState = action === 'suspend-state' || action === 'restore-state';
  if (isAboutState && !isAuthority(target)) throw new StatementRefused('break-glass-target');
  if (action === 'leave-recovery') readLossTarget(target);
}

function isAuthority(target: string): boolean {
  return [...STATES, REGIONAL_AUTHORITY].some((state) => state === target);
}

function entryOf(row: BreakGlassRow): BreakGlassEntry {
  const { reason } = parseSignedObject(row.wire).body;
  return {
    nonce: row.nonce,
    action: row.action,
    target: row.target,
    reason: typeof reason === 'string' ? reason : '',
    effectiveAfter: formatInstant(row.effectiveAfter.getTime()),
    expiresAt: formatInstant(row.expiresAt.getTime()),
    invokedAt: formatInstant(row.invokedAt.getTime()),
    outcome: row.outcome ?? 'waiting',
    verdict: row.verdict,
    reviewedAt: row.reviewedAt === null ? null : formatInstant(row.reviewedAt.getTime()),
    reviewBy: formatInstant(row.invokedAt.getTime() + BREAK_GLASS_REVIEW_MS),
    wire: row.wire,
  };
}
