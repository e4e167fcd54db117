import { parseHex, toHex } from './bytes/bytes.js';
import { MalformedInput } from './malformed-input.js';
import type { Clock, Random } from './ports.js';

declare const brand: unique symbol;

/** A value that was checked once and carries its meaning in its type. */
export type Branded<Value, Name extends string> = Value & { readonly [brand]: Name };

export type PersonId = Branded<string, 'PersonId'>;
export type DeviceId = Branded<string, 'DeviceId'>;
export type OfficeId = Branded<string, 'OfficeId'>;
export type CaseId = Branded<string, 'CaseId'>;
export type ThreadId = Branded<string, 'ThreadId'>;
export type EntryId = Branded<string, 'EntryId'>;
export type ThreadInvitationId = Branded<string, 'ThreadInvitationId'>;
export type HistoryGrantId = Branded<string, 'HistoryGrantId'>;
export type RequestId = Branded<string, 'RequestId'>;
export type AttachmentId = Branded<string, 'AttachmentId'>;
export type EventId = Branded<string, 'EventId'>;

const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[1-8][0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/;

/** A lower-case UUID (RFC 9562) as the id it is said to be. Throws `body.malformed` for every other spelling. */
export function parseId<Id extends Branded<string, string>>(text: string): Id {
  if (!UUID.test(text)) throw new MalformedInput('not a lower-case UUID');
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- the one place that brands an id, after its check
  return text as Id;
}

/** The 16 bytes of an id. */
export function idBytes(id: Branded<string, string>): Uint8Array<ArrayBuffer> {
  return parseHex(id.replaceAll('-', ''));
}

/** The id of 16 bytes; `null` for bytes that are no UUID of RFC 9562. */
export function formatIdBytes<Id extends Branded<string, string>>(bytes: Uint8Array): Id | null {
  const text = hyphenate(toHex(bytes));
  return UUID.test(text) ? parseId<Id>(text) : null;
}

/** A UUID version 7 (RFC 9562, section 5.7): sorts by the clock's millisecond, the remaining 74 bits are random. */
export function newId<Id extends Branded<string, string>>(clock: Clock, random: Random): Id {
  return parseId(layOutUuid(stampTime(random.bytes(16), clock.nowMs()), 0x70));
}

/** A UUID version 4 (RFC 9562, section 5.4), for ids that must not tell when they were made (persons). */
export function newRandomId<Id extends Branded<string, string>>(random: Random): Id {
  return parseId(layOutUuid(random.bytes(16), 0x40));
}

function stampTime(bytes: Uint8Array<ArrayBuffer>, ms: number): Uint8Array<ArrayBuffer> {
  const view = new DataView(bytes.buffer);
  view.setUint16(0, Math.floor(ms / 2 ** 32));
  view.setUint32(2, ms % 2 ** 32);
  return bytes;
}

function layOutUuid(bytes: Uint8Array, version: number): string {
  bytes[6] = ((bytes[6] ?? 0) & 0x0f) | version;
  bytes[8] = ((bytes[8] ?? 0) & 0x3f) | 0x80;
  return hyphenate(toHex(bytes));
}

function hyphenate(hex: string): string {
  return [0, 8, 12, 16, 20].map((from, at, all) => hex.slice(from, all[at + 1] ?? 32)).join('-');
}
