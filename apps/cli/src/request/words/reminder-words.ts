import { labelOf, type RequestReminders } from '@enlace/mla';
import { fillText } from '../../command-line/error-texts.js';
import type { Language, Text } from '../../command-line/language.js';

const DUE: Text = {
  es: '    {what}, {on} ({days} días){where}',
  en: '    {what}, {on} ({days} days){where}',
};

/** What comes near, a line for each day; and from the formal request on, who else is told. */
export function linesOfReminders(
  { due, informsCentralAuthorities }: RequestReminders,
  language: Language,
): readonly string[] {
  return [
    ...due.map(({ kind, path, on, daysLeft }) =>
      fillText(DUE[language], {
        what: labelOf('reminders', kind)[language],
        on,
        days: Math.abs(daysLeft),
        where: path === null ? '' : ` ${path}`,
      }),
    ),
    ...(informsCentralAuthorities ? [`    ${labelOf('reminders', 'inform')[language]}`] : []),
  ];
}
