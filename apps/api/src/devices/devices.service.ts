import type { DeviceSummary, StatementAccepted } from '@enlace/contracts';
import { parseStatement, StatementRefused, type DeviceCert, type Revocation } from '@enlace/trust';
import { Injectable } from '@nestjs/common';

import { DirectoryLog } from '../directory/directory-log.js';
import { StatementActs } from '../directory/statement-acts.js';
import type { ActContext, ActTransaction } from '../platform/access/act.js';
import { Permissions } from '../platform/access/permissions.js';
import { getSession } from '../platform/access/acting-session.js';
import { SessionEndings } from '../platform/realtime/session-endings.js';
import { AuditRecorder } from '../platform/tlog/audit-recorder.js';
import { aboutDevice, deviceEvent } from './device-event.js';
import { DeviceNotFound } from './devices.errors.js';
import { DevicesRepository } from './devices.repository.js';

/** The devices of a person: listed, and given up by the person's own key or by one registrar. */
@Injectable()
export class Devices {
  constructor(
    private readonly acts: StatementActs,
    private readonly permissions: Permissions,
    private readonly log: DirectoryLog,
    private readonly repository: DevicesRepository,
    private readonly audit: AuditRecorder,
    private readonly sessions: SessionEndings,
  ) {}

  /**
   * From the commit on no session of the device is valid. Throws `device.not-found` for whoever is neither the
   * person nor a registrar of the State, `statement.refused`.
   */
  async revoke(act: ActContext, deviceId: string, wire: string): Promise<StatementAccepted> {
    return this.acts.run(act, { kind: 'revocation', wire }, async (at) => {
      const { body } = parseStatement(wire);
      if (body.type !== 'revocation') throw new StatementRefused('type');
      const device = await this.#target(at, { revocation: body, deviceId });
      this.permissions.assert(at, 'device.revoke', {
        about: aboutDevice(device),
        absent: 'device.not-found',
      });
      const { index, statement, signers } = await this.log.append(at, wire);
      const { personId } = getSession(at);
      if (!signers.some(({ id }) => id === personId)) throw new StatementRefused('signer');
      const said = { statementHash: statement.id, cause: body.reason };
      await this.audit.record(at, deviceEvent('device.revoked', device, said));
      await this.sessions.revoke(at, { deviceId });
      return { index, statementId: statement.id };
    });
  }

  /** The devices of the person who asks. */
  async list(act: ActContext): Promise<readonly DeviceSummary[]> {
    return this.acts.run(act, { kind: 'device-cert', wire: '' }, async (at) => {
      const { personId, state } = getSession(at);
      this.permissions.assert(at, 'device.renew', {
        about: { type: 'person', id: personId, ownerState: state, personId },
      });
      return this.repository.findOwn(at.tx, { state, personId });
    });
  }

  // The path names the device; the statement names a certificate, which must be one of that device.
  async #target(
    { tx }: ActTransaction,
    { revocation, deviceId }: { readonly revocation: Revocation; readonly deviceId: string },
  ): Promise<DeviceCert> {
    const { statements } = await this.log.current(tx);
    const body = statements.get(revocation.target)?.statement.body;
    if (body?.type !== 'device-cert' || body.deviceId !== deviceId) {
      throw new DeviceNotFound('no such device');
    }
    return body;
  }
}
