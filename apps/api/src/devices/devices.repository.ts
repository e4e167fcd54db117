import { formatInstant } from '@enlace/kernel';
import type { DeviceSummary } from '@enlace/contracts';
import { Injectable } from '@nestjs/common';

import type { Transaction } from '../platform/database/database.js';

interface Row {
  readonly device_id: string;
  readonly platform: DeviceSummary['platform'];
  readonly not_after: Date;
  readonly revoked_reason: string | null;
}

const OWN_SQL = `
SELECT device_id, platform, not_after, revoked_reason FROM app.devices
 WHERE state = $1 AND person_id = $2 ORDER BY device_id`;

/** All SQL of devices. */
@Injectable()
export class DevicesRepository {
  async findOwn(
    tx: Transaction,
    { state, personId }: { readonly state: string; readonly personId: string },
  ): Promise<readonly DeviceSummary[]> {
    const rows: readonly Row[] = await tx.query(OWN_SQL, [state, personId]);
    return rows.map((row) => ({
      deviceId: row.device_id,
      platform: row.platform,
      notAfter: formatInstant(row.not_after.getTime()),
      revokedReason: row.revoked_reason,
    }));
  }

  /** The key of the device that opened this session of recovery; `null` in every other session. */
  async findRecoveringKey(tx: Transaction): Promise<string | null> {
    const rows: readonly { key: string | null }[] = await tx.query(
      'SELECT guard.my_recovering_key() AS key',
    );
    return rows[0]?.key ?? null;
  }
}
