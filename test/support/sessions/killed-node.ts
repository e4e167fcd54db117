import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { systemClock } from '@enlace/kernel';
import { freshDatabase } from '@enlace/testing';

import { aPresentRegion, plantStatements } from '../people/region-directory.js';
import type { SeatedServer } from './seated-device.js';
import { startNode, type StartedNode } from './two-nodes.js';

/** One process of the real server that tests kill and start again, on the same database and folder. */
export class KilledNode {
  /** As clients see it: nobody reaches into the process itself. */
  readonly api: SeatedServer;
  #url: string;

  private constructor(
    private node: StartedNode,
    private readonly place: {
      readonly known: Omit<SeatedServer, 'url'>;
      readonly start: () => Promise<StartedNode>;
      readonly remove: () => Promise<void>;
    },
  ) {
    this.#url = node.url;
    const url = () => this.#url;
    this.api = {
      ...place.known,
      get url() {
        return url();
      },
    };
  }

  static async begin(): Promise<KilledNode> {
    const region = await aPresentRegion();
    const database = await freshDatabase();
    const folder = await mkdtemp(join(tmpdir(), 'enlace-killed-'));
    const dataDir = join(folder, 'data');
    await mkdir(dataDir, { mode: 0o700 });
    await writeFile(join(dataDir, 'trust-store.json'), region.trustStoreText);
    await plantStatements(database, region);
    const aheadMs = region.nowMs - systemClock.nowMs();
    const start = async () =>
      startNode({
        DATABASE_URL: database.url('enl_app'),
        DATABASE_SEQUENCER_URL: database.url('enl_sequencer'),
        DATABASE_AUDITOR_URL: database.url('enl_auditor'),
        DATABASE_DELIVERY_URL: database.url('enl_delivery'),
        ENLACE_DATA: dataDir,
        AHEAD_MS: String(aheadMs),
      });
    const clock = { ms: region.nowMs, nowMs: () => systemClock.nowMs() + aheadMs };
    return new KilledNode(await start(), {
      known: { region, database, clock },
      start,
      remove: async () => {
        await database.drop();
        await rm(folder, { recursive: true, force: true });
      },
    });
  }

  async killAndRestart(): Promise<void> {
    await this.node.kill();
    this.node = await this.place.start();
    this.#url = this.node.url;
  }

  async close(): Promise<void> {
    await this.node.end();
    await this.place.remove();
  }
}
