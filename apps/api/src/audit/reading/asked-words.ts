import type { ActTransaction } from '../../platform/access/act.js';
import { getSession } from '../../platform/access/acting-session.js';

/** Members of a search that lead to one person or session without naming anybody. */
const LEADS_TO_ONE = ['session', 'ipPrefix', 'correlation', 'object', 'event'];

/**
 * What was asked for, as the auditor of the auditors will read it: `case=...`, in the order of the names. The limit of
 * a page is a number, and no part of the question.
 */
export function wordsOf(asked: object): readonly string[] {
  return Object.entries(asked)
    .flatMap(([name, value]: readonly [string, unknown]) => {
      if (typeof value !== 'string' || name === 'format') return [];
      return [name === 'cursor' ? 'page=next' : `${name}=${value.normalize('NFC')}`];
    })
    .toSorted();
}

/**
 * For the event of the asking: its words; and `aboutSelf` where whoever asked can only have meant themselves, by their
 * id, or by what led to acts of theirs and nobody else's.
 */
export function askedIn(
  at: ActTransaction,
  asked: object,
  found: readonly { readonly isOwn: boolean }[] = [],
): { readonly filter: readonly string[]; readonly aboutSelf?: true } {
  const filter = wordsOf(asked);
  const { personId } = getSession(at);
  const isNamed = filter.some((word) => word.endsWith(`=${personId}`));
  const leads = filter.some((word) => LEADS_TO_ONE.includes(word.slice(0, word.indexOf('='))));
  const isLedTo = leads && found.length > 0 && found.every(({ isOwn }) => isOwn);
  return isNamed || isLedTo ? { filter, aboutSelf: true } : { filter };
}
