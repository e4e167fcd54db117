import {
  ATTACHMENT_LIMITS,
  ROUTES,
  TICKET_HEADER,
  UPLOAD_OFFSET_HEADER,
  type Purpose,
} from '@enlace/contracts';
import type { AttachmentId, ThreadId } from '@enlace/kernel';

import { declarePurpose } from '../../session/declare-purpose.js';
import { AnswerFields } from '../../transport/answer-fields.js';
import type { Asking } from '../wire/thread-wire.js';
import type { Stretch } from './file-ports.js';

/** A ticket is one header. In characters. */
const TICKET_CHARACTERS = 4_096;

const fields = new AnswerFields('attachment');

/** Which file, in which thread. */
export interface FilePlace {
  readonly threadId: ThreadId;
  readonly attachmentId: AttachmentId;
}

/** A place for the parts of an upload. */
export interface Reserved {
  readonly ticket: string;
  /** Where the next part begins. */
  readonly offset: number;
  /** Longest part. */
  readonly partBytes: number;
}

/**
 * A place for a sealed file, or where it stands when it has one. Throws the refusal of the server: `attachment.quota`
 * for one that is too large for it, `attachment.conflict` for one that is complete.
 */
export async function reserveFile(
  session: Asking,
  { threadId, attachmentId }: FilePlace,
  length: number,
): Promise<Reserved> {
  const path = ROUTES.threadAttachments.replace(':id', threadId);
  const request = { method: 'POST', path, body: { attachmentId, length } } as const;
  const { ticket, offset, partBytes } = fields.object(await session.request(request, 'act'));
  const told = {
    ticket: fields.text(ticket, TICKET_CHARACTERS),
    offset: fields.count(offset),
    partBytes: fields.count(partBytes),
  };
  if (told.offset > length || told.partBytes === 0) fields.refuse();
  return { ...told, partBytes: Math.min(told.partBytes, ATTACHMENT_LIMITS.partBytes) };
}

/** Hands in the next bytes; that the server has them is what it answers. Throws its refusal. */
export async function sendPart(
  session: Asking,
  place: FilePlace,
  part: { readonly ticket: string; readonly offset: number; readonly octets: Uint8Array },
): Promise<void> {
  const { ticket, offset, octets } = part;
  const path = pathOf(ROUTES.attachmentContent, place);
  const headings = { [TICKET_HEADER]: ticket, [UPLOAD_OFFSET_HEADER]: String(offset) };
  await session.request({ method: 'PUT', path, octets, headings }, 'none');
}

/** All parts are there; the same again changes nothing. Throws `attachment.hash`, `attachment.incomplete`. */
export async function completeFile(
  session: Asking,
  place: FilePlace,
  ciphertextSha256: string,
): Promise<void> {
  const path = pathOf(ROUTES.attachmentCompletion, place);
  await session.request({ method: 'POST', path, body: { ciphertextSha256 } }, 'act');
}

/** The right to fetch a file, for a purpose that was declared with it. */
export async function askForFile(
  session: Asking,
  place: FilePlace,
  purpose: Purpose,
): Promise<string> {
  const path = pathOf(ROUTES.attachmentTickets, place);
  const headings = await declarePurpose(session, { purpose });
  const { ticket } = fields.object(
    await session.request({ method: 'POST', path, headings }, 'act'),
  );
  return fields.text(ticket, TICKET_CHARACTERS);
}

/** Bytes of the sealed file from a place on, at most up to the other one, and one at least. */
export async function fetchPart(
  session: Asking,
  place: FilePlace,
  { ticket, from, to }: Stretch & { readonly ticket: string },
): Promise<Uint8Array> {
  const path = pathOf(ROUTES.attachmentContent, place);
  const headings = { [TICKET_HEADER]: ticket, range: `bytes=${from}-${to - 1}` };
  const request = { method: 'GET', path, headings, limitBytes: to - from } as const;
  const octets = await session.requestOctets(request, 'none');
  return octets.length === 0 ? fields.refuse() : octets;
}

function pathOf(route: string, { threadId, attachmentId }: FilePlace): string {
  return route.replace(':id', threadId).replace(':attachmentId', attachmentId);
}
