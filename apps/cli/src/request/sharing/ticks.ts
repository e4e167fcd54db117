import type { ProjectionOptions } from '@enlace/mla';
import { SHOWABLE, type Showable } from '@enlace/mla';
import { CliError } from '../../command-line/cli-error.js';
import { findText } from '../../command-line/option-values.js';
import type { Invocation } from '../../command-line/verb.js';

type Ticked = Required<Pick<ProjectionOptions, 'identifiers' | 'shown'>>;

/**
 * What somebody wants to travel as it is: `--show p1:name+dateOfBirth,p2:name` and
 * `--identifiers /measures/0/identifiers/1`. The projection decides whether it does. Throws `usage.bad-value`.
 */
export function ticksIn({ options }: Pick<Invocation, 'options'>): Ticked {
  const persons = listOf(findText(options, 'show')).map(personIn);
  const identifiers = listOf(findText(options, 'identifiers'));
  for (const value of identifiers) {
    if (!/^\/measures\/\d{1,2}\/identifiers\/\d{1,3}$/u.test(value)) {
      const expected = '/measures/0/identifiers/0,…';
      throw new CliError('usage.bad-value', { option: '--identifiers', value, expected });
    }
  }
  return { shown: Object.fromEntries(persons), identifiers };
}

function personIn(value: string): readonly [id: string, fields: readonly Showable[]] {
  const [id = '', names = '', ...more] = value.split(':');
  const fields = names.split('+').flatMap((name) => SHOWABLE.find((one) => one === name) ?? []);
  if (id === '' || fields.length !== names.split('+').length || more.length > 0) {
    const expected = `ID:${SHOWABLE.join('+')},…`;
    throw new CliError('usage.bad-value', { option: '--show', value, expected });
  }
  return [id, fields];
}

function listOf(given: string | null): readonly string[] {
  return given === null ? [] : given.split(',').map((one) => one.trim());
}
