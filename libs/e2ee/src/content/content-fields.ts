import { fields, HANDLING_CODES } from '@enlace/contracts';
import { parseId, type PersonId } from '@enlace/kernel';
import { z } from 'zod';

/** Sizes of what is in a content: characters, items and bytes (protocol.md, section 6.1). */
export const CONTENT_LIMITS = {
  title: 200,
  caseRef: 100,
  description: 2_000,
  text: 16_000,
  note: 1_000,
  question: 2_000,
  answer: 8_000,
  /** The reason why a finding is considered and gone on with, and the least of one. */
  waiver: 2_000,
  waiverLeast: 20,
  questions: 30,
  /** Code of a person, number of a document or a phone. */
  subject: 200,
  subjects: 30,
  attachments: 20,
  mentions: 50,
  targets: 20,
  persons: 100,
  redactions: 256,
  /** Canonical JSON of an opinion. */
  opinion: 24_000,
  /** The wire of a signed seal. */
  seal: 12_288,
  /** What proves in the log that whoever hands a sealed file over holds it. */
  custodyReceipt: 12_288,
  /** Bytes of one attached file before it is sealed, and its chunks of 64 KiB. */
  attachmentBytes: 8 * 1024 ** 3,
  attachmentChunks: 131_072,
} as const;

/** Text that a person wrote; on the way out it is brought into NFC, which everything that is signed has. */
export const written = (limit: number) =>
  z
    .string()
    .overwrite((text) => text.normalize('NFC'))
    .check(z.minLength(1), z.maxLength(limit));

/** The place of another entry in the log of the thread: the chain vouches for which one it is. */
export const target = fields.count(1, Number.MAX_SAFE_INTEGER);

const ascends = (numbers: readonly number[]): boolean =>
  numbers.every((seq, at) => at === 0 || seq > (numbers[at - 1] ?? 0));

export const targets = z.array(target).min(1).max(CONTENT_LIMITS.targets).refine(ascends);

export const personId = fields.personId.transform((id) => parseId<PersonId>(id));

/** Different persons, sorted: a set has one text. */
export const persons = (limit: number) =>
  z
    .array(fields.personId)
    .min(1)
    .max(limit)
    .refine((ids) => ids.every((id, at) => at === 0 || id > (ids[at - 1] ?? '')))
    .transform((ids): readonly PersonId[] => ids.map((id) => parseId<PersonId>(id)));

export const signature = fields.bytesOf(64);

/** A value whose form another page gives; it is canonical JSON, bounded. */
export const canonicalBody = fields.canonicalText(CONTENT_LIMITS.opinion);

/** The inner copy of the handling code, which binds. EN3 names its recipients, and no other code does. */
const handling = z
  .strictObject({
    code: z.enum(HANDLING_CODES),
    recipients: persons(CONTENT_LIMITS.persons).exactOptional(),
    note: written(CONTENT_LIMITS.note).exactOptional(),
  })
  .refine(({ code, recipients }) => (code === 'EN3') === (recipients !== undefined));

/** What every content has. */
export const common = {
  v: z.literal(1),
  handling,
  /** The author's clock. */
  sentAt: fields.instant,
} as const;

/** A sealed file: where it is, how it opens, and what it must then be (protocol.md, section 7). */
export const attachment = z.strictObject({
  attachmentId: fields.objectId,
  name: written(255),
  mediaType: z.string().regex(/^[a-z0-9][a-z0-9!#$&^_.+-]{0,62}\/[a-z0-9][a-z0-9!#$&^_.+-]{0,62}$/),
  size: fields.count(0, CONTENT_LIMITS.attachmentBytes),
  chunks: fields.count(1, CONTENT_LIMITS.attachmentChunks),
  key: fields.bytesOf(32),
  commitment: fields.hash,
  sha256: fields.hash,
  sha512: fields.bytesOf(64),
  ciphertextSha256: fields.hash,
  acquiredAt: fields.instant.exactOptional(),
  note: written(CONTENT_LIMITS.note).exactOptional(),
});
