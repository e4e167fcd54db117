import { THREAD_LIMITS } from '@enlace/contracts';
import {
  canonicalJson,
  isJsonObject,
  parseStrictJson,
  parseUtf8,
  utf8,
  type JsonValue,
} from '@enlace/kernel';
import { z } from 'zod';

import { EnvelopeTooLarge } from '../envelope/envelope-error.js';
import { ContentMalformed, ContentNewer } from './content-error.js';
import { RECEIPT_CONTENT, TALK_CONTENT } from './talk-content.js';
import { WORK_CONTENT } from './work-content.js';

/** Kinds whose plaintext is JSON. */
export type ContentKind = 'message' | 'receipt';

const message = z.discriminatedUnion('type', [...TALK_CONTENT, ...WORK_CONTENT]);
const receipt = z.discriminatedUnion('type', [...RECEIPT_CONTENT]);

interface Contents {
  readonly message: z.infer<typeof message>;
  readonly receipt: z.infer<typeof receipt>;
}
/** What an entry of a kind says, decrypted and checked (protocol.md, section 6.1). */
export type Content<Kind extends ContentKind = ContentKind> = Readonly<Contents[Kind]>;

const SCHEMAS: { readonly [Kind in ContentKind]: z.ZodType<Contents[Kind]> } = { message, receipt };
const isOf = (schemas: readonly { readonly shape: { readonly type: z.ZodLiteral } }[]) =>
  new Set(schemas.map(({ shape }) => shape.type.value));
const KNOWN: Readonly<Record<ContentKind, ReadonlySet<unknown>>> = {
  message: isOf([...TALK_CONTENT, ...WORK_CONTENT]),
  receipt: isOf([...RECEIPT_CONTENT]),
};

/**
 * The bytes that are sealed (RFC 8785). Texts are brought into NFC. Throws `content.malformed` for what the kind does
 * not have, and `entry.too-large`.
 */
export function encodeContent<Kind extends ContentKind>(
  kind: Kind,
  content: Content<Kind>,
): Uint8Array<ArrayBuffer> {
  const parsed = SCHEMAS[kind].safeParse(content);
  if (!parsed.success) throw new ContentMalformed({ cause: parsed.error });
  const bytes = utf8(canonicalJson(parsed.data));
  if (bytes.length > THREAD_LIMITS.sealedPlaintext) {
    throw new EnvelopeTooLarge(THREAD_LIMITS.sealedPlaintext);
  }
  return bytes;
}

/** Where a content stands: it speaks only of what was there before it. */
export interface ContentPlace<Kind extends ContentKind> {
  readonly kind: Kind;
  readonly seq: number;
}

/**
 * The content of a verified and decrypted entry. Throws `content.newer` for a version or type that is not known, and
 * `content.malformed` for everything else but the one text of a content.
 */
// Attacker-controlled: by a member, who can seal anything.
export function readContent<Kind extends ContentKind>(
  bytes: Uint8Array,
  { kind, seq }: ContentPlace<Kind>,
): Content<Kind> {
  const value = readCanonical(bytes);
  if (!isJsonObject(value)) throw new ContentMalformed();
  const { v, type } = value;
  if (typeof v !== 'number' || typeof type !== 'string') throw new ContentMalformed();
  const isElsewhere = KNOWN.message.has(type) || KNOWN.receipt.has(type);
  if (v !== 1 || !isElsewhere) throw new ContentNewer();
  const parsed = SCHEMAS[kind].safeParse(value);
  if (!parsed.success) throw new ContentMalformed();
  const isBefore = targetsOf(parsed.data).every((target) => Number(target) < seq);
  if (!isBefore) throw new ContentMalformed();
  return parsed.data;
}

/** Members that are the place of another entry, or several. */
const PLACES: ReadonlySet<string> = new Set([
  'coversSeq',
  'replyTo',
  'target',
  'targets',
  'toSeq',
  'upToSeq',
]);

function targetsOf(content: Contents[ContentKind]): readonly unknown[] {
  return Object.entries(content).flatMap(([name, value]: [string, unknown]) =>
    PLACES.has(name) ? value : [],
  );
}

function readCanonical(bytes: Uint8Array): JsonValue {
  try {
    const text = parseUtf8(bytes);
    const value = parseStrictJson(text);
    if (canonicalJson(value) === text) return value;
  } catch (cause) {
    throw new ContentMalformed({ cause });
  }
  throw new ContentMalformed();
}
