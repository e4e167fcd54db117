import type { AttachmentParams } from '@enlace/contracts/dto';
import { parseId, type AttachmentId, type ThreadId } from '@enlace/kernel';

import type { TicketSubject } from '../platform/access/tickets.js';
import type { SeenThread } from '../threads/threads.service.js';
import type { FileId } from './attachments.repository.js';

export function fileOf({ id, attachmentId }: AttachmentParams): FileId {
  return {
    threadId: parseId<ThreadId>(id),
    attachmentId: parseId<AttachmentId>(attachmentId),
  };
}

/** A file as events are about it. */
export function fileIn(
  { originator, states, threadId, caseId }: SeenThread,
  { attachmentId }: FileId,
) {
  return {
    object: { type: 'attachment', id: attachmentId, ownerState: originator },
    states,
    threadId,
    caseId,
  } as const;
}

export function ticketFor(
  direction: 'upload' | 'download',
  { threadId, attachmentId }: FileId,
): TicketSubject {
  return { direction, object: `${threadId}/${attachmentId}` };
}
