import { decodeBeacon } from '@enlace/contracts';
import type { Clock } from '@enlace/kernel';
import { isBeaconSignedBy } from '@enlace/trust';
import { Inject, Injectable } from '@nestjs/common';

import { DirectoryLog } from '../../directory/directory-log.js';
import type { ActContext } from '../../platform/access/act.js';
import { getSession } from '../../platform/access/acting-session.js';
import { Acts } from '../../platform/access/acts.js';
import { Permissions } from '../../platform/access/permissions.js';
import { beaconName, hintAfterCommit } from '../../platform/bus/hint.js';
import { Refusal } from '../../platform/problem/refusal.js';
import { CLOCK } from '../../platform/tokens.js';
import { aboutThread } from '../judging/thread-about.js';
import { certified } from '../judging/thread-facts.js';
import { readBytes } from '../read-bytes.js';
import { ThreadsRepository } from '../threads.repository.js';
import { BeaconsRepository } from './beacons.repository.js';

/** How far devices say that they have read, so that the others notice whom the end of a log is withheld from. */
@Injectable()
export class Beacons {
  constructor(
    private readonly acts: Acts,
    private readonly permissions: Permissions,
    private readonly directory: DirectoryLog,
    private readonly threads: ThreadsRepository,
    private readonly beacons: BeaconsRepository,
    @Inject(CLOCK) private readonly clock: Clock,
  ) {}

  /**
   * Keeps the beacon when it is newer than the last of its device, and lets the others in the thread know. What it says
   * of the log is for them to judge: one that is ahead of this server is what they have to hear of. Throws
   * `entry.malformed`, `entry.signature`, `thread.not-found`, `device.refused`.
   */
  async keep(act: ActContext, text: string, threadId?: string): Promise<void> {
    const bytes = readBytes(text);
    const { beacon, ...sealed } = decodeBeacon(bytes);
    if (threadId !== undefined && beacon.threadId !== threadId)
      throw new Refusal('entry.malformed');
    await this.acts.run(act, async (at) => {
      const thread = await this.threads.find(at.tx, beacon.threadId);
      if (thread === null) throw new Refusal('thread.not-found');
      this.permissions.assert(at, 'thread.beacon', {
        about: aboutThread(thread),
        absent: 'thread.not-found',
      });
      const { deviceId } = getSession(at);
      if (beacon.deviceId !== deviceId) throw new Refusal('device.refused');
      const directory = await this.directory.current(at.tx);
      const { signKey } = certified(directory, deviceId, this.clock.nowMs());
      if (!isBeaconSignedBy(sealed, signKey)) throw new Refusal('entry.signature');
      const isNew = await this.beacons.keep(at.tx, beacon, bytes);
      if (isNew) hintAfterCommit(at, { beacons: new Set([beaconName(beacon)]) });
    });
  }
}
