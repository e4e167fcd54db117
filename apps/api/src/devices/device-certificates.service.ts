import type { PasskeyOptions, StatementAccepted } from '@enlace/contracts';
import type { CertifyDeviceRequest } from '@enlace/contracts/dto';
import { currentOf, parseStatement, StatementRefused, type DeviceCert } from '@enlace/trust';
import { Injectable } from '@nestjs/common';

import { DirectoryLog } from '../directory/directory-log.js';
import { StatementActs } from '../directory/statement-acts.js';
import {
  Passkeys,
  type BroughtPasskeys,
  type PasskeyChange,
} from '../passkeys/passkeys.service.js';
import type { ActContext, ActTransaction } from '../platform/access/act.js';
import { getSession } from '../platform/access/acting-session.js';
import { Permissions } from '../platform/access/permissions.js';
import { AuditRecorder } from '../platform/tlog/audit-recorder.js';
import { aboutDevice, deviceEvent } from './device-event.js';
import { DevicesRepository } from './devices.repository.js';

/** Certificates of devices, signed by the identity key of their person, and the passkeys that they name. */
@Injectable()
export class DeviceCertificates {
  constructor(
    private readonly acts: StatementActs,
    private readonly permissions: Permissions,
    private readonly log: DirectoryLog,
    private readonly passkeys: Passkeys,
    private readonly audit: AuditRecorder,
    private readonly repository: DevicesRepository,
  ) {}

  /** A number for passkeys that this session will bring with a certificate. */
  async options(act: ActContext): Promise<PasskeyOptions> {
    const sessionId = await this.acts.run(act, { kind: 'device-cert', wire: '' }, async (at) => {
      const { sessionId: id, personId, state } = getSession(at);
      const about = { type: 'person', id: personId, ownerState: state, personId };
      this.permissions.assert(at, 'device.enrol', { about });
      return id;
    });
    return this.passkeys.options('device', sessionId);
  }

  /**
   * A further device, or the next certificate of one. It names passkeys that came along, or that the person has shown
   * before, and nothing else. Throws `access.denied`, `statement.refused`.
   */
  async certify(
    act: ActContext,
    { wire, passkeys }: CertifyDeviceRequest,
  ): Promise<StatementAccepted> {
    const brought = await this.passkeys.take(passkeys);
    return this.acts.run(act, { kind: 'device-cert', wire }, async (at) => {
      const { body } = parseStatement(wire);
      if (body.type !== 'device-cert') throw new StatementRefused('type');
      const isNew = body.serial === 1;
      this.permissions.assert(at, isNew ? 'device.enrol' : 'device.renew', {
        about: aboutDevice(body),
      });
      await this.#assertRecovering(at, body);
      const change = await this.#bring(at, body, brought);
      const { index, statement } = await this.log.append(at, wire);
      const said = { statementHash: statement.id };
      const type = isNew ? 'device.enrolled' : 'device.renewed';
      await this.audit.record(at, deviceEvent(type, body, said));
      await this.passkeys.record(at, change);
      return { index, statementId: statement.id };
    });
  }

  // A session of recovery certifies the device that it was opened by, with the key that signed then.
  async #assertRecovering(at: ActTransaction, body: DeviceCert): Promise<void> {
    const { acr, deviceId } = getSession(at);
    if (acr !== 'recovery') return;
    const key = await this.repository.findRecoveringKey(at.tx);
    if (body.deviceId !== deviceId || body.signKey !== key) {
      throw new StatementRefused('not-the-recovering-device');
    }
  }

  // A program has no passkey and a browser at least one; each was made for this device, or is the person's already.
  async #bring(
    at: ActTransaction,
    body: DeviceCert,
    brought: BroughtPasskeys,
  ): Promise<PasskeyChange> {
    const { state, personId, deviceId, platform, authenticators: after } = body;
    const { sessionId } = getSession(at);
    const bringing = { ...body, flow: 'device', sessionId } as const;
    const made = await this.passkeys.judge(at.tx, brought, bringing);
    if (made === null || made.some(({ ref }) => !after.includes(ref))) {
      throw new StatementRefused('passkey-unproven');
    }
    if ((platform === 'browser') !== after.length > 0) throw new StatementRefused('passkey-count');
    await this.passkeys.keepMine(at, made);
    const slot = { type: 'device-cert', state, subject: deviceId } as const;
    const known = currentOf(await this.log.current(at.tx), slot);
    const before = known?.statement.body.authenticators ?? [];
    const change = { state, personId, deviceId, before, after };
    await this.passkeys.assertProven(at, change);
    return change;
  }
}
