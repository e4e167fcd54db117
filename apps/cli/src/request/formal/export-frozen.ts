import {
  requestIdIn,
  requestIn,
  RequestSteps,
  showRequest,
  softwarePresence,
} from '@enlace/client';
import type { RecordId } from '@enlace/e2ee';
import { parseId, type RequestId, type ThreadId } from '@enlace/kernel';
import { check, describeVerdict } from '@enlace/mla';
import { CliError } from '../../command-line/cli-error.js';
import type { Language } from '../../command-line/language.js';
import { findText, readArgumentId, requireText } from '../../command-line/option-values.js';
import { writeLine } from '../../command-line/terminal.js';
import type { Invocation } from '../../command-line/verb.js';
import { EXIT } from '../../exit-codes.js';
import { writeNewFiles } from '../../files/new-files.js';
import { readDay, readPacks } from '../../precheck/inputs.js';
import { isBlocked } from '../considered.js';
import { confirmedIn, withOwnRequests } from '../own-requests.js';
import { formalFiles, readOutput } from './write-formal.js';

/**
 * The newest frozen version as the formal document. The step to `exported` is taken before anything is written, with a
 * second factor; the hashes of the files are told in the thread. Given again, the same bytes are written again.
 */
export async function exportFrozen(invocation: Invocation, language: Language): Promise<number> {
  const { options, json, terminal } = invocation;
  const recordId = readArgumentId<RecordId>(requireText(options, 'record'), '--record');
  const threadId = readArgumentId<ThreadId>(requireText(options, 'thread'), '--thread');
  if (options.has('allow-not-ready')) {
    throw new CliError('usage.unexpected-argument', { argument: '--allow-not-ready' });
  }
  const place = readOutput(invocation);
  const shipped = await readPacks(findText(options, 'packs'));
  const today = readDay(findText(options, 'today'));
  return withOwnRequests(invocation, async (own) => {
    const { home, session, ports, records, waivers } = own;
    const { packs } = confirmedIn(own, shipped);
    const draft = await records.draftAt(threadId, recordId);
    const requestId = parseId<RequestId>(requestIdIn(draft.value));
    const frozen = draft.versions.at(-1);
    const request = frozen === undefined ? null : requestIn(frozen.value);
    if (frozen === undefined || request === null) {
      throw new CliError('request.not-frozen', { request: requestId });
    }
    const report = check(request, packs, today);
    if (isBlocked(report, await waivers.on(draft), frozen.value)) {
      const verdict = describeVerdict(report, language);
      throw new CliError('request.not-ready', { verdict }, { exitCode: EXIT.alert });
    }
    const files = await formalFiles(request, place, { packs, language, isDraft: false });
    const { status } = await showRequest(session, requestId);
    if (status !== 'exported') {
      const show = softwarePresence(home.profile.keys.signSeed);
      const step = { to: 'exported', words: {} } as const;
      await new RequestSteps(ports).take({ session, show }, requestId, step);
    }
    writeNewFiles(files);
    const digests = files.map(({ sha256 }) => sha256).join(' ');
    await draft.say({ type: 'text', text: `export ${frozen.version} SHA-256 ${digests}` });
    for (const { path, sha256 } of files) {
      const told = { event: 'written', file: path, sha256, version: frozen.version };
      writeLine(terminal.output, json ? JSON.stringify(told) : `${sha256}  ${path}`);
    }
    return EXIT.done;
  });
}
