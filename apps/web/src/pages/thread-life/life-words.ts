import { isMessageKey } from '../../i18n/messages.js';
import type { ShownThread } from '../../protocol/operations.js';
import type { LifeApproval } from '../../protocol/threads/life-forms.js';
import type { Messages } from '../entries/person-words.js';

export type Life = NonNullable<ShownThread['life']>;
export type ActOfTwo = LifeApproval['action'];

export const ACTS_OF_TWO = ['retain', 'hold', 'release', 'shred'] as const satisfies ActOfTwo[];
/** Why, as far as this page offers it; an approval from elsewhere may name another code. */
export const BASES = ['court-order', 'case-closed', 'case-goes-on', 'term-of-law'] as const;
export type Basis = (typeof BASES)[number];

/** A code that this page does not know stands as it was signed. */
export function basisWord(t: Messages, basis: string): string {
  const key = `thread.life.basis.${basis}`;
  return isMessageKey(key) ? t(key) : basis;
}

/** What two persons may decide of a thread as it stands; the server decides again. */
export function actsNow({ status, isHeld }: Life): readonly ActOfTwo[] {
  if (status === 'destroyed') return [];
  return isHeld ? ['release'] : ['retain', 'hold', 'shred'];
}

/** A day ends in UTC, as on the command line. */
export function endOfDay(day: string): string {
  return `${day}T23:59:59.000Z`;
}
