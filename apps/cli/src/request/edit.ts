import { check, describeVerdict } from '@enlace/mla';
import { canonicalJson, isJsonObject, type JsonValue } from '@enlace/kernel';
import { CliError } from '../command-line/cli-error.js';
import { fillText } from '../command-line/error-texts.js';
import type { Text } from '../command-line/language.js';
import { findText, requireText } from '../command-line/option-values.js';
import { writeLine } from '../command-line/terminal.js';
import type { Invocation } from '../command-line/verb.js';
import { EXIT } from '../exit-codes.js';
import { readDay, readPacks } from '../precheck/inputs.js';
import { assertOwnState, readGivenRequest } from './given-request.js';
import { confirmedIn, findThread, requestIn, withOwnRequests } from './own-requests.js';

const EDITED: Text = {
  es: 'Borrador cambiado: {requestId}. {verdict}',
  en: 'Draft changed: {requestId}. {verdict}',
};

/**
 * `enlace request edit ID --file FILE`: makes the draft say what the file says. Only what differs from the draft
 * is written, so
 * that what a colleague writes elsewhere at the same time stays. Exit codes as `precheck`.
 */
export async function run(invocation: Invocation): Promise<number> {
  const { options, json, language, terminal } = invocation;
  const requestId = requestIn(invocation);
  const given = await readGivenRequest(invocation, requireText(options, 'file'));
  if (given === null) return EXIT.malformed;
  const shipped = await readPacks(findText(options, 'packs'));
  const today = readDay(findText(options, 'today'));
  return withOwnRequests(invocation, async (own) => {
    const { records, state } = own;
    const { packs } = confirmedIn(own, shipped);
    assertOwnState(given.request, state);
    const record = await records.draft(requestId, findThread(invocation));
    const before = record.value['request'];
    if (pairOf(before) !== pairOf(asJson(given.request))) throw new CliError('request.other-pair');
    await record.change({ ...record.value, request: asJson(given.request) });
    const report = check(record.value['request'], packs, today);
    const verdict = describeVerdict(report, language);
    writeLine(
      terminal.output,
      json
        ? JSON.stringify({ event: 'request-edited', requestId, verdict: report.verdict })
        : fillText(EDITED[language], { requestId, verdict }),
    );
    return report.exitCode;
  });
}

/** What the server tracks of it: another pair is another request. */
function pairOf(request: JsonValue | undefined): string {
  const { requestingState = null, requestedState = null } = isJsonObject(request) ? request : {};
  return canonicalJson([requestingState, requestedState]);
}

function asJson(value: object): JsonValue {
  return JSON.parse(JSON.stringify(value));
}
