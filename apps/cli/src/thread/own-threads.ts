import { setTimeout as pause } from 'node:timers/promises';
import { auditTrustOf, Threads, type Patience, type Session } from '@enlace/client';
import { mlsPort } from '@enlace/e2ee';
import { systemClock, systemRandom } from '@enlace/kernel';
import type { Invocation } from '../command-line/verb.js';
import type { AskingHome } from '../home/enrolled-home.js';
import { openDirectory, syncDirectory } from '../home/held-directory.js';
import { personOf } from '../home/kept-vault.js';
import { statementsOf } from '../home/own-record.js';
import { withSessionHome } from '../home/session-home.js';

/** A command waits for a server that gives no answer as long as a person does; what was done waits in the home. */
const PATIENCE: Patience = { tries: 4, pause: async (ms) => pause(ms) };

/** The threads of a home, and who asks. */
export interface OwnThreads {
  readonly home: AskingHome;
  readonly session: Session;
  readonly threads: Threads;
}

/**
 * Works with the threads of the home, after taking in what is new in the directory. Throws as `withSessionHome`,
 * `directory.refused`.
 */
export async function withOwnThreads(
  invocation: Invocation,
  act: (own: OwnThreads) => Promise<number>,
): Promise<number> {
  return withSessionHome(invocation, async (home, session) => {
    const replica = await openDirectory(home);
    const refreshDirectory = async () => void (await syncDirectory(replica, session));
    await refreshDirectory();
    const { deviceId, signSeed, kemSeed } = home.profile.keys;
    const threads = new Threads({
      session,
      store: home.store,
      device: { self: { deviceId, personId: personOf(home) }, signSeed, kemSeed },
      groups: mlsPort(systemRandom),
      directory: () => replica.directory,
      refreshDirectory,
      trust: () => auditTrustOf(replica.directory),
      statements: statementsOf(home),
      clock: systemClock,
      random: systemRandom,
      patience: PATIENCE,
    });
    return act({ home, session, threads });
  });
}
