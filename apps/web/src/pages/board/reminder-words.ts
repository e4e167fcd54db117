import { labelOf, type Language } from '@enlace/mla';

import type { useMessages } from '../../i18n/use-messages.js';
import type { ListedRequest } from '../../protocol/operations.js';

/** One day that comes near, in a sentence. It names no person and nothing of the case. */
export function reminderWords(
  t: ReturnType<typeof useMessages>,
  { kind, on, daysLeft }: ListedRequest['due'][number],
  language: Language,
): string {
  const what = labelOf('reminders', kind)[language];
  const days = Math.abs(daysLeft);
  return t(daysLeft < 0 ? 'requests.reminder.since' : 'requests.reminder.due', { what, on, days });
}
