import {
  REGIONAL_AUTHORITY,
  STATES,
  type Approval,
  type AuditEvent,
  type ReleaseStanding,
} from '@enlace/contracts';
import { parseId, toBase64Url, utf8, type Clock, type PersonId } from '@enlace/kernel';
import { verifyWebRelease, type TrustStore, type VerifiedWebRelease } from '@enlace/trust';
import { Inject, Injectable } from '@nestjs/common';

import type { ActContext, ActTransaction } from '../platform/access/act.js';
import { getSession } from '../platform/access/acting-session.js';
import { Acts } from '../platform/access/acts.js';
import { Permissions } from '../platform/access/permissions.js';
import { Refusal } from '../platform/problem/refusal.js';
import { AuditRecorder } from '../platform/tlog/audit-recorder.js';
import { nodeTlogCrypto } from '../platform/tlog/node-tlog-crypto.js';
import { CLOCK, TRUST_STORE } from '../platform/tokens.js';
import { ReleasesRepository, type HandedIn } from './releases.repository.js';

/** A clock that was wrong when a release was signed would keep every later one out. */
const AHEAD_LIMIT_MS = 3_600_000;

/** Releases of the browser client: what the holders of the release keys signed, and operators put into use. */
@Injectable()
export class Releases {
  constructor(
    private readonly acts: Acts,
    private readonly permissions: Permissions,
    private readonly repository: ReleasesRepository,
    private readonly audit: AuditRecorder,
    @Inject(TRUST_STORE) private readonly trustStore: TrustStore | null,
    @Inject(CLOCK) private readonly clock: Clock,
  ) {}

  /**
   * Proposes a release, or puts into use the one that another operator proposed with the very same note. Throws
   * `release.refused`, `release.stale`, `access.denied`, `step-up.required`.
   */
  async handIn(act: ActContext, note: string): Promise<ReleaseStanding> {
    return this.acts.run(act, async (at) => {
      const release = this.#handedIn(note);
      const { manifestHash } = release;
      const { state, personId } = getSession(at);
      const about = { type: 'release', id: manifestHash, ownerState: state } as const;
      this.permissions.assert(at, 'release.activate', { about, isProposal: true });
      const known = await this.repository.find(at.tx, note);
      if (known?.isActive === true) throw new Refusal('release.stale');
      const proposedBy = known?.proposedBy ?? null;
      if (proposedBy === null || proposedBy === personId) return this.#propose(at, release);
      const proposer = parseId<PersonId>(proposedBy);
      const approvals: readonly Approval[] = [
        { personId: proposer, state, roles: ['platform-operator'] },
      ];
      this.permissions.assert(at, 'release.activate', { about, approvals });
      return this.#activate(at, release, [proposer]);
    });
  }

  /**
   * The same by the signatures alone, while fewer than two operators can sign in. Throws `release.refused`,
   * `release.stale`, `access.denied`.
   */
  async found(act: ActContext, note: string): Promise<ReleaseStanding> {
    return this.acts.run(act, async (at) => {
      const release = this.#handedIn(note);
      const { eventId } = await this.audit.record(at, releaseEvent('release.activated', release));
      const now = new Date(this.clock.nowMs());
      if (!(await this.repository.found(at.tx, release, { eventId, now }))) {
        throw new Refusal('release.stale');
      }
      return standingOf(release, 'active');
    });
  }

  async #propose(at: ActTransaction, release: HandedIn): Promise<ReleaseStanding> {
    if (!(await this.repository.propose(at.tx, release))) throw new Refusal('release.stale');
    await this.audit.record(at, releaseEvent('release.proposed', release));
    return standingOf(release, 'proposed');
  }

  async #activate(
    at: ActTransaction,
    release: HandedIn,
    approvals: readonly PersonId[],
  ): Promise<ReleaseStanding> {
    const event = releaseEvent('release.activated', release);
    const { eventId } = await this.audit.record(at, {
      ...event,
      why: { ...at.act.why, approvals },
    });
    const recorded = { eventId, now: new Date(this.clock.nowMs()) };
    if (!(await this.repository.activate(at.tx, release, recorded))) {
      throw new Refusal('approval.required');
    }
    return standingOf(release, 'active');
  }

  // Attacker-controlled: the note.
  #handedIn(note: string): HandedIn {
    const none = { deployment: '' };
    const verified: VerifiedWebRelease = verifyWebRelease(
      nodeTlogCrypto,
      utf8(note),
      this.trustStore ?? none,
    );
    const { releaseId, manifestHash, issuedAt } = verified;
    if (Date.parse(issuedAt) > this.clock.nowMs() + AHEAD_LIMIT_MS) {
      throw new Refusal('release.refused', { facts: { rule: 'issued-in-the-future' } });
    }
    return { releaseId, manifestHash: toBase64Url(manifestHash), note, issuedAt };
  }
}

function standingOf(
  { releaseId, manifestHash }: HandedIn,
  state: ReleaseStanding['state'],
): ReleaseStanding {
  return { releaseId, manifestHash, state };
}

/** Everybody runs the client, so everybody's auditors see it change. */
function releaseEvent<Type extends 'release.proposed' | 'release.activated'>(
  type: Type,
  { releaseId, manifestHash }: HandedIn,
): AuditEvent<'release.proposed' | 'release.activated'> {
  return {
    type,
    outcome: 'success',
    object: { type: 'release', id: manifestHash },
    states: [...STATES, REGIONAL_AUTHORITY],
    fields: { releaseId, manifestHash },
  };
}
