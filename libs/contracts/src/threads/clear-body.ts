import { ByteReader, concatBytes, parseUtf8, u32be, utf8 } from '@enlace/kernel';

import { EntryMalformed } from './entry-malformed.js';
import type { ClearKind } from './entry-kinds.js';
import { THREAD_LIMITS } from './thread-limits.js';

const HASH_BYTES = 32;

/** The byte before each part; they ascend. */
const TAGS = { statement: 1, message: 2, grantHash: 3, packageHash: 4, messageHash: 5 } as const;

/** What the body of a clear kind is made of; the server reads all of it (protocol.md, section 2.3). */
export interface ClearBody {
  /** Canonical JSON (RFC 8785). */
  readonly statement: string;
  /** A whole MLS message (RFC 9420): of a commit, unless it is a blob. */
  readonly message?: Uint8Array;
  /** SHA-256 of the grant blob. */
  readonly grantHash?: Uint8Array;
  /** SHA-256 of the package blob. */
  readonly packageHash?: Uint8Array;
  /** SHA-256 of the blob that holds the MLS message. */
  readonly messageHash?: Uint8Array;
}

type PartName = keyof ClearBody;

/** Which parts a body of a kind has, and which it may have. */
const FORMS: Readonly<
  Record<ClearKind, { readonly has: readonly PartName[]; readonly may: readonly PartName[] }>
> = {
  genesis: { has: ['statement', 'packageHash'], may: ['grantHash'] },
  commit: { has: ['statement', 'packageHash'], may: ['message', 'messageHash', 'grantHash'] },
  leave: { has: ['statement'], may: [] },
  'access-request': { has: ['statement'], may: [] },
  grant: { has: ['statement', 'grantHash'], may: [] },
  redaction: { has: ['statement'], may: [] },
  lifecycle: { has: ['statement'], may: [] },
};

export function encodeClearBody(kind: ClearKind, body: ClearBody): Uint8Array<ArrayBuffer> {
  const part = (name: PartName, bytes: Uint8Array | undefined): readonly Uint8Array[] =>
    bytes === undefined ? [] : [Uint8Array.of(TAGS[name]), u32be(bytes.length), bytes];
  const { statement, message, grantHash, packageHash, messageHash } = body;
  const bytes = concatBytes(
    ...part('statement', utf8(statement)),
    ...part('message', message),
    ...part('grantHash', grantHash),
    ...part('packageHash', packageHash),
    ...part('messageHash', messageHash),
  );
  decodeClearBody(kind, bytes);
  return bytes;
}

/** Throws `entry.malformed`. Of the statement nothing but its being text is known here. */
// Attacker-controlled: every byte.
export function decodeClearBody(kind: ClearKind, bytes: Uint8Array): ClearBody {
  const parts = readParts(bytes);
  const { has, may } = FORMS[kind];
  const isComplete = has.every((name) => parts.has(TAGS[name]));
  const allowed = new Set<number>([...has, ...may].map((name) => TAGS[name]));
  if (!isComplete || [...parts.keys()].some((tag) => !allowed.has(tag))) {
    throw new EntryMalformed('parts of another kind');
  }
  const isCommit = kind === 'commit';
  if (isCommit && parts.has(TAGS.message) === parts.has(TAGS.messageHash)) {
    throw new EntryMalformed('a commit has one message');
  }
  const hash = (name: PartName) => optional(name, hashIn(parts.get(TAGS[name])));
  return {
    statement: textIn(parts.get(TAGS.statement)),
    ...optional('message', messageIn(parts.get(TAGS.message))),
    ...hash('grantHash'),
    ...hash('packageHash'),
    ...hash('messageHash'),
  };
}

function readParts(bytes: Uint8Array): ReadonlyMap<number, Uint8Array> {
  const reader = new ByteReader(bytes, EntryMalformed);
  const parts = new Map<number, Uint8Array>();
  let last = 0;
  while (!reader.isAtEnd()) {
    const tag = reader.u8();
    if (tag <= last || tag > TAGS.messageHash) throw new EntryMalformed('parts out of order');
    parts.set(tag, reader.variable(THREAD_LIMITS.clearEntry));
    last = tag;
  }
  return parts;
}

function optional(name: PartName, value: Uint8Array | undefined): Partial<ClearBody> {
  return value === undefined ? {} : { [name]: value };
}

function hashIn(part: Uint8Array | undefined): Uint8Array | undefined {
  if (part !== undefined && part.length !== HASH_BYTES) throw new EntryMalformed('not a hash');
  return part;
}

function messageIn(part: Uint8Array | undefined): Uint8Array | undefined {
  if (part !== undefined && (part.length === 0 || part.length > THREAD_LIMITS.inlineMessage)) {
    throw new EntryMalformed('a message of an impossible size');
  }
  return part;
}

function textIn(part: Uint8Array | undefined): string {
  try {
    return parseUtf8(part ?? new Uint8Array());
  } catch {
    throw new EntryMalformed('not text');
  }
}
