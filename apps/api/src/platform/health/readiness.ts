import { statfs } from 'node:fs/promises';

import { Inject, Injectable } from '@nestjs/common';

import type { ServerConfig } from '../config/config.js';
import { Database } from '../database/database.js';
import { Lifecycle } from '../lifecycle.js';
import { errorFields } from '../logging/error-fields.js';
import type { Log } from '../logging/log.js';
import { CONFIG, LOG } from '../tokens.js';

/** Share of the data folder's disk that must be free: below it, appends would fail soon. */
const FREE_DISK_SHARE = 0.05;

/** Whether this node should get requests: it is not going away, its database takes writes and its disk has room. */
@Injectable()
export class Readiness {
  constructor(
    @Inject(CONFIG) private readonly config: ServerConfig,
    @Inject(LOG) private readonly log: Log,
    private readonly database: Database,
    private readonly lifecycle: Lifecycle,
  ) {}

  async isReady(): Promise<boolean> {
    if (this.lifecycle.isDraining) return false;
    try {
      await Promise.all([this.database.probeWrite(), assertFreeDisk(this.config.dataDir)]);
      return true;
    } catch (error) {
      this.log.warn('readiness.failing', errorFields(error));
      return false;
    }
  }
}

async function assertFreeDisk(folder: string): Promise<void> {
  const { bavail, blocks } = await statfs(folder);
  if (bavail <= blocks * FREE_DISK_SHARE) throw new DiskFull();
}

class DiskFull extends Error {
  override readonly name = 'DiskFull';
}
