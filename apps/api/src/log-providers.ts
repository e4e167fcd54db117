import { join } from 'node:path';

import { systemRandom, type Clock } from '@enlace/kernel';
import type { Provider } from '@nestjs/common';

import type { Foundation } from './foundation.js';
import type { ServerConfig } from './platform/config/config.js';
import type { Log } from './platform/logging/log.js';
import { BackupRecord } from './platform/backup/backup-record.js';
import { BackupRounds } from './platform/backup/backup-rounds.js';
import { attachmentsIn } from './platform/backup/kept-files.js';
import { Backlog } from './platform/backlog/backlog.js';
import { ManifestRounds } from './platform/manifests/manifest-rounds.js';
import { HighWaterFiles } from './platform/sequencer/high-water.js';
import { LossRulings } from './platform/sequencer/loss-rulings.js';
import { NextLogs } from './platform/sequencer/next-logs.js';
import { Sequencer } from './platform/sequencer/sequencer.js';
import { EventWriter } from './platform/tlog/event-writer.js';
import { OPENED_LOGS } from './platform/tokens.js';
import { Cosignatures } from './platform/witnesses/cosignatures.js';
import { WitnessList } from './platform/witnesses/witness-list.js';
import { WitnessRounds } from './platform/witnesses/witness-rounds.js';

interface LogGround {
  readonly config: ServerConfig;
  readonly log: Log;
  readonly clock: Clock;
  readonly foundation: Pick<Foundation, 'backup' | 'database' | 'sequencer' | 'writer' | 'keys'>;
}

/** What keeps the logs: the sequencer, what witnesses said, and the rounds in which they are asked. */
export function logProviders({ config, log, clock, foundation }: LogGround): Provider[] {
  const { sequencer: database, writer, keys } = foundation;
  const ports = { database, writer, clock, random: systemRandom, log };
  return [
    ...backupProviders({ config, log, clock, foundation }),
    { provide: OPENED_LOGS, useValue: keys },
    { provide: EventWriter, useValue: writer },
    {
      provide: Backlog,
      useFactory: () =>
        new Backlog({
          ...ports,
          sequencer: database,
          database: foundation.database,
          dataDir: config.dataDir,
        }),
    },
    {
      provide: Sequencer,
      useFactory: (next: NextLogs, rulings: LossRulings) =>
        new Sequencer({
          ...ports,
          next,
          rulings,
          signers: keys.signers,
          highWater: new HighWaterFiles(config.dataDir),
        }),
      inject: [NextLogs, LossRulings],
    },
    { provide: ManifestRounds, useFactory: () => new ManifestRounds(ports) },
    {
      provide: Cosignatures,
      useFactory: (witnesses: WitnessList) => new Cosignatures({ ...ports, witnesses }),
      inject: [WitnessList],
    },
    {
      provide: WitnessRounds,
      useFactory: (cosignatures: Cosignatures, sequencer: Sequencer) =>
        new WitnessRounds({
          database: foundation.database,
          cosignatures,
          urls: config.witnessUrls,
          log,
          onContradiction: async (stream, cause) => sequencer.halt(stream, cause),
        }),
      inject: [Cosignatures, Sequencer],
    },
  ];
}

/** The rounds are `null` where nobody asked for a backup. */
function backupProviders({ config, log, clock, foundation }: LogGround): Provider[] {
  const { database, writer, backup } = foundation;
  const { dataDir } = config;
  const attachments = config.attachments.s3 === null ? attachmentsIn(config) : null;
  const ports = { clock, random: systemRandom, log, dataDir };
  return [
    {
      provide: BackupRecord,
      useFactory: () =>
        new BackupRecord({ ...ports, database, writer, cluster: join(dataDir, 'postgres') }),
    },
    {
      provide: BackupRounds,
      useFactory: (record: BackupRecord) =>
        backup === null ? null : new BackupRounds({ ...ports, ...backup, attachments, record }),
      inject: [BackupRecord],
    },
  ];
}
