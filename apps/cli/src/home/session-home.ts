import { HttpTransport, type Session } from '@enlace/client';
import { CliError } from '../command-line/cli-error.js';
import { findText } from '../command-line/option-values.js';
import type { Invocation, OptionTable } from '../command-line/verb.js';
import { withEnrolledHome, type AskingHome } from './enrolled-home.js';
import { openKeptSession } from './signed-in.js';

/** The option of every command that works with a session of the home. */
export const URL_OPTION = {
  url: {
    value: 'URL',
    purpose: {
      es: 'el servidor de esta carpeta; otro se rechaza',
      en: 'the server of this home; another one is refused',
    },
  },
} as const satisfies OptionTable;

/**
 * Opens the home and its session for one act. Throws `home.other-server` when `--url` names another server than the one
 * that the home belongs to, `device.no-session`, and as `withEnrolledHome`.
 */
export async function withSessionHome<Result>(
  invocation: Invocation,
  act: (home: AskingHome, session: Session) => Promise<Result>,
): Promise<Result> {
  return withEnrolledHome(invocation, async (home) => {
    const { server } = home.profile;
    const url = findText(invocation.options, 'url');
    if (url !== null && url.replace(/\/$/u, '') !== new HttpTransport(server).origin) {
      throw new CliError('home.other-server', { server, url });
    }
    const { session } = await openKeptSession(home);
    return act(home, session);
  });
}
