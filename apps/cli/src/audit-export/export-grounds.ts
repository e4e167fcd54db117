import { setTimeout as pause } from 'node:timers/promises';
import type { ExportGrounds } from '@enlace/client';
import { systemClock } from '@enlace/kernel';
import type { Auditor } from '../audit/auditor.js';
import type { EnrolledHome } from '../home/enrolled-home.js';
import { openDirectory, syncDirectory } from '../home/held-directory.js';

/** With what this home makes a file. */
export function groundsOf(home: EnrolledHome, auditor: Auditor): ExportGrounds {
  const { deviceCert, keys } = home.profile;
  return {
    session: auditor.plain,
    replica: async () => {
      const replica = await openDirectory(home);
      await syncDirectory(replica, auditor.plain);
      return replica;
    },
    device: { deviceCert, signSeed: keys.signSeed },
    logs: {
      witnessed: async (origin) => (await auditor.log(origin)).checkpoint('witnessed'),
      readTile: async (origin, tile) => (await auditor.log(origin)).readTile(tile),
    },
    clock: systemClock,
    pause,
  };
}
