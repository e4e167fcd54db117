import { moveRequest, previewOf, requestIn as requestOf, softwarePresence } from '@enlace/client';
import type { ThreadId } from '@enlace/kernel';
import { CliError } from '../../command-line/cli-error.js';
import { printable } from '../../command-line/error-texts.js';
import type { Text } from '../../command-line/language.js';
import { findText, readArgumentId, requireText } from '../../command-line/option-values.js';
import { writeLine } from '../../command-line/terminal.js';
import type { Invocation } from '../../command-line/verb.js';
import { EXIT } from '../../exit-codes.js';
import { readDay, readPacks } from '../../precheck/inputs.js';
import {
  confirmedIn,
  findThread,
  readCited,
  requestIn,
  statusBefore,
  withOwnRequests,
} from '../own-requests.js';
import { tellRequest } from '../tell-request.js';
import { askingIn } from './asking.js';
import { ticksIn } from './ticks.js';

const PREVIEW: Text = {
  es: 'Esto vería el otro Estado. No se envió nada: repita con --confirm',
  en: 'This is what the other State would see. Nothing was sent: give it again with --confirm',
};

/**
 * `enlace request share ID --with THREAD`: shows exactly what the requested State would see, and shares it when
 * its hash is given
 * back. Ends with 1 for the preview, with 2 where persons would not be protected.
 */
export async function run(invocation: Invocation): Promise<number> {
  const { options, json, language, terminal } = invocation;
  const requestId = requestIn(invocation);
  const into = readArgumentId<ThreadId>(requireText(options, 'with'), '--with');
  const confirmed = findText(options, 'confirm');
  const ticked = ticksIn(invocation);
  const asked = askingIn(invocation);
  const shipped = await readPacks(findText(options, 'packs'));
  const today = readDay(findText(options, 'today'));
  return withOwnRequests(invocation, async (own) => {
    const { home, session, records, waivers } = own;
    const { packs } = confirmedIn(own, shipped);
    const draft = await records.draft(requestId, findThread(invocation));
    const request = requestOf(draft.value);
    if (request === null) throw new CliError('request.no-draft', { request: requestId });
    const ground = { packs, today, waivers: await waivers.on(draft) };
    const preview = previewOf(request, ground, ticked);
    if (confirmed === null) {
      const { projection, sha256 } = preview;
      const title = preview.title(draft.title);
      writeLine(
        terminal.output,
        json
          ? JSON.stringify({ event: 'request-preview', requestId, sha256, title, projection })
          : `${printable(title)}\n${JSON.stringify(projection, null, 2)}\n\n${PREVIEW[language]} ${sha256}`,
      );
      return EXIT.reservations;
    }
    const from = await statusBefore(session, requestId, 'shared');
    await readCited(own, draft);
    const { versionHash, ...shared } = await records.share(draft, into, {
      preview,
      confirmed,
      asked,
    });
    const show = softwarePresence(home.profile.keys.signSeed);
    const step = { from, to: 'shared', versionHash } as const;
    const moved = await moveRequest(session, requestId, { step, show });
    const version = shared.version.version;
    tellRequest(invocation, 'request-shared', { ...moved, threadId: shared.threadId, version });
    return EXIT.done;
  });
}
