import type { RecordMark } from '@enlace/e2ee';

import { fillText } from '../../command-line/error-texts.js';
import type { Language, Text } from '../../command-line/language.js';

const LIES: Text = {
  es: 'Entrada {seq}: una copia que no dice lo que dan sus cambios (SNAPSHOT_MISMATCH). Vale lo reunido aquí.',
  en: 'Entry {seq}: a snapshot that does not say what its updates give (SNAPSHOT_MISMATCH). Ours holds.',
};
const NEWER: Text = {
  es: 'Entrada {seq}: escrita con una versión más nueva; actualice para leerla.',
  en: 'Entry {seq}: written by a newer version; update to read it.',
};
const ELSEWHERE: Text = {
  es: 'Entrada {seq}: va en un archivo que aquí no se lee.',
  en: 'Entry {seq}: travels in a file that is not read here.',
};
const REFUSED: Text = {
  es: 'Entrada {seq}: no es un cambio que este registro pueda tomar.',
  en: 'Entry {seq}: no change that this record can take in.',
};
const INCOMPLETE: Text = {
  es: 'Hay partes que no se pueden leer aquí: no se puede escribir en él.',
  en: 'Parts of it cannot be read here: nothing can be written in it.',
};

/** What of a record was passed over and why, and whether something of it is missing here. */
export function linesOfMarks(
  { marks, isWhole }: { readonly marks: readonly RecordMark[]; readonly isWhole: boolean },
  language: Language,
): readonly string[] {
  const lines = marks.map(({ seq, rule }) =>
    fillText(textOf(rule)[language], { seq: String(seq) }),
  );
  return isWhole ? lines : [...lines, INCOMPLETE[language]];
}

function textOf(rule: RecordMark['rule']): Text {
  if (rule === 'projection') return LIES;
  if (rule === 'newer-format') return NEWER;
  return rule === 'attachment' ? ELSEWHERE : REFUSED;
}
