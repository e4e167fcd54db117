import type { InvitationStanding, PasskeyOptions } from '@enlace/contracts';
import type { ClaimRequest } from '@enlace/contracts/dto';
import { isDomainError, parseBase64Url, parseId, type Clock } from '@enlace/kernel';
import {
  invitationCodeHash,
  parseClaimPoll,
  verifyClaim,
  verifyClaimPoll,
  type Claim,
} from '@enlace/trust';
import { Inject, Injectable } from '@nestjs/common';

import { StatementActs } from '../directory/statement-acts.js';
import { Passkeys, type BroughtPasskeys } from '../passkeys/passkeys.service.js';
import type { NewPasskey } from '../passkeys/verify-passkey.js';
import type { ActContext, ActTransaction } from '../platform/access/act.js';
import { Database } from '../platform/database/database.js';
import { AuditRecorder } from '../platform/tlog/audit-recorder.js';
import { CLOCK } from '../platform/tokens.js';
import { InvitationsRepository, type InvitationKey } from './invitations.repository.js';
import { InvitationRefused } from './people.errors.js';

/** What an invited person does before there is a session: claim once, and ask how far it is. */
@Injectable()
export class Claims {
  constructor(
    private readonly acts: StatementActs,
    private readonly database: Database,
    private readonly repository: InvitationsRepository,
    private readonly audit: AuditRecorder,
    private readonly passkeys: Passkeys,
    @Inject(CLOCK) private readonly clock: Clock,
  ) {}

  /** A number for the passkeys of a claim: the same for everybody. */
  async options(): Promise<PasskeyOptions> {
    return this.passkeys.options('claim', null);
  }

  /**
   * Spends the code. Throws `invitation.refused` for every reason alike. A wrong code is counted in a
   * transaction of its own, so that it counts although the claim is refused; the fifth ends the invitation.
   */
  async claim(
    act: ActContext,
    { wire, code, passkeys }: ClaimRequest,
  ): Promise<InvitationStanding> {
    const claim = readClaim(wire);
    const brought = await this.passkeys.take(passkeys);
    const nowMs = this.clock.nowMs();
    const codeHash = invitationCodeHash(parseBase64Url(code));
    const isCode = await this.database.beforeSignIn((tx) =>
      this.repository.tryCode(tx, claim ?? NOBODY, { codeHash, nowMs }),
    );
    const signed = { ...act, attest: { claim: wire } };
    return this.acts.run(signed, { kind: 'claim', wire }, async (at) => {
      if (claim === null || !isCode || claim.codeHash !== codeHash) throw refused();
      const made = await this.#assertDeviceAllowed(at, claim, brought);
      if (!(await this.repository.claim(at.tx, claim, { codeHash, wire, nowMs }))) throw refused();
      if (!(await this.passkeys.keepClaimed(at, claim, made))) throw refused();
      const { personId } = await this.#find(at, claim);
      await this.audit.record(at, claimedEvent(claim.state, personId), {
        personId: parseId(personId),
        state: claim.state,
        deviceId: parseId(claim.deviceId),
      });
      return { invitationId: claim.invitationId, personId: parseId(personId), step: 'claimed' };
    });
  }

  /** How far the ceremony is, for the device that claimed. Throws `invitation.refused`. */
  async poll(wire: string): Promise<InvitationStanding> {
    return this.database.beforeSignIn(async (tx) => {
      const { row, claim } = await this.#provePoll({ tx }, wire);
      const { invitationId } = claim;
      return { invitationId, personId: parseId(row.personId), step: row.step };
    });
  }

  async #provePoll(at: Pick<ActTransaction, 'tx'>, wire: string) {
    try {
      const poll = parseClaimPoll(wire);
      const row = await this.#find(at, poll);
      const claim = verifyClaim(row.claimWire);
      verifyClaimPoll(wire, claim.signKey, this.clock.nowMs());
      return { row, claim };
    } catch (cause) {
      throw isDomainError(cause, 'statement.refused') ? refused(cause) : cause;
    }
  }

  async #find({ tx }: Pick<ActTransaction, 'tx'>, key: InvitationKey) {
    const row = await this.repository.findClaimed(tx, key);
    if (row === null) throw refused();
    return row;
  }

  // A program where the State allows it, without a passkey; a browser with passkeys that were made for it, no more
  // and
  // no fewer than the claim names.
  async #assertDeviceAllowed(
    { tx }: ActTransaction,
    claim: Claim,
    brought: BroughtPasskeys,
  ): Promise<readonly NewPasskey[]> {
    const made = await this.passkeys.judge(tx, brought, { ...claim, flow: 'claim' });
    const refs = made?.map(({ ref }) => ref) ?? [];
    const isNamed = refs.toSorted().join() === claim.authenticators.toSorted().join();
    if (made === null || !isNamed || (claim.platform === 'browser') !== refs.length > 0) {
      throw refused();
    }
    return made;
  }
}

/** An invitation that exists nowhere: a claim that cannot be read costs the same look as one that can. */
const NOBODY: InvitationKey = {
  state: 'XR',
  invitationId: '00000000-0000-7000-8000-000000000000',
};

function readClaim(wire: string): Claim | null {
  try {
    return verifyClaim(wire);
  } catch (error) {
    if (!isDomainError(error, 'statement.refused')) throw error;
    return null;
  }
}

function refused(cause?: unknown): InvitationRefused {
  return new InvitationRefused('the claim opens no invitation', { cause });
}

function claimedEvent(state: Claim['state'], personId: string) {
  return {
    type: 'person.claimed',
    outcome: 'success',
    object: { type: 'person', id: personId, ownerState: state },
    states: [state],
    fields: {},
  } as const;
}
