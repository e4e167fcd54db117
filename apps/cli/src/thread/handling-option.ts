import type { MessageContent } from '@enlace/client';
import { HANDLING_CODES, type Handling } from '@enlace/contracts';
import type { PersonId } from '@enlace/kernel';
import { CliError } from '../command-line/cli-error.js';
import { findText, readArgumentId } from '../command-line/option-values.js';
import type { Text } from '../command-line/language.js';
import type { Invocation, OptionTable } from '../command-line/verb.js';

/** What is not said otherwise is not evidence before a formal request. */
const USUAL_HANDLING: Handling = 'EN1';

const text = (es: string, en: string): Text => ({ es, en });

export const HANDLING_OPTIONS = {
  handling: { value: 'EN0..EN3', purpose: text('código de uso', 'handling code') },
  to: {
    value: 'UUID,UUID',
    purpose: text(
      'con EN3: las personas que lo reciben, todas las del hilo',
      'with EN3: the persons who are given it, all of the thread',
    ),
  },
} as const satisfies OptionTable;

/**
 * How somebody's words may be used, as soon as it is known whose they are. EN3 names the persons whom they are for,
 * beside whoever writes them: the thread refuses it unless they are those who are in it. Throws `usage.*`.
 */
export function handlingIn(
  options: Invocation['options'],
): (self: PersonId) => MessageContent['handling'] {
  const code = codeIn(options);
  const named = findText(options, 'to');
  if (code !== 'EN3') {
    if (named === null) return () => ({ code });
    throw new CliError('usage.bad-value', { option: '--to', value: named, expected: 'EN3' });
  }
  if (named === null) throw new CliError('usage.missing-option', { option: '--to' });
  const persons = named.split(',').map((id) => readArgumentId<PersonId>(id, '--to'));
  return (self) => ({ code, recipients: [...new Set([...persons, self])].toSorted() });
}

function codeIn(options: Invocation['options']): Handling {
  const value = findText(options, 'handling') ?? USUAL_HANDLING;
  const code = HANDLING_CODES.find((each) => each === value);
  if (code !== undefined) return code;
  throw new CliError('usage.bad-value', {
    option: '--handling',
    value,
    expected: HANDLING_CODES.join(', '),
  });
}
