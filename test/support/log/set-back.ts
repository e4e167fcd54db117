import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { canonicalJson, systemRandom } from '@enlace/kernel';
import type { DirectorySource } from '@enlace/client';
import type { FreshDatabase, Region } from '@enlace/testing';
import { formatVkey } from '@enlace/tlog';

import { AnnouncedKeys } from '../../../apps/api/src/directory/announced-keys.service.js';
import { readConfig } from '../../../apps/api/src/platform/config/config.js';
import { createLog } from '../../../apps/api/src/platform/logging/log.js';
import { LogKeyFiles } from '../../../apps/api/src/platform/sequencer/log-signer.js';
import { WitnessRounds } from '../../../apps/api/src/platform/witnesses/witness-rounds.js';
import { createServer, type Server } from '../../../apps/api/src/server.js';
import { aPresentRegion, plantStatements } from '../people/region-directory.js';
import type { SeatedServer } from '../sessions/seated-device.js';
import type { HandClock } from '../sessions/session-server.js';
import { until } from '../until.js';
import { directorySourceOf } from './directory-source.js';
import { startWitness, stateWitnesses, witnessUrls, type TestWitness } from './witnesses.js';
import { WAITING_SQL } from './witnessed-server.js';

/** A node of the deployment on one of its databases. */
export interface RunningNode extends SeatedServer {
  readonly server: Server;
  /** The statements log as this node serves it. */
  readonly source: DirectorySource;
  /** What the region has said since is logged; everything is signed and cosigned. */
  settle(): Promise<void>;
  stop(): Promise<void>;
}

/** A deployment with one witness whose node can be started on any state of its database. */
export class SetBackDeployment {
  private constructor(
    private readonly parts: {
      readonly region: Region;
      readonly clock: HandClock;
      readonly dataDir: string;
      readonly witness: TestWitness;
      readonly trustStoreText: string;
    },
  ) {}

  get region(): Region {
    return this.parts.region;
  }

  get clock(): HandClock {
    return this.parts.clock;
  }

  get dataDir(): string {
    return this.parts.dataDir;
  }

  get trustStoreText(): string {
    return this.parts.trustStoreText;
  }

  static async begin(): Promise<SetBackDeployment> {
    const witness = await startWitness('CR');
    const region = await aPresentRegion();
    stateWitnesses(region, [witness]);
    const clock: HandClock = { ms: region.nowMs, nowMs: () => clock.ms };
    const dataDir = await mkdtemp(join(tmpdir(), 'enlace-set-back-'));
    const keys = new LogKeyFiles(dataDir, systemRandom);
    const pin = async (name: string) => {
      const { key } = await keys.obtain(name);
      return { origin: key.name, vkey: formatVkey(key) };
    };
    const directory = await pin('directory.localhost');
    const audit = await pin(`audit.localhost/${new Date(clock.ms).getUTCFullYear()}`);
    const policy = `log ${directory.vkey}\nwitness CR ${witness.vkey}\nquorum CR\n`;
    const text = canonicalJson({ ...region.trustStore, directory, audit: [audit], policy });
    await writeFile(join(dataDir, 'trust-store.json'), text);
    witness.witness.trustLogs([directory.vkey, audit.vkey]);
    return new SetBackDeployment({ region, clock, dataDir, witness, trustStoreText: text });
  }

  /** A node that reaches the witness. Throws as `createServer`. */
  async start(database: FreshDatabase, ...args: readonly string[]): Promise<RunningNode> {
    return this.#start(database, args, witnessUrls([this.parts.witness]));
  }

  /** A node that reaches no witness: what it knows is in its folder and its database. */
  async startAlone(database: FreshDatabase, ...args: readonly string[]): Promise<RunningNode> {
    return this.#start(database, args, {});
  }

  async #start(
    database: FreshDatabase,
    args: readonly string[],
    witnesses: Readonly<Record<string, string>>,
  ): Promise<RunningNode> {
    const { region, clock, dataDir } = this;
    const config = readConfig(
      {
        PORT: '0',
        ENLACE_DATA: dataDir,
        DATABASE_URL: database.url('enl_app'),
        DATABASE_SEQUENCER_URL: database.url('enl_sequencer'),
        DATABASE_AUDITOR_URL: database.url('enl_auditor'),
        DATABASE_DELIVERY_URL: database.url('enl_delivery'),
        ...witnesses,
      },
      args,
    );
    const log = createLog('debug', { write: () => true });
    const server = await createServer(config, {
      log,
      allowUnsyncedDatabase: true,
      forTestsOnlyClock: clock,
    });
    const url = await server.listen();
    const settle = async (): Promise<void> => {
      await plantStatements(database, region);
      clock.ms = Math.max(clock.ms, region.nowMs);
      // What the log says of itself stands among the statements of the region.
      await server.app.get(AnnouncedKeys).announce();
      region.wires.push(...(await wiresOf(database, region.wires.length)));
      await until(async () => {
        const [row] = await database.asAdmin(WAITING_SQL);
        return row?.['waiting'] === 0 && row['unsigned'] === 0;
      });
      for (const stream of ['audit', 'directory'] as const) {
        await server.app.get(WitnessRounds).round(stream);
      }
    };
    const source = directorySourceOf(server);
    return {
      server,
      url,
      region,
      database,
      clock,
      source,
      settle,
      stop: async () => server.close(),
    };
  }

  async end(): Promise<void> {
    await this.parts.witness.close();
    await rm(this.dataDir, { recursive: true, force: true });
  }
}

async function wiresOf(database: FreshDatabase, from: number): Promise<readonly string[]> {
  const sql = 'SELECT wire FROM app.directory_statements WHERE place >= $1 ORDER BY place';
  return (await database.asAdmin(sql, [from])).map(({ wire }) => String(wire));
}
