import {
  carryInSession,
  carryWhileFounding,
  handInRelease as handIn,
  HttpTransport,
  softwarePresence,
  type Carrier,
} from '@enlace/client';
import type { ReleaseStanding } from '@enlace/contracts';
import { utf8 } from '@enlace/kernel';
import { readWebRelease } from '@enlace/trust';
import { fillText } from '../command-line/error-texts.js';
import type { Text } from '../command-line/language.js';
import { requireText } from '../command-line/option-values.js';
import { writeLine } from '../command-line/terminal.js';
import type { Invocation } from '../command-line/verb.js';
import { EXIT } from '../exit-codes.js';
import { refusing } from '../files/input-file.js';
import { withEnrolledHome } from '../home/enrolled-home.js';
import { openKeptSession } from '../home/signed-in.js';

const TEXTS = {
  active: {
    es: 'La entrega {releaseId} está en uso.',
    en: 'The release {releaseId} is in use.',
  },
  proposed: {
    es: 'La entrega {releaseId} espera a otra persona operadora, con este mismo archivo.',
    en: 'The release {releaseId} waits for another platform operator, with this very file.',
  },
} as const satisfies Readonly<Record<ReleaseStanding['state'], Text>>;

/** Whether a file that is handed in is a release of the web client: a note, where all else is JSON. */
export function isRelease(text: string): boolean {
  return text.startsWith('enlace/web-release/');
}

/** By a platform operator, or while too few of them can sign in by the signatures alone (`--founding`). */
export async function handInRelease(
  invocation: Invocation,
  { path, note }: { readonly path: string; readonly note: string },
): Promise<number> {
  const { options } = invocation;
  refusing(path, () => readWebRelease(utf8(note)));
  if (options.has('founding')) {
    const server = requireText(options, 'server');
    const transport = refusing('--server', () => new HttpTransport(server));
    return tell(invocation, await handIn(carryWhileFounding(transport), note));
  }
  return withEnrolledHome(invocation, async (home) => {
    const { session } = await openKeptSession(home);
    const presence = softwarePresence(home.profile.keys.signSeed);
    const carry: Carrier = carryInSession(session, presence);
    return tell(invocation, await handIn(carry, note));
  });
}

function tell({ terminal, json, language }: Invocation, standing: ReleaseStanding): number {
  const { releaseId, state } = standing;
  writeLine(
    terminal.output,
    json
      ? JSON.stringify({ event: 'release-handed-in', ...standing })
      : fillText(TEXTS[state][language], { releaseId }),
  );
  return state === 'active' ? EXIT.done : EXIT.reservations;
}
