import { labelOf, type Language } from '../catalogue/labels.js';
import { describe, type Finding } from './finding.js';
import type { MalformedReport, Report, SoundReport } from './report.js';

/** A report as the object `enlace precheck --json` prints, with its members in their fixed order. */
export function printReport(report: Report, language: Language): object {
  return report.verdict === 'malformed'
    ? printMalformed(report, language)
    : printSound(report, language);
}

/** The words of the verdict, with the number of points that could not be checked. */
export function describeVerdict(report: Report, language: Language): string {
  const verdict = labelOf('verdicts', report.verdict)[language];
  if (report.verdict === 'malformed' || report.counts.unknown === 0) return verdict;
  const { unknown } = report.counts;
  const points =
    language === 'es'
      ? `${unknown} ${unknown === 1 ? 'punto' : 'puntos'} sin poder comprobar`
      : `${unknown} ${unknown === 1 ? 'point' : 'points'} could not be checked`;
  return `${verdict} · ${points}`;
}

function printMalformed(report: MalformedReport, language: Language): object {
  const { format, engine, verdict, exitCode, problems } = report;
  return {
    format,
    engine,
    verdict,
    exitCode,
    problems: problems.map(({ path, code }) => ({
      path,
      code,
      message: labelOf('problems', code)[language],
    })),
  };
}

function printSound(report: SoundReport, language: Language): object {
  const { format, engine, today, findings, unknown, factsUsed, notChecked, ...rest } = report;
  const { verdict, exitCode, request, packs, governing, counts, alternatives, mlaNotNeeded } = rest;
  const { reviews } = rest;
  return {
    format,
    engine,
    today,
    lang: language,
    verdict,
    exitCode,
    request,
    packs,
    ...(reviews.length === 0 ? {} : { reviews }),
    governing,
    counts,
    findings: findings.map((finding) => printFinding(finding, language)),
    unknown: unknown.map(({ rule, subject, fact, question }) => ({
      rule,
      subject,
      fact,
      question: question[language],
    })),
    factsUsed: factsUsed.map(({ path, confidence, source, sourceDate, confirmedBy }) => ({
      path,
      confidence,
      source,
      sourceDate,
      ...(confirmedBy ? { confirmedBy } : {}),
    })),
    alternatives,
    mlaNotNeeded,
    notChecked: notChecked.map((id) => ({ id, text: labelOf('notChecked', id)[language] })),
  };
}

function printFinding(finding: Finding, language: Language): object {
  const { rule, ruleVersion, group, kind, severity, cappedFrom, subject, paths } = finding;
  const { message, fix, basis } = describe(finding, language);
  const params = Object.fromEntries(
    Object.entries(finding.params).map(([name, text]) => [name, text[language]]),
  );
  return {
    rule,
    ruleVersion,
    group,
    kind,
    severity,
    ...(cappedFrom ? { cappedFrom } : {}),
    subject,
    paths,
    params,
    basis: {
      text: basis,
      verified: finding.basis.verified,
      provisions: finding.basis.provisions,
    },
    facts: finding.facts,
    message,
    fix,
  };
}
