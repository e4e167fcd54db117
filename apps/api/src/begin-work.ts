import type { INestApplicationContext } from '@nestjs/common';

import { CleaningRounds } from './attachments/cleaning-rounds.js';
import { DetectionRounds } from './audit/alerts/detection-rounds.js';
import { RetentionRounds } from './audit/erasure/retention-rounds.js';
import { BreakGlassRounds } from './breakglass/breakglass-rounds.service.js';
import { AnnouncedKeys } from './directory/announced-keys.service.js';
import type { Database } from './platform/database/database.js';
import { BackupRecord } from './platform/backup/backup-record.js';
import { BackupRounds } from './platform/backup/backup-rounds.js';
import { Backlog } from './platform/backlog/backlog.js';
import { ManifestRounds } from './platform/manifests/manifest-rounds.js';
import { Metrics } from './platform/metrics/metrics.js';
import type { SocketAdapter } from './platform/realtime/socket-adapter.js';
import { WitnessRounds } from './platform/witnesses/witness-rounds.js';
import { TermRounds } from './threads/keeping/term-rounds.js';
import { Sequencer } from './platform/sequencer/sequencer.js';

/**
 * Starts what a node does by itself, and shows what it is busy with. Ends with the application. When it resolves, a
 * database that was set back behind what this node signed is in recovery: nobody is answered before.
 */
export async function beginWork(
  app: INestApplicationContext,
  { database, sockets }: { readonly database: Database; readonly sockets: SocketAdapter },
): Promise<void> {
  const metrics = app.get(Metrics);
  metrics.observe('enlace_sockets', 'Sockets that were let in', () => ({
    connected: sockets.sockets().length,
  }));
  metrics.observe('enlace_database_pool', 'Connections of the pool, and acts that wait', () => ({
    ...database.poolUse(),
  }));
  await app.get(BackupRecord).restored();
  const sequencer = app.get(Sequencer);
  const rounds = app.get(WitnessRounds);
  sequencer.tellSigned((stream) => rounds.signed(stream));
  await sequencer.lookBack();
  const backlog = app.get(Backlog);
  await backlog.look().catch(() => undefined);
  // Nothing is signed before the witnesses were asked: a database that was set back does not know what it promised.
  void rounds.compare().finally(() => sequencer.start());
  rounds.start();
  backlog.start();
  app.get(DetectionRounds, { strict: false }).start();
  app.get(CleaningRounds, { strict: false }).start();
  app.get(RetentionRounds, { strict: false }).start();
  app.get(TermRounds, { strict: false }).start();
  app.get(AnnouncedKeys).start();
  app.get(BreakGlassRounds).start();
  app.get(ManifestRounds).start();
  app.get<BackupRounds | null>(BackupRounds)?.start();
}
