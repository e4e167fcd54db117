import type { OpinionAsked } from '@enlace/client';

import { fillText } from '../../command-line/error-texts.js';
import type { Language, Text } from '../../command-line/language.js';

const QUESTIONS: Text = {
  es: 'Pregunta sobre todo: {questions}.',
  en: 'Asks above all: {questions}.',
};
const NEEDED_BY: Text = {
  es: 'Respuesta necesaria hasta {at} (plazo puesto en {zone}).',
  en: 'Answer needed until {at} (set in {zone}).',
};

/** What was asked with what was shared, where there is anything. */
export function linesOfAsked(
  { questions, neededBy }: OpinionAsked,
  language: Language,
): readonly string[] {
  return [
    ...(questions.length === 0
      ? []
      : [fillText(QUESTIONS[language], { questions: questions.join(', ') })]),
    ...(neededBy === null ? [] : [fillText(NEEDED_BY[language], neededBy)]),
  ];
}
