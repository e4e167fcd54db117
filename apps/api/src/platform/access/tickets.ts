import { createHmac } from 'node:crypto';

import {
  concatBytes,
  equalBytes,
  formatInstant,
  parseBase64Url,
  parseHex,
  toBase64Url,
  toHex,
  u64be,
  utf8,
} from '@enlace/kernel';

import { Refusal } from '../problem/refusal.js';
import type { ActContext } from './act.js';

const LABEL = 'enlace/ticket/v1\0';
const NUMBER_BYTES = 8;
const MAC_BYTES = 32;
const ID_BYTES = 16;
const TICKET_BYTES = 2 * ID_BYTES + 3 * NUMBER_BYTES + MAC_BYTES;

/** What a ticket is for: a stretch of one object, in one direction. */
export interface TicketSubject {
  readonly direction: 'download' | 'entries' | 'pages' | 'upload';
  /** The object, by its name. */
  readonly object: string;
}

/** What stands in a ticket besides its subject, which the request for a part names again. */
interface TicketTerms {
  /** The recorded act that the parts belong to. */
  readonly eventId: string;
  /** The id that the act gave the ticket, where it did. */
  readonly ticketId?: string;
  readonly from: number;
  /** Exclusive. */
  readonly to: number;
  readonly expiresAtMs: number;
}

/**
 * A ticket: its terms in clear, and an HMAC-SHA-256 over subject and terms under the key of the session. Any node makes
 * and checks it, none stores it, and it dies with its session.
 */
export function issueTicket(act: ActContext, subject: TicketSubject, terms: TicketTerms) {
  const body = concatBytes(
    uuidBytes(terms.eventId),
    uuidBytes(terms.ticketId ?? terms.eventId),
    u64be(terms.from),
    u64be(terms.to),
    u64be(terms.expiresAtMs),
  );
  return {
    ticket: toBase64Url(concatBytes(body, macOf(keyOf(act), subject, body))),
    expiresAt: formatInstant(terms.expiresAtMs),
  };
}

/**
 * The act that covers a part, the stretch `from` to `to` of the subject, and where that of the whole ticket ends.
 * Throws `ticket.refused` for a ticket that is missing, over, of another session, or for something else.
 */
export function assertTicket(
  act: ActContext,
  subject: TicketSubject,
  part: { readonly from: number; readonly to: number; readonly nowMs: number },
): { readonly eventId: string; readonly ticketId: string; readonly to: number } {
  const bytes = decode(act.ticketing?.shown);
  const body = bytes.subarray(0, TICKET_BYTES - MAC_BYTES);
  const mac = bytes.subarray(TICKET_BYTES - MAC_BYTES);
  if (!equalBytes(mac, macOf(keyOf(act), subject, body))) throw new Refusal('ticket.refused');
  const numbers = new DataView(body.buffer, body.byteOffset + 2 * ID_BYTES);
  const [from = 0, to = 0, expiresAtMs = 0] = [0, 1, 2].map((at) =>
    Number(numbers.getBigUint64(at * NUMBER_BYTES)),
  );
  const isWithin = part.from >= from && part.to <= to && part.nowMs < expiresAtMs;
  if (!isWithin) throw new Refusal('ticket.refused');
  return {
    eventId: formatUuid(body.subarray(0, ID_BYTES)),
    ticketId: formatUuid(body.subarray(ID_BYTES, 2 * ID_BYTES)),
    to,
  };
}

// Attacker-controlled: a header.
function decode(text: string | null | undefined): Uint8Array<ArrayBuffer> {
  try {
    const bytes = parseBase64Url((text ?? '').slice(0, 2 * TICKET_BYTES));
    if (bytes.length === TICKET_BYTES) return bytes;
  } catch (cause) {
    throw new Refusal('ticket.refused', { cause });
  }
  throw new Refusal('ticket.refused');
}

function macOf(key: Uint8Array, { direction, object }: TicketSubject, body: Uint8Array): Buffer {
  const head = utf8(`${LABEL}${direction}\0${object}\0`);
  return createHmac('sha256', key).update(head).update(body).digest();
}

/** Tickets are of a session; whoever acts without one has none. */
function keyOf({ ticketing }: ActContext): Uint8Array {
  if (ticketing === undefined) throw new Refusal('ticket.refused');
  return ticketing.key;
}

/**
 * A part as its own event has it: its attestation is that of the act that gave the ticket, and it uses up no number.
 */
export function coveredBy(act: ActContext, eventId: string): ActContext {
  return { ...act, attest: { ofEvent: eventId } };
}

function uuidBytes(id: string): Uint8Array {
  return parseHex(id.replaceAll('-', ''));
}

function formatUuid(bytes: Uint8Array): string {
  return toHex(bytes).replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5');
}
