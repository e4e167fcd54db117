import type { TellProgress, ThreadFiles } from '@enlace/client';
import { sodiumHashing } from '@enlace/e2ee';

import type { Desk } from '../threads/workroom.js';
import { OpfsSpool } from './opfs-spool.js';

const spools = new Map<string, OpfsSpool>();

/** Files of the threads of a desk; whoever moves one tells how far it is. One spool for each device. */
export function filesOf({ threads, seat }: Desk, tell: TellProgress = () => {}): ThreadFiles {
  const { deviceId } = seat.profile;
  const spool = spools.get(deviceId) ?? new OpfsSpool(deviceId);
  spools.set(deviceId, spool);
  return threads.files({ spool, hashing: sodiumHashing, tell });
}
