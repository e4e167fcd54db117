import type { DirectorySource } from '@enlace/client';
import { parseUtf8 } from '@enlace/kernel';

import { DirectoryRepository } from '../../../apps/api/src/directory/directory.repository.js';
import { Database } from '../../../apps/api/src/platform/database/database.js';
import { PublishedLogs } from '../../../apps/api/src/platform/logs/published-logs.js';
import type { Server } from '../../../apps/api/src/server.js';

/** The statements log as a server in this process has it, for a client that replicates it. */
export function directorySourceOf({ app }: Server): DirectorySource {
  const repository = app.get(DirectoryRepository, { strict: false });
  return {
    statements: async (from, limit) =>
      app.get(Database).asServer((tx) => repository.findStatements(tx, { from, limit })),
    checkpoint: async () => {
      const logs = app.get(PublishedLogs);
      const log = await logs.find('directory', '');
      const note = log === null ? null : await logs.checkpoint(log);
      return note === null ? null : parseUtf8(note);
    },
  };
}
