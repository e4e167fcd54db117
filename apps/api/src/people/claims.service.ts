import type { InvitationStanding } from '@enlace/contracts';
import { isDomainError, parseBase64Url, parseId, type Clock } from '@enlace/kernel';
import {
  invitationCodeHash,
  keyId,
  parseClaimPoll,
  parseStatement,
  policyOf,
  StatementRefused,
  verifyClaim,
  verifyClaimPoll,
  type Claim,
  type DeviceCert,
} from '@enlace/trust';
import { Inject, Injectable } from '@nestjs/common';

import { DirectoryLog } from '../directory/directory-log.js';
import { StatementActs } from '../directory/statement-acts.js';
import type { ActContext, ActTransaction } from '../platform/access/act.js';
import { Database } from '../platform/database/database.js';
import { AuditRecorder } from '../platform/tlog/audit-recorder.js';
import { CLOCK } from '../platform/tokens.js';
import { InvitationsRepository, type InvitationKey } from './invitations.repository.js';
import { InvitationRefused, InvitationStep } from './people.errors.js';

/** What an invited person does before there is a session: claim once, ask how far it is, hand in the first device. */
@Injectable()
export class Claims {
  constructor(
    private readonly acts: StatementActs,
    private readonly database: Database,
    private readonly log: DirectoryLog,
    private readonly repository: InvitationsRepository,
    private readonly audit: AuditRecorder,
    @Inject(CLOCK) private readonly clock: Clock,
  ) {}

  /**
   * Spends the code. Throws `invitation.refused` for every reason alike. A wrong code is counted in a
   * transaction of its own, so that it counts although the claim is refused; the fifth ends the invitation.
   */
  async claim(
    act: ActContext,
    { wire, code }: { readonly wire: string; readonly code: string },
  ): Promise<InvitationStanding> {
    const claim = readClaim(wire);
    const nowMs = this.clock.nowMs();
    const codeHash = invitationCodeHash(parseBase64Url(code));
    const isCode = await this.database.beforeSignIn((tx) =>
      this.repository.tryCode(tx, claim ?? NOBODY, { codeHash, nowMs }),
    );
    const signed = { ...act, attest: { claim: wire } };
    return this.acts.run(signed, { kind: 'claim', wire }, async (at) => {
      if (claim === null || !isCode || claim.codeHash !== codeHash) throw refused();
      await this.#assertDeviceAllowed(at, claim);
      if (!(await this.repository.claim(at.tx, claim, { codeHash, wire, nowMs }))) throw refused();
      const { personId } = await this.#find(at, claim);
      await this.#record(at, 'person.claimed', { ...claim, personId });
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

  /**
   * The certificate of the device that claimed, signed by the identity key that two registrars certified. Throws
   * `invitation.refused`, `invitation.step`, `statement.refused`.
   */
  async enrolDevice(
    act: ActContext,
    invitationId: string,
    wire: string,
  ): Promise<InvitationStanding> {
    const signed = { ...act, attest: { statement: wire } };
    return this.acts.run(signed, { kind: 'device-cert', wire }, async (at) => {
      const { body } = parseStatement(wire);
      if (body.type !== 'device-cert') throw new StatementRefused('type');
      const row = await this.#find(at, { state: body.state, invitationId });
      if (row.step !== 'certified') throw new InvitationStep(row.step);
      const claim = verifyClaim(row.claimWire);
      assertAsClaimed(body, { claim, personId: row.personId });
      await this.log.append(at, wire);
      await this.#record(at, 'device.enrolled', { ...claim, personId: row.personId });
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

  async #assertDeviceAllowed({ tx }: ActTransaction, claim: Claim): Promise<void> {
    const policy = policyOf(await this.log.current(tx), claim.state);
    // A browser brings passkeys, and no registration of one is verified yet: what nobody checked is not certified.
    const isProgram = claim.platform === 'cli' && claim.authenticators.length === 0;
    if (!isProgram || !policy.allowCliDevices) throw refused();
  }

  async #record(
    at: ActTransaction,
    type: 'person.claimed' | 'device.enrolled',
    who: Pick<Claim, 'state' | 'deviceId' | 'signKey' | 'platform'> & { readonly personId: string },
  ): Promise<void> {
    const { state, personId, deviceId, signKey, platform } = who;
    const signer = {
      personId: parseId<never>(personId),
      state,
      deviceId: parseId<never>(deviceId),
    };
    const common = { outcome: 'success', states: [state] } as const;
    if (type === 'person.claimed') {
      const object = { type: 'person', id: personId, ownerState: state } as const;
      await this.audit.record(at, { ...common, type, object, fields: {} }, signer);
      return;
    }
    const object = { type: 'device', id: deviceId, ownerState: state } as const;
    const fields = { fingerprint: keyId(parseBase64Url(signKey)), platform };
    await this.audit.record(at, { ...common, type, object, fields }, signer);
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

function assertAsClaimed(
  body: DeviceCert,
  { claim, personId }: { readonly claim: Claim; readonly personId: string },
): void {
  const isAsClaimed =
    body.personId === personId &&
    body.deviceId === claim.deviceId &&
    body.signKey === claim.signKey &&
    body.kemKey === claim.kemKey &&
    body.platform === claim.platform &&
    body.authenticators.join() === claim.authenticators.join();
  if (!isAsClaimed) throw new StatementRefused('not-as-claimed');
}
