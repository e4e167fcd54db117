import type { JsonObject } from '@enlace/kernel';

/** Sizes of a record (protocol.md, section 8.5). */
export const RECORD_LIMITS = {
  /** Bytes of one update, and of the state of a record. */
  stateBytes: 1024 ** 2,
  /** Bytes of an update that is sealed inside an entry, besides the head of its body. */
  inlineBytes: 32_000,
  /** Pieces of one update. */
  pieces: 20_000,
  /** Characters and items of one update, what it deletes again included. */
  characters: 1024 ** 2,
  /** Fields of a record. */
  fields: 20_000,
  /** Levels of lists and objects. */
  depth: 12,
} as const;

/** What records of a schema are, for code that does not know them. */
export interface RecordSchema {
  readonly version: number;
  /**
   * Places of free texts, which merge letter by letter: `/facts/paragraphs/*\/text`, a star for the item of a list. Two
   * values written at once for any other place are one or the other.
   */
  readonly texts: ReadonlySet<string>;
  /** Whether the value is one of the schema. Total. */
  readonly accepts: (value: JsonObject) => boolean;
  /** SHA-256 of the canonical encoding. Total for what is accepted. */
  readonly hash: (value: JsonObject) => Uint8Array;
}
