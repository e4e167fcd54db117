import { parseArgs } from 'node:util';
import { CliError } from './cli-error.js';
import { CLIENT_VERBS } from './client-verbs.js';
import { COMMON_OPTIONS } from './common-options.js';
import { isLanguage, type Language } from './language.js';
import { SERVER_VERBS } from './server-verbs.js';
import { optionsOf, type Command, type Option, type OptionTable, type Verb } from './verb.js';

export const VERBS: readonly Verb[] = [...SERVER_VERBS, ...CLIENT_VERBS];

/** What the arguments ask for. `help` without a verb is the help of the whole program. */
export type Request =
  | { readonly kind: 'version' }
  | { readonly kind: 'help'; readonly verb: Verb | null }
  | {
      readonly kind: 'run';
      readonly load: Command['load'];
      readonly options: ReadonlyMap<string, string | true>;
      readonly argument: string;
      readonly more: readonly string[];
    };

type Token = NonNullable<ReturnType<typeof tokensOf>>[number];
type OptionToken = Extract<Token, { kind: 'option' }>;

/** The id of a statement or an event begins with a hyphen once in 64 times: it is none of an option. */
const HYPHENATED_ID = /^-[A-Za-z0-9_-]{42}$/;
/** No argument of a process has this letter. */
const MARK = '\0';

function unmarked<Value extends string | undefined>(value: Value): Value | string {
  return value?.startsWith(MARK) === true ? value.slice(MARK.length) : value;
}

/** Attacker-controlled: arguments of a script. Nothing is guessed: what is not declared is refused by `readRequest`. */
function tokensOf(args: readonly string[], table: OptionTable) {
  const options = Object.fromEntries(
    Object.entries(table).map(([name, option]) => [
      name,
      {
        type: option.value === undefined ? ('boolean' as const) : ('string' as const),
        ...(option.short === undefined ? {} : { short: option.short }),
      },
    ]),
  );
  return parseArgs({
    args: args.map((arg) => (HYPHENATED_ID.test(arg) ? MARK + arg : arg)),
    options,
    strict: false,
    allowPositionals: true,
    tokens: true,
  }).tokens;
}

const isOption = (token: Token): token is OptionToken => token.kind === 'option';

/**
 * How the outcome shall be told, read before anything can fail: errors, too, come in the language and form asked for.
 * An unknown `--lang` counts as none here and is refused by `readRequest`.
 */
export function readPreferences(args: readonly string[]): {
  readonly json: boolean;
  readonly language: Language | null;
} {
  const options = tokensOf(args, COMMON_OPTIONS).filter(isOption);
  const language = options.find(({ name }) => name === 'lang')?.value ?? '';
  return {
    json: options.some(({ name }) => name === 'json'),
    language: isLanguage(language) ? language : null,
  };
}

/** The request in the arguments. Throws `CliError` with a `usage.*` code when they are not exactly one. */
export function readRequest(args: readonly string[]): Request {
  const before = tokensOf(args, COMMON_OPTIONS);
  const first = before.find((token) => token.kind === 'positional');
  const leading = before.filter(isOption).filter(({ index }) => index < (first?.index ?? Infinity));
  if (first === undefined) {
    return requestWithoutVerb(readOptions(leading, COMMON_OPTIONS));
  }
  readOptions(leading, COMMON_OPTIONS);
  const verb = VERBS.find(({ name }) => name === first.value);
  if (verb === undefined) {
    throw new CliError('usage.unknown-verb', { verb: first.value });
  }
  return requestOfVerb(verb, args.toSpliced(first.index, 1));
}

function requestWithoutVerb(options: ReadonlyMap<string, string | true>): Request {
  return options.has('version') && !options.has('help')
    ? { kind: 'version' }
    : { kind: 'help', verb: null };
}

function requestOfVerb(verb: Verb, args: readonly string[]): Request {
  const tokens = tokensOf(args, { ...COMMON_OPTIONS, ...optionsOf(verb) });
  if (tokens.some((token) => isOption(token) && token.name === 'help')) {
    return { kind: 'help', verb };
  }
  const words = tokens.flatMap((token) =>
    token.kind === 'positional' ? [unmarked(token.value)] : [],
  );
  const command = commandOf(verb, words);
  const { load } = command;
  const { argument, more } = readGiven(command, words.slice(command.words.length));
  const options = readOptions(tokens.filter(isOption), { ...COMMON_OPTIONS, ...command.options });
  return options.has('version')
    ? { kind: 'version' }
    : { kind: 'run', load, options, argument, more };
}

function readGiven(
  { argument: name, more: others }: Command,
  given: readonly string[],
): { readonly argument: string; readonly more: readonly string[] } {
  const { name: other = '', least = 0, most = 0 } = others ?? {};
  const extra = given.at((name === undefined ? 0 : 1) + most);
  if (extra !== undefined) throw new CliError('usage.unexpected-argument', { argument: extra });
  const [first, ...more] = given;
  if (name?.startsWith('[') === false && first === undefined) {
    throw new CliError('usage.missing-argument', { argument: name });
  }
  if (more.length < least) throw new CliError('usage.missing-argument', { argument: other });
  return { argument: first ?? '', more };
}

/** The command of the verb that the words begin with; the most words win. */
function commandOf(verb: Verb, words: readonly string[]): Command {
  const command = verb.commands
    .filter((candidate) => candidate.words.every((word, index) => word === words[index]))
    .toSorted((a, b) => b.words.length - a.words.length)
    .at(0);
  if (command !== undefined) {
    return command;
  }
  throw words.length === 0
    ? new CliError('usage.missing-subverb', { verb: verb.name })
    : new CliError('usage.unknown-subverb', { verb: verb.name, subverb: words.join(' ') });
}

function readOptions(tokens: readonly OptionToken[], table: OptionTable) {
  const options = new Map<string, string | true>();
  for (const token of tokens) {
    const option = Object.hasOwn(table, token.name) ? table[token.name] : undefined;
    if (option === undefined) {
      throw new CliError('usage.unknown-option', { option: token.rawName });
    }
    if (options.has(token.name)) {
      throw new CliError('usage.repeated-option', { option: token.rawName });
    }
    options.set(token.name, readValue(token, option));
  }
  const language = options.get('lang');
  if (typeof language === 'string' && !isLanguage(language)) {
    throw new CliError('usage.bad-value', {
      option: '--lang',
      value: language,
      expected: 'es, en',
    });
  }
  return options;
}

function readValue(token: OptionToken, option: Option): string | true {
  if (option.value === undefined) {
    if (token.value !== undefined) {
      throw new CliError('usage.unexpected-value', { option: token.rawName });
    }
    return true;
  }
  // `--data --json` is a forgotten value, not a folder named "--json"; who means that writes `--data=--json`.
  const isForgotten = token.inlineValue !== true && token.value?.startsWith('-') === true;
  if (token.value === undefined || token.value === '' || isForgotten) {
    throw new CliError('usage.missing-value', { option: token.rawName });
  }
  return unmarked(token.value);
}
