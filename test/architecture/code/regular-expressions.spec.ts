import { createContext, runInContext } from 'node:vm';

import { describe, expect, it } from '@jest/globals';
import ts from 'typescript';

import { readText, sourceFiles } from '../house.js';
import { isShipped, literalText, nameParts, nodesOf, parse } from './static-rule.js';

interface Pattern {
  readonly at: string;
  readonly source: string;
  readonly flags: string;
}

/** Every pattern stays safe on an input of this size, in this time. */
const INPUT_LENGTH = 100_000;
const LIMIT_MS = 50;
/** A pattern is stopped here by the clock. */
const STOP_MS = 400;
/** The best of so many runs counts: the first may pay for compiling the pattern. */
const RUNS = 3;

/** What a class or an escape of a pattern stands for; each is a character that the pattern may repeat. */
const SAMPLES: readonly (readonly [RegExp, string])[] = [
  [/\\d|\[?0-9/u, '0'],
  [/\\w|a-z/iu, 'a'],
  [/A-Z/u, 'A'],
  [/\\s/u, ' '],
  [/\\n|\\s/u, '\n'],
  [/\\t/u, '\t'],
  [/\\S|\.|\[\^/u, 'x'],
  [/\\p|\\u/u, '\u00e9'],
];

/** The characters of which attacks on the pattern are made: those it names, and one of each class it uses. */
function alphabetOf(source: string): readonly string[] {
  const named = source
    .replace(/\\[pPu]\{[^}]*\}|\\x..|\\[dDwWsSbBnrtfv]|\\(?=.)/gu, '')
    .match(/[^()[\]{}|?*+^$]/gu);
  const classes = SAMPLES.flatMap(([sign, sample]) => (sign.test(source) ? [sample] : []));
  return [...new Set([...classes, ...(named ?? [])])].slice(0, 8);
}

/** The literal text at the beginning of the pattern, up to the first class, group or choice. */
function prefixOf(source: string): string {
  if (source.includes('|')) return '';
  const literal = /^\^?((?:[\w :;,'"<>=@#%&/-]|\\[/.\-$])*)/u.exec(source)?.[1] ?? '';
  const last = /[?*{]/u.test(source.charAt(source.indexOf(literal) + literal.length))
    ? -1
    : undefined;
  return literal.replaceAll('\\', '').slice(0, last);
}

/**
 * Long inputs on which a pattern that tries again would try very often: one character or two in turn, with nothing that
 * matches before, between or after. A choice, not a proof: it finds nested and neighbouring repetitions.
 */
function attacksOn(source: string): readonly string[] {
  const letters = alphabetOf(source);
  const pumps = letters.flatMap((first) =>
    letters.map((second) => (first === second ? first : first + second)),
  );
  const prefix = prefixOf(source);
  return pumps.flatMap((pump) => {
    const body = pump.repeat(INPUT_LENGTH / pump.length);
    return [
      ...new Set([`${body}\u0000`, `${prefix}${body}\u0000`, `${prefix}${body}${pump.at(0)}!`]),
    ];
  });
}

/** Processor time of this thread that the call takes: what other programs do meanwhile does not count. */
function millisecondsOf(run: () => unknown): number {
  const before = process.threadCpuUsage();
  try {
    run();
  } catch (error) {
    // Thrown by another realm: no instance of this one's Error.
    if (Object(error).code === 'ERR_SCRIPT_EXECUTION_TIMEOUT') return STOP_MS;
    throw error;
  }
  const { user, system } = process.threadCpuUsage(before);
  return (user + system) / 1_000;
}

/** The slowest answer of the pattern, in milliseconds; stops at the first that is too slow. */
function slowestAnswer({ source, flags }: Pattern): number {
  const context = createContext({
    pattern: new RegExp(source, flags.replaceAll(/[gy]/gu, '')),
    text: '',
  });
  let slowest = 0;
  for (const text of attacksOn(source)) {
    context['text'] = text;
    const answer = (): number =>
      millisecondsOf((): unknown =>
        runInContext('pattern.test(text)', context, { timeout: STOP_MS }),
      );
    let best = answer();
    for (let run = 1; run < RUNS && best > LIMIT_MS && best < STOP_MS / 4; run += 1)
      best = Math.min(best, answer());
    slowest = Math.max(slowest, best);
    if (slowest > LIMIT_MS) return slowest;
  }
  return slowest;
}

/** Every regular expression written in a file: literals, and texts given to RegExp. */
function patternsOf(path: string, text: string): readonly Pattern[] {
  return nodesOf(parse(path, text)).flatMap((node): Pattern[] => {
    const at = `${path}: ${node.getText().slice(0, 100)}`;
    if (ts.isRegularExpressionLiteral(node)) {
      const end = node.text.lastIndexOf('/');
      return [{ at, source: node.text.slice(1, end), flags: node.text.slice(end + 1) }];
    }
    if (!ts.isNewExpression(node) || nameParts(node.expression).at(-1) !== 'RegExp') return [];
    const [source, flags] = (node.arguments ?? []).map(literalText);
    return source === null || source === undefined ? [] : [{ at, source, flags: flags ?? '' }];
  });
}

const written = sourceFiles()
  .filter(isShipped)
  .flatMap((path) => patternsOf(path, readText(path)));
/** Without a repetition a pattern looks at each place a fixed number of times. */
const REPEATS = /[*+]|\{\d*,/u;
const patterns = [
  ...new Map(written.map((pattern) => [`${pattern.source}/${pattern.flags}`, pattern])).values(),
];

describe('every regular expression of what we ship', () => {
  it(`answers within ${LIMIT_MS} ms on ${INPUT_LENGTH} characters that are made to keep it busy`, () => {
    expect(patterns.length).toBeGreaterThan(40);
    const repeating = patterns.filter(({ source }) => REPEATS.test(source));
    expect(repeating.length).toBeGreaterThan(20);
    const slow = repeating.filter((pattern) => slowestAnswer(pattern) > LIMIT_MS);
    expect(slow.map(({ at }) => at)).toEqual([]);
  });

  it.each([
    ['nested repetition', '^(a+)+$'],
    ['a choice that overlaps', '^(a|aa)+$'],
    ['neighbours that overlap', '^\\d+\\d+\\d+$'],
    ['a search that begins anywhere', '\\s+$'],
    ['a prefix before the trouble', '^Bearer ([a-z]+)*$'],
    ['a pair in turn', '^(?:ab|ba|a|b)+$'],
  ])('with %s is caught', (_, source) => {
    expect(slowestAnswer({ at: 'planted', source, flags: 'u' })).toBeGreaterThan(LIMIT_MS);
  });

  it('is found, whether literal or given to RegExp', () => {
    const text = "const a = /x+/u; const b = new RegExp('y+', 'g'); const c = new RegExp(made);";
    expect(patternsOf('planted.ts', text).map(({ source }) => source)).toEqual(['x+', 'y+']);
  });
});
