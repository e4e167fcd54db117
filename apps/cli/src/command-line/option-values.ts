import { REGIONAL_AUTHORITY, STATES, type State, type StateCode } from '@enlace/contracts';
import { parseId, type Branded } from '@enlace/kernel';
import { CliError } from './cli-error.js';
import type { Invocation } from './verb.js';

type Options = Invocation['options'];

export function findText(options: Options, name: string): string | null {
  const value = options.get(name);
  return typeof value === 'string' ? value : null;
}

/** The value of an option that the command cannot do without. Throws `usage.missing-option`. */
export function requireText(options: Options, name: string): string {
  const value = findText(options, name);
  if (value === null) throw new CliError('usage.missing-option', { option: `--${name}` });
  return value;
}

/** A whole number within bounds; `null` when the option is not given. Throws `usage.bad-value`. */
export function findInteger(
  options: Options,
  name: string,
  [from, to]: readonly [number, number],
): number | null {
  const value = findText(options, name);
  if (value === null) return null;
  const number = /^\d{1,9}$/.test(value) ? Number(value) : Number.NaN;
  if (!(number >= from && number <= to)) {
    throw new CliError('usage.bad-value', {
      option: `--${name}`,
      value,
      expected: `${from}..${to}`,
    });
  }
  return number;
}

/** The argument of a command that names a place in a log. Throws `usage.bad-value`. */
export function readSeq(value: string, option: string): number {
  if (/^[1-9]\d{0,8}$/u.test(value)) return Number(value);
  throw new CliError('usage.bad-value', { option, value, expected: '1..999999999' });
}

/** The authority that `--state` names. Throws `usage.missing-option`, `usage.bad-value`. */
export function requireAuthority(options: Options): StateCode {
  const known: readonly StateCode[] = [...STATES, REGIONAL_AUTHORITY];
  const value = requireText(options, 'state');
  const found = known.find((state) => state === value);
  if (found === undefined) {
    throw new CliError('usage.bad-value', {
      option: '--state',
      value,
      expected: known.join(', '),
    });
  }
  return found;
}

/** A State of the region, as it is written: `PA`. Throws `usage.bad-value`. */
export function readState(value: string, option: string): State {
  const found = STATES.find((state) => state === value.trim());
  if (found === undefined) {
    throw new CliError('usage.bad-value', { option, value, expected: STATES.join(', ') });
  }
  return found;
}

/** The argument of a command that names a thing by its id. Throws `usage.bad-value`. */
export function readArgumentId<Id extends Branded<string, string>>(
  value: string,
  name: string,
): Id {
  try {
    return parseId<Id>(value);
  } catch (cause) {
    throw new CliError('usage.bad-value', { option: name, value, expected: 'UUID' }, { cause });
  }
}

/** One of the codes that an option knows, the usual one where it is not given. Throws `usage.bad-value`. */
export function oneOf<Code extends string>(
  options: Options,
  {
    name,
    codes,
    usual,
  }: { readonly name: string; readonly codes: readonly Code[]; readonly usual: Code },
): Code {
  return codeIn(findText(options, name) ?? usual, { name, codes });
}

/** The same where there is no usual one. Throws `usage.missing-option` besides. */
export function requireOneOf<Code extends string>(
  options: Options,
  known: { readonly name: string; readonly codes: readonly Code[] },
): Code {
  return codeIn(requireText(options, known.name), known);
}

function codeIn<Code extends string>(
  value: string,
  { name, codes }: { readonly name: string; readonly codes: readonly Code[] },
): Code {
  const found = codes.find((code) => code === value);
  if (found !== undefined) return found;
  throw new CliError('usage.bad-value', {
    option: `--${name}`,
    value,
    expected: codes.join(', '),
  });
}
