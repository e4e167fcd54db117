import type { Opinion } from '@enlace/mla';
import { printable } from '../../command-line/error-texts.js';
import type { Language, Text } from '../../command-line/language.js';

/** Stands on every screen and print of an opinion. */
const INFORMAL: Text = {
  es: 'Opinión informal de una fiscalía; no vincula a la autoridad central ni a un tribunal',
  en: 'Informal view of a prosecutor; does not bind the central authority or a court',
};

const ANSWERS: Readonly<Record<Opinion['answers'][number]['answer'], Text>> = {
  yes: { es: 'sí', en: 'yes' },
  no: { es: 'no', en: 'no' },
  'with-conditions': { es: 'con condiciones', en: 'with conditions' },
  'cannot-say': { es: 'no puede decirlo', en: 'cannot say' },
};

/** An opinion, one answer a line. */
export function linesOfOpinion(
  { state, at, answers }: Opinion,
  language: Language,
): readonly string[] {
  return [
    `${INFORMAL[language]} (${state}, ${at})`,
    ...answers.map(({ q, answer, measureId, reason = '' }) =>
      [String(q).padStart(2), measureId ?? '', ANSWERS[answer][language], printable(reason)]
        .filter((part) => part !== '')
        .join('  '),
    ),
  ];
}
