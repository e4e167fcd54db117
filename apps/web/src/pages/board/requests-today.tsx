import { isDomainError } from '@enlace/kernel';
import type { ReactNode } from 'react';

import type { Language } from '../../i18n/language.js';
import { useMessages } from '../../i18n/use-messages.js';
import type { ListedRequest } from '../../protocol/operations.js';
import { hrefOfRequest } from '../../routes.js';
import { worker } from '../../state/workspace.js';
import { deadlineWords } from '../entries/deadline-words.js';
import type { Messages } from '../entries/person-words.js';
import { useMlaLanguage } from '../requests/request-words.js';
import { today } from '../requests/use-check.js';
import { reminderWords } from './reminder-words.js';
import { isAskedForOpinion, type BoardReader } from './steps.js';

/** Without an answer at the moment; whoever asks again gets it. */
const FOR_NOW = [
  'client.unreachable',
  'client.not-connected',
  'service.unavailable',
  'rate.limited',
] as const;

/** The requests of the own State; none while nobody answers. */
export async function requestsNow(): Promise<readonly ListedRequest[]> {
  try {
    return await worker().call('request.list', { today: today() });
  } catch (error) {
    if (isDomainError(error, ...FOR_NOW)) return [];
    throw error;
  }
}

/** What of a request needs somebody today: an opinion that is asked for, and days that come near. */
export function RequestToday({
  listed: { tracked, held, neededBy, due },
  reader,
}: {
  readonly listed: ListedRequest;
  readonly reader: BoardReader;
}): ReactNode {
  const t = useMessages();
  const language = useMlaLanguage();
  const { requestId, requestingState: state } = tracked;
  const isAsked = isAskedForOpinion(tracked, reader);
  const title = held?.title ?? t('requests.untitled');
  const href = hrefOfRequest(requestId, held?.kind === 'draft' ? 'edit' : 'opinion');
  const words = [
    ...(isAsked ? [opinionWords(t, { state, neededBy, language })] : []),
    ...due.map((one) => reminderWords(t, one, language)),
  ];
  return words.map((sentence) => (
    <li key={sentence}>
      {held === null ? title : <a href={href}>{title}</a>} {sentence}
    </li>
  ));
}

/** That an opinion is asked for, and until when in the zone of whoever asks and in the own one. */
function opinionWords(
  t: Messages,
  {
    state,
    neededBy,
    language,
  }: Pick<ListedRequest, 'neededBy'> & {
    readonly state: string;
    readonly language: Language;
  },
): string {
  if (neededBy === null) return t('today.opinion', { state });
  const deadline = deadlineWords(language, neededBy.at, neededBy.zone);
  return t('today.opinion.due', { state, deadline });
}

/** Whether a request is among what needs somebody today. */
export function isForToday({ tracked, due }: ListedRequest, reader: BoardReader): boolean {
  return due.length > 0 || isAskedForOpinion(tracked, reader);
}
