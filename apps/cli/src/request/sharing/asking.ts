import type { OpinionAsked } from '@enlace/client';

import { CliError } from '../../command-line/cli-error.js';
import { findText } from '../../command-line/option-values.js';
import type { Invocation } from '../../command-line/verb.js';
import { findEndOfDay } from '../../information/own-information.js';

/**
 * What is asked with what is shared: `--questions 3,8,12` of the fifteen, and `--needed-by` the end of a day. Throws
 * `usage.bad-value`.
 */
export function askingIn(invocation: Invocation): OpinionAsked {
  const { options } = invocation;
  const at = findEndOfDay(invocation, 'needed-by');
  const given = findText(options, 'questions');
  const questions = given === null ? [] : given.split(',').map((one) => Number(one.trim()));
  const areKnown = questions.every((one) => Number.isInteger(one) && one >= 1 && one <= 15);
  if (given !== null && (!areKnown || new Set(questions).size !== questions.length)) {
    const expected = '3,8,12';
    throw new CliError('usage.bad-value', { option: '--questions', value: given, expected });
  }
  // A day of the command line ends in UTC.
  return { questions, neededBy: at === null ? null : { at, zone: 'UTC' } };
}
