import { formatInstant } from '@enlace/kernel';
import type { LifeAct } from '@enlace/client';

import { CliError } from '../../command-line/cli-error.js';
import { findText, requireText } from '../../command-line/option-values.js';
import type { Text } from '../../command-line/language.js';
import type { Invocation } from '../../command-line/verb.js';

/** What two persons decide of a thread; a steward closes it alone. */
export const DECIDED_BY_TWO = ['retain', 'hold', 'release', 'shred'] as const;

/** What an act does, as whoever does or approves it reads it before. */
export const READING = {
  close: {
    es: 'cerrar el hilo {threadId}: nadie escribe más en él, y se sigue leyendo.',
    en: 'closing thread {threadId}: nobody writes in it any more, and it can still be read.',
  },
  retain: {
    es: 'conservar el hilo {threadId} hasta {until}.',
    en: 'keeping thread {threadId} until {until}.',
  },
  hold: {
    es: 'retener el hilo {threadId}: nada de él se borra.',
    en: 'holding thread {threadId}: nothing of it is erased.',
  },
  release: {
    es: 'levantar la retención del hilo {threadId}.',
    en: 'lifting the hold of thread {threadId}.',
  },
  shred: {
    es: 'destruir el contenido del hilo {threadId} en el servidor y en todos los dispositivos. No se puede deshacer.',
    en: 'destroying the content of thread {threadId} on the server and on the devices of all. It cannot be undone.',
  },
} as const satisfies Readonly<Record<LifeAct['action'], Text>>;

/**
 * The basis of an act, and the day up to which a thread is kept: its end in UTC. Throws `usage.missing-option`,
 * `usage.bad-value`, `usage.unexpected-argument` for a day that says nothing.
 */
export function wordsOfLife(
  { options }: Pick<Invocation, 'options'>,
  action: LifeAct['action'],
): Pick<LifeAct, 'basis' | 'until'> {
  const basis = requireText(options, 'basis');
  if (action !== 'retain') {
    if (options.has('until')) {
      throw new CliError('usage.unexpected-argument', { argument: '--until' });
    }
    return { basis };
  }
  return { basis, until: endOfDay(requireText(options, 'until')) };
}

/** The day of an act, or nothing; for words. */
export function untilIn(options: Invocation['options']): string {
  return findText(options, 'until') ?? '';
}

function endOfDay(day: string): string {
  const endMs = Date.parse(`${day}T23:59:59.000Z`);
  const isDay = /^\d{4}-\d\d-\d\d$/u.test(day) && !Number.isNaN(endMs);
  if (isDay && formatInstant(endMs).startsWith(day)) return formatInstant(endMs);
  throw new CliError('usage.bad-value', { option: '--until', value: day, expected: '2027-12-31' });
}
