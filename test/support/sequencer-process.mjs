// A process that runs the sequencer of a node and nothing else, as it was built. It tells when it has committed a
// batch and not signed it yet, and waits there for a moment: between the two transactions, where a kill hurts most.
import { once } from 'node:events';
import { setTimeout as pause } from 'node:timers/promises';

import { systemClock, systemRandom } from '@enlace/kernel';

/** A module of the server as it was built. */
const built = async (path) =>
  import(new URL(`../../apps/api/dist/platform/${path}.js`, import.meta.url).href);
const { openDatabase } = await built('database/open-database');
const { createLog } = await built('logging/log');
const { HighWaterFiles } = await built('sequencer/high-water');
const { LogKeyFiles } = await built('sequencer/log-signer');
const { openLogs } = await built('sequencer/open-logs');
const { Sequencer } = await built('sequencer/sequencer');
const { EventWriter } = await built('tlog/event-writer');

/** Long enough for the kill to arrive. */
const BETWEEN_MS = 40;

const [databaseUrl, sequencerUrl, auditorUrl, deliveryUrl, dataDir] = process.argv.slice(2);

class TellingFiles extends HighWaterFiles {
  async write(origin, note) {
    process.send('between');
    await pause(BETWEEN_MS);
    await super.write(origin, note);
    process.send('written');
    await pause(BETWEEN_MS);
  }
}

const ports = { clock: systemClock, random: systemRandom };
const opened = await openDatabase(
  {
    dataDir: '',
    databaseUrl,
    sequencerUrl,
    auditorUrl,
    deliveryUrl,
    migrate: false,
    allowUnsyncedDatabase: true,
  },
  { log: { info: () => undefined, warn: () => undefined } },
);
const writer = new EventWriter({ ...ports, node: opened.database.nodeId });
const keys = new LogKeyFiles(dataDir, systemRandom);
const logs = { ...ports, database: opened.sequencer, keys, writer };
const { signers } = await openLogs('enlace.example', logs);
const sequencer = new Sequencer({
  ...ports,
  database: opened.sequencer,
  signers,
  next: { find: async () => null },
  highWater: new TellingFiles(dataDir),
  writer,
  log: createLog('error'),
});
sequencer.start();
process.send('ready');
await once(process, 'disconnect');
process.exit(0);
