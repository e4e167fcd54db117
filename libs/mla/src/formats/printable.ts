/** What prints nothing and only says where a line may break; left out. */
const SILENT = /[\u{AD}\u{200B}\u{FEFF}]/gu;
const LINE_ENDS = /\r\n?|[\u{85}\u{2028}\u{2029}]/gu;
/** Controls, direction marks, halves of pairs, private and unassigned characters: all but line ends and tabs. */
const UNPRINTABLE = /[^\P{C}\n\t]/gu;

// Attacker-controlled: every text of a request. A direction mark would let a paper show something else than it says.
/** A text that a paper shows as it is stored: what cannot be seen is written as its number. */
export function printable(text: string): string {
  return text.replaceAll(LINE_ENDS, '\n').replaceAll(SILENT, '').replaceAll(UNPRINTABLE, numbered);
}

/** A character as its number, for one that cannot be shown: `[U+202E]`. */
export function numbered(character: string): string {
  const digits = (character.codePointAt(0) ?? 0).toString(16).toUpperCase().padStart(4, '0');
  return `[U+${digits}]`;
}
