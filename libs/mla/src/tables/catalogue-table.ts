import { CATALOGUE } from '../catalogue/catalogue.js';
import { labelOf, type Language } from '../catalogue/labels.js';
import type { PackReview } from '../packs/pack-schema.js';
import type { PackSet } from '../packs/pack-set.js';
import { currentReviews } from '../packs/rule-review.js';
import { TableWriter, type Table } from './table.js';

const COLUMNS = [
  'rule',
  'version',
  'kind',
  'severity',
  'message',
  'fix',
  'basis',
  'read',
  'reviewed',
] as const;

/** Every rule as reviewers read it, with what was said of it in those packs as far as it counts on that day. */
export function catalogueTable(
  packs: PackSet,
  { language, today }: { readonly language: Language; readonly today: string },
): Table {
  const write = new TableWriter(language, today);
  const isSpanish = language === 'es';
  const reviews = currentReviews(packs.reviews ?? [], today);
  const rows = CATALOGUE.rules.map((rule) =>
    [
      `${rule.group} ${rule.id}`,
      String(rule.version),
      rule.kind,
      labelOf('severities', rule.severity)[language],
      isSpanish ? rule.messageEs : rule.messageEn,
      isSpanish ? rule.fixEs : rule.fixEn,
      rule.basisText[language],
      write.yesOrNo(rule.basisVerified),
      reviews
        .filter((one) => one.rule === rule.id)
        .map((one) => reviewText(one, language))
        .join('; '),
    ].map((text) => write.plain(text)),
  );
  const table = write.table('catalogue', COLUMNS, rows);
  const read = CATALOGUE.rules.filter(({ basisVerified }) => basisVerified).length;
  const reviewed = new Set(reviews.map(({ rule }) => rule)).size;
  const counts = [
    `${labelOf('report', 'rules-read')[language]}: ${read}/${CATALOGUE.rules.length}`,
    `${labelOf('report', 'rules-reviewed')[language]}: ${reviewed}`,
  ];
  const notice = reviewed === 0 ? table.note : write.word('reviewedInPart');
  return { ...table, note: `${counts.join(' · ')} · ${notice}` };
}

function reviewText({ state, by, on, result, wording }: PackReview, language: Language): string {
  const instead = wording === undefined ? '' : `: ${wording}`;
  return `${by}, ${state}, ${on} [${labelOf('reviews', result)[language]}]${instead}`;
}
