import { cp, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
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

  private constructor(
    private node: StartedNode,
    private readonly place: {
      readonly known: Omit<SeatedServer, 'url'>;
      readonly start: (port: string) => Promise<StartedNode>;
      readonly beside: (env: Readonly<Record<string, string>>) => Promise<StartedNode>;
      readonly remove: () => Promise<void>;
    },
  ) {
    this.api = { ...place.known, url: node.url };
  }

  /** `env`: settings of the process besides. */
  static async begin(env: Readonly<Record<string, string>> = {}): Promise<KilledNode> {
    const region = await aPresentRegion();
    const database = await freshDatabase();
    const folder = await mkdtemp(join(tmpdir(), 'enlace-killed-'));
    const dataDir = join(folder, 'data');
    await mkdir(dataDir, { mode: 0o700 });
    await writeFile(join(dataDir, 'trust-store.json'), region.trustStoreText);
    await plantStatements(database, region);
    const aheadMs = region.nowMs - systemClock.nowMs();
    const settings = {
      DATABASE_URL: database.url('enl_app'),
      DATABASE_SEQUENCER_URL: database.url('enl_sequencer'),
      DATABASE_AUDITOR_URL: database.url('enl_auditor'),
      DATABASE_DELIVERY_URL: database.url('enl_delivery'),
      AHEAD_MS: String(aheadMs),
      ...env,
    };
    const start = async (port: string) =>
      startNode({ ...settings, PORT: port, ENLACE_DATA: dataDir });
    const beside = async (more: Readonly<Record<string, string>>) => {
      const other = join(folder, 'beside');
      await cp(dataDir, other, { recursive: true });
      return startNode({ ...settings, PORT: '0', ENLACE_DATA: other, ...more });
    };
    const clock = { ms: region.nowMs, nowMs: () => systemClock.nowMs() + aheadMs };
    return new KilledNode(await start('0'), {
      known: { region, database, clock },
      start,
      beside,
      remove: async () => {
        await database.drop();
        await rm(folder, { recursive: true, force: true });
      },
    });
  }

  /** At the same address. */
  async killAndRestart(): Promise<void> {
    await this.node.kill();
    this.node = await this.place.start(new URL(this.node.url).port);
  }

  /** A second process on the same database, with the keys of the first; whoever starts it ends it. */
  async beside(env: Readonly<Record<string, string>>): Promise<StartedNode> {
    return this.place.beside(env);
  }

  async close(): Promise<void> {
    await this.node.end();
    await this.place.remove();
  }
}
