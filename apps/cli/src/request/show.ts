import { isDomainError } from '@enlace/kernel';
import { check, printReport, printText, type ConfirmedFact, type Report } from '@enlace/mla';
import {
  isDraft,
  leftIn,
  type CheckedWith,
  type GivenWaiver,
  type OpinionAsked,
  type ShownOpinion,
  type ThreadRecord,
} from '@enlace/client';
import { fillText, printable } from '../command-line/error-texts.js';
import type { Text } from '../command-line/language.js';
import { findText } from '../command-line/option-values.js';
import { writeLine } from '../command-line/terminal.js';
import type { Invocation } from '../command-line/verb.js';
import { EXIT } from '../exit-codes.js';
import { confirmedInWords } from '../directory/fact/fact-words.js';
import { readDay, readPacks } from '../precheck/inputs.js';
import { linesOfAsked } from './words/asked-words.js';
import { linesOfMarks } from './words/mark-words.js';
import { linesOfOpinion } from './words/opinion-words.js';
import {
  confirmedIn,
  findThread,
  requestIn,
  withOwnRequests,
  type OwnRequests,
} from './own-requests.js';

const CONSIDERED: Text = {
  es: 'Considerado por {by}: {rule}, {subject}. {reason}',
  en: 'Considered by {by}: {rule}, {subject}. {reason}',
};

const FROZEN: Text = {
  es: 'Congelada tras comprobarla el {today} con los paquetes {id} {version}, SHA-256 {sha256}',
  en: 'Frozen after a check on {today} with packs {id} {version}, SHA-256 {sha256}',
};

/**
 * `enlace request show ID`: the draft as its thread has it, checked on the day, with opinions on it; of another State's
 * request what was shared. Exit codes as `precheck`; 1 also where parts of the record cannot be read.
 */
export async function run(invocation: Invocation): Promise<number> {
  const { options, json, language, terminal } = invocation;
  const requestId = requestIn(invocation);
  const shipped = await readPacks(findText(options, 'packs'));
  const today = readDay(findText(options, 'today'));
  return withOwnRequests(invocation, async (own) => {
    const { packs, confirmed } = confirmedIn(own, shipped);
    const record = await recordOf(own, invocation);
    const { value, marks, isWhole } = record;
    const report = isDraft(value) ? check(value['request'], packs, today) : null;
    const opinions = await own.opinions.on(record);
    const asked = [...(await own.opinions.asked(record)).values()];
    const waivers = await waiversOf(own, record);
    const versions = record.versions.map(({ version }) => version);
    const said = value['request'] ?? value['projection'] ?? {};
    writeLine(
      terminal.output,
      json
        ? JSON.stringify({
            event: isDraft(value) ? 'request-draft' : 'request-shared',
            requestId,
            ...record.place,
            versions,
            checked: checkedIn(value),
            marks,
            isWhole,
            ...(isDraft(value) ? { draft: said } : { projection: said }),
            asked,
            opinions,
            waivers,
            report: report === null ? null : printReport(report, language),
            confirmed: usedIn(report, confirmed),
          })
        : textOf(
            {
              said,
              record,
              checked: checkedIn(value),
              report,
              asked,
              opinions,
              waivers,
              confirmed: usedIn(report, confirmed),
            },
            invocation,
          ),
    );
    const code = report?.exitCode ?? EXIT.done;
    return isWhole && marks.length === 0 ? code : Math.max(code, EXIT.reservations);
  });
}

/** What each frozen version was checked with, oldest first. */
function checkedIn(value: ThreadRecord['value']): readonly CheckedWith[] {
  return isDraft(value) ? leftIn(value).flatMap(({ checked }) => checked ?? []) : [];
}

/** The facts that the check read and that a State or the secretariat put beside those of the packs. */
function usedIn(
  report: Report | null,
  confirmed: readonly ConfirmedFact[],
): readonly ConfirmedFact[] {
  if (report === null || report.verdict === 'malformed') return [];
  return confirmed.filter(({ path }) => report.factsUsed.some((used) => used.path === path));
}

/** What another State shared has none: what its members write there is no word of this unit. */
async function waiversOf({ waivers }: OwnRequests, record: ThreadRecord) {
  return isDraft(record.value) ? waivers.on(record) : [];
}

/** The draft of the own State, else what another one shared. */
async function recordOf({ records }: OwnRequests, invocation: Invocation): Promise<ThreadRecord> {
  const [requestId, threadId] = [requestIn(invocation), findThread(invocation)];
  try {
    return await records.draft(requestId, threadId);
  } catch (error) {
    if (!isDomainError(error, 'record.absent')) throw error;
    return records.shared(requestId, threadId);
  }
}

function textOf(
  {
    said,
    record,
    checked,
    report,
    asked,
    opinions,
    waivers,
    confirmed,
  }: {
    readonly said: unknown;
    readonly record: ThreadRecord;
    readonly checked: readonly CheckedWith[];
    readonly report: Report | null;
    readonly asked: readonly OpinionAsked[];
    readonly opinions: readonly ShownOpinion[];
    readonly waivers: readonly GivenWaiver[];
    readonly confirmed: readonly ConfirmedFact[];
  },
  { language }: Invocation,
): string {
  return [
    JSON.stringify(said, null, 2),
    ...linesOfMarks(record, language),
    ...asked.flatMap((one) => linesOfAsked(one, language)),
    ...opinions.flatMap((one) => linesOfOpinion(one.opinion, language)),
    ...(report === null ? [] : [printText(report, language)]),
    ...confirmed.map((fact) => confirmedInWords(fact, language)),
    ...checked.map(({ today, packsId, packsVersion, packsSha256 }) =>
      fillText(FROZEN[language], {
        today,
        id: printable(packsId),
        version: printable(packsVersion),
        sha256: printable(packsSha256),
      }),
    ),
    ...waivers.map(({ rule, subject, by, reason }) =>
      fillText(CONSIDERED[language], { rule, subject, by, reason: printable(reason) }),
    ),
  ].join('\n\n');
}
