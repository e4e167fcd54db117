/** A word of a text, folded, and where it stands in the text. */
interface PlacedWord {
  readonly word: string;
  readonly at: number;
  readonly end: number;
}

const WORD = /[\p{L}\p{N}\p{M}]+/gu;
/** Words around the one that was found, so that it is understood. */
const WORDS_BEFORE = 12;
const WORDS_AFTER = 24;

/** The words of a text, folded. */
export function wordsOf(text: string): readonly string[] {
  return placedWords(text).map(({ word }) => word);
}

/** What a text says around the first word that begins with one of these; its beginning where none does. */
export function excerptOf(text: string, asked: readonly string[]) {
  const words = placedWords(text);
  const found = words.findIndex(({ word }) => asked.some((one) => word.startsWith(one)));
  const from = found > WORDS_BEFORE ? (words[found - WORDS_BEFORE]?.at ?? 0) : 0;
  const to = words[found + WORDS_AFTER]?.end ?? text.length;
  const { at, end } = words[found] ?? { at: from, end: from };
  return {
    before: `${from > 0 ? '… ' : ''}${text.slice(from, at)}`,
    hit: text.slice(at, end),
    after: `${text.slice(end, to)}${to < text.length ? ' …' : ''}`,
  };
}

/** Finds texts by beginnings of their words, whatever the accents and the case. */
export class TextIndex {
  readonly #words: readonly string[];
  readonly #textsWith: ReadonlyMap<string, readonly number[]>;

  constructor(texts: readonly string[]) {
    const textsWith = new Map<string, number[]>();
    for (const [place, text] of texts.entries()) {
      for (const word of new Set(wordsOf(text))) {
        const places = textsWith.get(word);
        if (places === undefined) textsWith.set(word, [place]);
        else places.push(place);
      }
    }
    this.#textsWith = textsWith;
    this.#words = [...textsWith.keys()].toSorted(byCodeUnits);
  }

  /** Places of the texts that have, for each of these words, one that begins so; null where no word is asked for. */
  find(asked: readonly string[]): ReadonlySet<number> | null {
    const [first, ...more] = asked.map((word) => this.#withBeginning(word));
    if (first === undefined) return null;
    return new Set([...first].filter((place) => more.every((places) => places.has(place))));
  }

  #withBeginning(beginning: string): ReadonlySet<number> {
    const found = new Set<number>();
    for (let at = this.#firstFrom(beginning); at < this.#words.length; at += 1) {
      const word = this.#words[at] ?? '';
      if (!word.startsWith(beginning)) break;
      for (const place of this.#textsWith.get(word) ?? []) found.add(place);
    }
    return found;
  }

  /** Where the words begin that do not stand before this one. */
  #firstFrom(word: string): number {
    let [from, to] = [0, this.#words.length];
    while (from < to) {
      const middle = (from + to) >>> 1;
      if ((this.#words[middle] ?? '') < word) from = middle + 1;
      else to = middle;
    }
    return from;
  }
}

function placedWords(text: string): readonly PlacedWord[] {
  return [...text.matchAll(WORD)].flatMap(({ 0: found, index }) => {
    const word = folded(found);
    return word === '' ? [] : [{ word, at: index, end: index + found.length }];
  });
}

/** Without case and without marks, which people leave out when they search. */
function folded(word: string): string {
  return word
    .toLowerCase()
    .normalize('NFD')
    .replaceAll(/\p{M}+/gu, '');
}

function byCodeUnits(a: string, b: string): number {
  if (a === b) return 0;
  return a < b ? -1 : 1;
}
