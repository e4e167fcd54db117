import type { EntryHeader } from '@enlace/contracts';

import { handlingOf, isGrantable } from '../../content/handling.js';
import type { ThreadEffect } from '../receive/effects.js';
import { epochName, type ThreadView } from './thread-view.js';

/** Epochs of one incarnation, both ends among them. */
export interface EpochRange {
  readonly incarnation: number;
  readonly fromEpoch: number;
  readonly toEpoch: number;
}

type Told = Pick<EntryHeader, 'handling' | 'incarnation' | 'epoch'>;

/**
 * `ThreadView.named` after an entry: its epoch counts when the entry is for named recipients alone (EN3), outside,
 * where the author has signed it, or inside, where only whoever has the key can see it. Erased bodies count too: the
 * server goes by the same headers.
 */
export function namedAfter(
  { named }: Pick<ThreadView, 'named'>,
  { handling, ...place }: Told,
  effect: ThreadEffect,
): ReadonlySet<string> {
  const inner = 'handling' in effect ? [effect.handling] : [];
  if (isGrantable([handlingOf(handling), ...inner])) return named;
  return new Set([...named, epochName(place)]);
}

/** Whether something for named recipients alone lies in the range: then none of it is history for anybody. */
export function isForNamed(
  { named, members }: Pick<ThreadView, 'named' | 'members'>,
  { incarnation, fromEpoch, toEpoch }: EpochRange,
): boolean {
  const floor = members?.state.policy.handlingFloor ?? 'EN0';
  if (!isGrantable([floor])) return true;
  return [...named].some((name) => {
    const [of, epoch] = name.split('/').map(Number);
    return of === incarnation && epoch !== undefined && epoch >= fromEpoch && epoch <= toEpoch;
  });
}
