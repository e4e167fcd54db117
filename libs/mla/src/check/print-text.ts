import { CATALOGUE, SEVERITIES } from '../catalogue/catalogue.js';
import { labelOf, type Language } from '../catalogue/labels.js';
import { printable } from '../formats/printable.js';
import { describe, type Basis, type Finding } from './finding.js';
import { describeVerdict } from './print.js';
import type { MalformedReport, Report, Review, SoundReport } from './report.js';

/** A report for people: the verdict, what is wrong by gravity, what could not be checked, and what never is. */
export function printText(report: Report, language: Language): string {
  const lines =
    report.verdict === 'malformed'
      ? malformedLines(report, language)
      : soundLines(report, language);
  return `${[describeVerdict(report, language), ...lines].join('\n')}\n`;
}

function malformedLines({ problems }: MalformedReport, language: Language): string[] {
  return problems.map(
    ({ path, code }) => `  ${path || '/'}: ${labelOf('problems', code)[language]} (${code})`,
  );
}

function soundLines(report: SoundReport, language: Language): string[] {
  const word = (code: string) => labelOf('report', code)[language];
  const { governing, packs } = report;
  const confidence = labelOf('confidences', governing.confidence ?? 'unknown')[language];
  return [
    `${word('governing')}: ${governing.instrument ?? word('none')} (${confidence})`,
    `${word('packs')}: ${packs.id} ${packs.version}, ${packs.requestedVerifiedOn ?? '-'}`,
    ...findingLines(report, language),
    ...block(
      word('switched-off'),
      report.reviews.filter(({ isOff }) => isOff).map((one) => reviewLine(one)),
    ),
    ...block(
      word('unknown'),
      report.unknown.map(({ rule, fact, question }) => `${question[language]} (${fact}; ${rule})`),
    ),
    ...block(
      word('confirmed'),
      report.factsUsed.flatMap(({ path, confirmedBy, source, sourceDate }) =>
        confirmedBy === undefined
          ? []
          : [
              `${path}: ${confirmedBy.state}, ${confirmedBy.on} (${printable(source ?? '-')}, ${sourceDate ?? '-'})`,
            ],
      ),
    ),
    ...block(
      word('alternatives'),
      report.alternatives.map(
        ({ route, subject, rule }) => `${subject}: ${labelOf('routes', route)[language]} (${rule})`,
      ),
    ),
    ...(report.mlaNotNeeded ? ['', word('not-needed')] : []),
    ...block(
      word('not-checked'),
      report.notChecked.map((id) => labelOf('notChecked', id)[language]),
    ),
    '',
    footOf(report, language),
  ];
}

function findingLines({ findings, reviews }: SoundReport, language: Language): string[] {
  return SEVERITIES.flatMap((severity) => {
    const some = findings.filter((finding) => finding.severity === severity);
    const title = labelOf('severities', severity)[language];
    return some.length === 0
      ? []
      : [
          '',
          `${title} (${some.length})`,
          ...some.flatMap((one) => linesOf(one, reviews, language)),
        ];
  });
}

function linesOf(finding: Finding, reviews: readonly Review[], language: Language): string[] {
  const word = (code: string) => labelOf('report', code)[language];
  const { message, fix, basis } = describe(finding, language);
  const capped = finding.cappedFrom ? ` [${word('capped')}]` : '';
  return [
    `  ${message}${capped}`,
    `    ${word('fix')}: ${fix}`,
    `    ${word('basis')}: ${basis} [${word(badgeOf(finding.basis))}]`,
    `    ${word('fields')}: ${finding.paths.join(', ')} (${finding.rule}, ${finding.subject})`,
    ...reviews
      .filter(({ rule }) => rule === finding.rule)
      .map(
        (one) =>
          `    ${word('reviewed-by')}: ${reviewLine(one)} [${labelOf('reviews', one.result)[language]}]`,
      ),
  ];
}

/** A practice or a policy is never printed as if a treaty required it. */
function badgeOf({ verified, provisions }: Basis): string {
  if (verified) return 'basis-read';
  const isBinding = provisions.some(({ role }) => role === 'duty' || role === 'ground');
  return isBinding ? 'basis-open' : 'basis-none';
}

/** Offices are named, with what they would say instead. */
function reviewLine({ rule, state, by, on, wording }: Review): string {
  const instead = wording === undefined ? '' : `: ${printable(wording)}`;
  return `${rule}: ${printable(by)}, ${state}, ${on}${instead}`;
}

function footOf({ reviews }: SoundReport, language: Language): string {
  const word = (code: string) => labelOf('report', code)[language];
  const read = CATALOGUE.rules.filter(({ basisVerified }) => basisVerified).length;
  const reviewed = new Set(reviews.map(({ rule }) => rule)).size;
  const counts = `${word('rules-read')}: ${read}/${CATALOGUE.rules.length}; ${word('rules-reviewed')}: ${reviewed}.`;
  return `${counts} ${noticeOf(reviews, language)}`;
}

/** That nobody has reviewed the rules, or, once somebody has, that nobody has reviewed the others. */
export function noticeOf(reviews: readonly Review[], language: Language): string {
  return reviews.length === 0
    ? CATALOGUE.notice[language]
    : labelOf('report', 'reviewed-in-part')[language];
}

function block(title: string, items: readonly string[]): string[] {
  return items.length === 0 ? [] : ['', title, ...items.map((item) => `  ${item}`)];
}
