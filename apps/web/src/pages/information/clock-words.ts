import { systemClock } from '@enlace/kernel';

import type { ResultOf } from '../../protocol/operations.js';
import type { Messages } from '../entries/person-words.js';

export type Asked = ResultOf<'information.held'>['asked'][number];

const DAY_MS = 86_400_000;

/** How long there is until an answer is needed, or since when it is late; empty once there is one. */
export function clockWords(t: Messages, { neededBy, isOverdue, standing }: Asked): string {
  const days = Math.floor(Math.abs(Date.parse(neededBy) - systemClock.nowMs()) / DAY_MS);
  if (isOverdue) return t('information.overdue', { days });
  if (standing === 'answered' || standing === 'declined') return '';
  return days === 0 ? t('information.today') : t('information.left', { days });
}
