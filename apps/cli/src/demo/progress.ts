import { printable } from '../command-line/error-texts.js';
import type { Text } from '../command-line/language.js';
import { writeLine } from '../command-line/terminal.js';
import type { Invocation } from '../command-line/verb.js';

const LINES = {
  anew: {
    es: 'En {what} quedó una demostración a medias: se crea de nuevo.',
    en: 'An unfinished demo was left in {what}: it is made anew.',
  },
  begins: {
    es: 'Primera vez: se crean los Estados de la demostración y su gente (menos de un minuto).',
    en: 'First time: the States of the demo and their people are being made (less than a minute).',
  },
  founded: {
    es: '  {what}: raíz, registradores y oficinas',
    en: '  {what}: root, registrars, offices',
  },
  peopled: { es: '  {what}: personas certificadas', en: '  {what}: people certified' },
  case: {
    es: '  un caso entre Costa Rica, Panamá y México',
    en: '  a case between Costa Rica, Panama and Mexico',
  },
  sealed: { es: '  llaves selladas', en: '  keys sealed' },
} as const satisfies Readonly<Record<string, Text>>;

/** Tells whoever waits what is being done, on standard error: results alone go to standard output. */
export type Progress = (line: keyof typeof LINES, what?: Text) => void;

export function progressOf({ terminal, language }: Invocation): Progress {
  return (line, what) => {
    const text = LINES[line][language].replace('{what}', () => printable(what?.[language] ?? ''));
    writeLine(terminal.errors, text);
  };
}
