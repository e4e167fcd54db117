import { z } from 'zod';

import { count, instant, listOf, memberState } from '../../fields.js';
import { HANDLING_CODES, PURPOSES } from '../../policy/policy-model.js';
import { STATES } from '../../states.js';
import { THREAD_LIMITS } from '../thread-limits.js';
import { code } from './thread-fields.js';

/** What a thread is for, and what holds for everything in it. The host reads it. */
export const threadPolicy = z
  .strictObject({
    /** The State that opened the thread. */
    originator: memberState,
    /** Whose people may be invited; sorted. */
    states: listOf(memberState, 1, STATES.length).refine(
      (states) => states.toSorted().join() === states.join(),
    ),
    purpose: z.enum(PURPOSES),
    legalBasis: code,
    caseType: code,
    level: z.enum(['informal', 'formal']),
    /** The least strict handling code that an entry may have. */
    handlingFloor: z.enum(HANDLING_CODES),
    openedAt: instant,
    retentionDays: count(1, THREAD_LIMITS.retentionDays),
  })
  .refine(({ originator, states }) => states.includes(originator));

export type ThreadPolicy = Readonly<z.infer<typeof threadPolicy>>;

export type PolicyRule = 'policy-fixed' | 'policy-in-use' | 'policy-retention' | 'policy-wider';

/** Why a policy may not follow another, or `null`. What a thread was opened for never changes. */
export function policyChangeFault(before: ThreadPolicy, after: ThreadPolicy): PolicyRule | null {
  const isSame = (name: keyof ThreadPolicy): boolean => before[name] === after[name];
  const fixed = ['originator', 'purpose', 'legalBasis', 'caseType', 'openedAt'] as const;
  if (!fixed.every(isSame)) return 'policy-fixed';
  // Longer or shorter keeping is an act of two persons, of its own kind (`lifecycle`).
  if (!isSame('retentionDays')) return 'policy-retention';
  // To another State is onward transfer, which needs approvals that this version of a commit cannot carry.
  if (!after.states.every((state) => before.states.includes(state))) return 'policy-wider';
  return null;
}
