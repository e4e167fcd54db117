import type { DirectoryAlert, DirectoryReplica } from '@enlace/client';
import { systemClock, toBase64Url } from '@enlace/kernel';
import { clockState, cryptoReady } from '@enlace/trust';
import { fillText } from '../command-line/error-texts.js';
import type { Text } from '../command-line/language.js';
import { findText } from '../command-line/option-values.js';
import { writeLine } from '../command-line/terminal.js';
import type { Invocation } from '../command-line/verb.js';
import { EXIT } from '../exit-codes.js';
import { readInputFile } from '../files/input-file.js';
import { withEnrolledHome } from '../home/enrolled-home.js';
import { openDirectory, ownChainIn, syncDirectory } from '../home/held-directory.js';
import { openKeptSession } from '../home/signed-in.js';

const TEXTS = {
  alert: { es: 'ALERTA {kind}: {detail}', en: 'ALERT {kind}: {detail}' },
  sound: {
    es: 'El directorio es íntegro: {size} declaraciones, raíz {root}, testigos {witnessed}.',
    en: 'The directory is sound: {size} statements, root {root}, witnesses {witnessed}.',
  },
  reserved: {
    es: 'Sin contradicciones hasta {size} declaraciones, pero con reservas: {reservation}.',
    en: 'Nothing contradicts itself up to {size} statements, with a reservation: {reservation}.',
  },
} as const satisfies Readonly<Record<string, Text>>;

/**
 * `enlace directory verify`: takes in what the server has, checks that it extends what this home has seen, and that the
 * own chain is in it. Ends with 2 when anything is not sound, with 1 when no quorum of witnesses stands behind it yet.
 */
export async function run(invocation: Invocation): Promise<number> {
  await cryptoReady();
  const { options, terminal, json, language } = invocation;
  const trustPath = findText(options, 'trust');
  const trustStore = trustPath === null ? undefined : readInputFile(trustPath);
  return withEnrolledHome(invocation, async (home) => {
    const { session } = await openKeptSession(home);
    const replica = await openDirectory(home, trustStore);
    const alerts = await syncDirectory(replica, session);
    const chain = ownChainIn(replica, home);
    for (const { kind, facts } of alerts) {
      const told = { kind, detail: JSON.stringify(facts) };
      const line = { event: 'alert', alert: kind, facts };
      writeLine(
        json ? terminal.output : terminal.errors,
        json ? JSON.stringify(line) : fillText(TEXTS.alert[language], told),
      );
    }
    const reservation = chain.kind === 'waiting' ? chain.rule : reservationOf(replica);
    const told = { ...summaryOf(replica), reservation: reservation ?? '' };
    const isSound = alerts.length === 0;
    writeLine(
      terminal.output,
      json
        ? JSON.stringify({ event: 'verified', isSound, ...told, alerts: alerts.length })
        : fillText(TEXTS[reservation === null ? 'sound' : 'reserved'][language], told),
    );
    return exitOf(alerts, reservation);
  });
}

function exitOf(alerts: readonly DirectoryAlert[], reservation: string | null): number {
  if (alerts.length > 0) return EXIT.alert;
  return reservation === null ? EXIT.done : EXIT.reservations;
}

/** Why nobody should rely on what is new; null when witnesses stand behind it. */
function reservationOf({ checkpoint, directory }: DirectoryReplica): string | null {
  if (checkpoint === null) return 'no-checkpoint';
  const newest = directory.quorum.at(-1);
  if (newest === undefined || newest.size < checkpoint.size) return 'not-witnessed';
  const clock = clockState(systemClock.nowMs(), directory.witnessedMs ?? 0);
  return clock === 'sound' ? null : `clock-${clock}`;
}

function summaryOf({ checkpoint, directory }: DirectoryReplica) {
  const { witnessedMs } = directory;
  return {
    size: checkpoint?.size ?? 0,
    root: checkpoint === null ? '' : toBase64Url(checkpoint.root),
    witnessed: witnessedMs === null ? '' : new Date(witnessedMs).toISOString(),
  };
}
