import { moveRequest, softwarePresence } from '@enlace/client';
import { check, printReport, printText } from '@enlace/mla';
import { findText } from '../command-line/option-values.js';
import { writeLine } from '../command-line/terminal.js';
import type { Invocation } from '../command-line/verb.js';
import { EXIT } from '../exit-codes.js';
import { readDay, readPacks } from '../precheck/inputs.js';
import { isBlocked } from './considered.js';
import {
  confirmedIn,
  findThread,
  readCited,
  requestIn,
  statusBefore,
  withOwnRequests,
} from './own-requests.js';
import { tellRequest } from './tell-request.js';

/**
 * `enlace request freeze ID`: the draft as it stands becomes an immutable version, which keeps the packs that it was
 * checked with and the hash of each annex, the file of its thread that is named by the annex's id. Ends with 2, and
 * freezes nothing, while the check has a blocker that nobody considered (`request waive`).
 */
export async function run(invocation: Invocation): Promise<number> {
  const { options, json, language, terminal } = invocation;
  const requestId = requestIn(invocation);
  const shipped = await readPacks(findText(options, 'packs'));
  const today = readDay(findText(options, 'today'));
  return withOwnRequests(invocation, async (own) => {
    const { home, session, records, waivers } = own;
    const { packs } = confirmedIn(own, shipped);
    const draft = await records.draft(requestId, findThread(invocation));
    const report = check(draft.value['request'], packs, today);
    if (report.verdict === 'malformed' || isBlocked(report, await waivers.on(draft), draft.value)) {
      writeLine(
        terminal.output,
        json ? JSON.stringify(printReport(report, language)) : printText(report, language),
      );
      return report.exitCode;
    }
    const from = await statusBefore(session, requestId, 'frozen');
    await readCited(own, draft);
    const { versionHash, version, threadId, recordId } = await records.freeze(draft, report);
    const show = softwarePresence(home.profile.keys.signSeed);
    const step = { from, to: 'frozen', versionHash } as const;
    const moved = await moveRequest(session, requestId, { step, show });
    const { packs: madeWith } = report;
    tellRequest(invocation, 'request-frozen', {
      ...moved,
      threadId,
      recordId,
      version: version.version,
      packs: { id: madeWith.id, version: madeWith.version, sha256: madeWith.sha256 },
    });
    return EXIT.done;
  });
}
