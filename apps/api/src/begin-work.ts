import type { INestApplicationContext } from '@nestjs/common';

import { CleaningRounds } from './attachments/cleaning-rounds.js';
import { DetectionRounds } from './audit/alerts/detection-rounds.js';
import { RetentionRounds } from './audit/erasure/retention-rounds.js';
import { BreakGlassRounds } from './breakglass/breakglass-rounds.service.js';
import { AnnouncedKeys } from './directory/announced-keys.service.js';
import type { Database } from './platform/database/database.js';
import { Backlog } from './platform/backlog/backlog.js';
import { ManifestRounds } from './platform/manifests/manifest-rounds.js';
import { Metrics } from './platform/metrics/metrics.js';
import type { SocketAdapter } from './platform/realtime/socket-adapter.js';
import { WitnessRounds } from './platform/witnesses/witness-rounds.js';
import { TermRounds } from './threads/keeping/term-rounds.js';
import { Sequencer } from './platform/sequencer/sequencer.js';

/** Starts what a node does by itself, and shows what it is busy with. Ends with the application. */
export function beginWork(
  app: INestApplicationContext,
  { database, sockets }: { readonly database: Database; readonly sockets: SocketAdapter },
): void {
  const metrics = app.get(Metrics);
  metrics.observe('enlace_sockets', 'Sockets that were let in', () => ({
    connected: sockets.sockets().length,
  }));
  metrics.observe('enlace_database_pool', 'Connections of the pool, and acts that wait', () => ({
    ...database.poolUse(),
  }));
  const sequencer = app.get(Sequencer);
  const rounds = app.get(WitnessRounds);
  sequencer.tellSigned((stream) => rounds.signed(stream));
  // Nothing is signed before the witnesses were asked: a database that was set back does not know what it promised.
  void rounds.compare().finally(() => sequencer.start());
  rounds.start();
  app.get(Backlog).start();
  app.get(DetectionRounds, { strict: false }).start();
  app.get(CleaningRounds, { strict: false }).start();
  app.get(RetentionRounds, { strict: false }).start();
  app.get(TermRounds, { strict: false }).start();
  app.get(AnnouncedKeys).start();
  app.get(BreakGlassRounds).start();
  app.get(ManifestRounds).start();
}
