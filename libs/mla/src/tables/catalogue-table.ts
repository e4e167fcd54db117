import { CATALOGUE } from '../catalogue/catalogue.js';
import { labelOf, type Language } from '../catalogue/labels.js';
import { TableWriter, type Table } from './table.js';

/** Every rule as reviewers read it. */
export function catalogueTable(language: Language): Table {
  const write = new TableWriter(language, '');
  const isSpanish = language === 'es';
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
    ].map((text) => write.plain(text)),
  );
  const columns = ['rule', 'version', 'kind', 'severity', 'message', 'fix', 'basis', 'read'];
  const table = write.table('catalogue', columns, rows);
  const read = CATALOGUE.rules.filter(({ basisVerified }) => basisVerified).length;
  const counts = [
    `${labelOf('report', 'rules-read')[language]}: ${read}/${CATALOGUE.rules.length}`,
    `${labelOf('report', 'rules-reviewed')[language]}: 0`,
  ];
  return { ...table, note: `${counts.join(' · ')} · ${table.note}` };
}
