import type { InvitationStanding } from '@enlace/contracts';
import { parseId, type DeviceId, type PersonId } from '@enlace/kernel';
import {
  parseStatement,
  StatementRefused,
  verifyClaim,
  type Claim,
  type DeviceCert,
} from '@enlace/trust';
import { Injectable } from '@nestjs/common';

import { deviceEvent } from '../devices/device-event.js';
import { DirectoryLog } from '../directory/directory-log.js';
import { StatementActs } from '../directory/statement-acts.js';
import { Passkeys } from '../passkeys/passkeys.service.js';
import type { ActContext } from '../platform/access/act.js';
import { AuditRecorder } from '../platform/tlog/audit-recorder.js';
import { InvitationsRepository } from './invitations.repository.js';
import { InvitationRefused, InvitationStep } from './people.errors.js';

/** The first device of a person, handed in before there is a session. */
@Injectable()
export class ClaimedDevices {
  constructor(
    private readonly acts: StatementActs,
    private readonly log: DirectoryLog,
    private readonly repository: InvitationsRepository,
    private readonly audit: AuditRecorder,
    private readonly passkeys: Passkeys,
  ) {}

  /**
   * The certificate of the device that claimed, signed by the identity key that two registrars certified. Throws
   * `invitation.refused`, `invitation.step`, `statement.refused`.
   */
  async enrol(act: ActContext, invitationId: string, wire: string): Promise<InvitationStanding> {
    const signed = { ...act, attest: { statement: wire } };
    return this.acts.run(signed, { kind: 'device-cert', wire }, async (at) => {
      const { body } = parseStatement(wire);
      if (body.type !== 'device-cert') throw new StatementRefused('type');
      const { state, deviceId, authenticators: after } = body;
      const row = await this.repository.findClaimed(at.tx, { state, invitationId });
      if (row === null) throw new InvitationRefused('the claim opens no invitation');
      if (row.step !== 'certified') throw new InvitationStep(row.step);
      assertAsClaimed(body, { claim: verifyClaim(row.claimWire), personId: row.personId });
      const { statement } = await this.log.append(at, wire);
      const personId = parseId<PersonId>(row.personId);
      const signer = { state, personId, deviceId: parseId<DeviceId>(deviceId) };
      const said = { statementHash: statement.id };
      await this.audit.record(at, deviceEvent('device.enrolled', body, said), signer);
      await this.passkeys.record(at, { state, personId, deviceId, before: [], after });
      return { invitationId, personId, step: row.step };
    });
  }
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
