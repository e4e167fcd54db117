import { PROBLEMS, type ProblemCode } from '@enlace/contracts';

import { statusOf } from './status.js';

/** What a kind of refusal asks of the reader; the title says what happened. */
const ADVICE = {
  es: {
    again: 'Espere el tiempo indicado e intente de nuevo.',
    correct: 'Corrija la solicitud antes de repetirla.',
    report: 'Si continúa, informe a su operador el identificador de la respuesta.',
  },
  en: {
    again: 'Wait for the time given and try again.',
    correct: 'Correct the request before you repeat it.',
    report: 'If it persists, give your operator the identifier of the answer.',
  },
} as const;

const PAGE_LANGUAGES = ['es', 'en'] as const;

/** Static page of one problem, Spanish first, without style, script or anything from outside. */
export function problemPage(code: ProblemCode): string {
  const sections = PAGE_LANGUAGES.map((language) => {
    const title = escapeHtml(PROBLEMS[code].title[language]);
    const advice = ADVICE[language][adviceFor(code)];
    return `<section lang="${language}"><h1>${title}</h1><p>${advice}</p></section>`;
  });
  return [
    '<!doctype html>',
    '<html lang="es"><head><meta charset="utf-8">',
    `<title>${escapeHtml(code)}</title></head><body>`,
    ...sections,
    `<p><code>${escapeHtml(code)}</code> · HTTP ${statusOf(code)}</p>`,
    '</body></html>',
    '',
  ].join('\n');
}

function adviceFor(code: ProblemCode): keyof typeof ADVICE.en {
  const { kind } = PROBLEMS[code];
  if (kind === 'limit' || kind === 'unavailable') return 'again';
  return kind === 'fault' ? 'report' : 'correct';
}

const ENTITIES: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
};

function escapeHtml(text: string): string {
  return text.replaceAll(/[&<>"']/g, (character) => ENTITIES[character] ?? '');
}
