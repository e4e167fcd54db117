import { statfs } from 'node:fs/promises';

import { Inject, Injectable } from '@nestjs/common';

import type { ServerConfig } from '../config/config.js';
import { Lifecycle } from '../lifecycle.js';
import { CONFIG } from '../tokens.js';

/** Share of the data folder's disk that must be free: below it, appends would fail soon. */
const FREE_DISK_SHARE = 0.05;

/** Whether this node should get requests: it is not going away and its disk has room. */
@Injectable()
export class Readiness {
  constructor(
    @Inject(CONFIG) private readonly config: ServerConfig,
    private readonly lifecycle: Lifecycle,
  ) {}

  async isReady(): Promise<boolean> {
    if (this.lifecycle.isDraining) return false;
    return hasFreeDisk(this.config.dataDir);
  }
}

async function hasFreeDisk(folder: string): Promise<boolean> {
  try {
    const { bavail, blocks } = await statfs(folder);
    return bavail > blocks * FREE_DISK_SHARE;
  } catch {
    return false; // a folder that cannot be asked cannot be written either
  }
}
