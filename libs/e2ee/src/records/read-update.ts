import * as Y from 'yjs';

import { FIELDS, LIST, namesOf, placeOfType, TEXT } from './record-names.js';
import { RecordRefused } from './record-error.js';
import { RECORD_LIMITS } from './record-schema.js';

type Piece = ReturnType<typeof Y.decodeUpdate>['structs'][number];

/** Names of writers have 32 bits, as Yjs draws them. */
const WRITER_MOST = 2 ** 32 - 1;

/** The clear form of an update, judged before a record takes it in. */
export interface ReadUpdate {
  /** `null` of an update that deletes and writes nothing. */
  readonly writer: number | null;
}

/**
 * Reads an update. Each has one writer of its own, drawn at random for it: so nobody can write in advance under the
 * name of somebody else, whose own words would then be taken for words that everybody has. Throws `record.refused`.
 */
// Attacker-controlled: by a member.
export function readUpdate(bytes: Uint8Array): ReadUpdate {
  const pieces = piecesOf(bytes);
  const [first] = pieces;
  if (first === undefined) return { writer: null };
  const { client } = first.id;
  if (client > WRITER_MOST) throw new RecordRefused('writer');
  let clock = 0;
  for (const piece of pieces) {
    const isNext = piece.id.client === client && piece.id.clock === clock;
    if (!isNext) throw new RecordRefused('writer');
    clock += piece.length;
  }
  return { writer: client };
}

/** Reads the whole state of a record: of many writers. Throws `record.refused`. */
// Attacker-controlled: by a member.
export function assertState(bytes: Uint8Array): void {
  piecesOf(bytes);
}

function piecesOf(bytes: Uint8Array): readonly Piece[] {
  if (bytes.length > RECORD_LIMITS.stateBytes) throw new RecordRefused('size');
  const { structs } = decoded(bytes);
  if (structs.length > RECORD_LIMITS.pieces) throw new RecordRefused('size');
  const characters = structs.reduce((sum, { length }) => sum + length, 0);
  if (!(characters <= RECORD_LIMITS.characters)) throw new RecordRefused('size');
  if (!structs.every(isPlain)) throw new RecordRefused('content');
  return structs;
}

function decoded(bytes: Uint8Array): ReturnType<typeof Y.decodeUpdate> {
  try {
    return Y.decodeUpdate(bytes);
  } catch (cause) {
    // Yjs throws what its decoder met, a stack that ran out included.
    throw new RecordRefused('form', { cause });
  }
}

/** Values and letters, or what was of them, in the map of fields, a list or a text. */
function isPlain(piece: Piece): boolean {
  if (!(piece instanceof Y.Item)) return false;
  const { content } = piece;
  const isKnown =
    content instanceof Y.ContentAny ||
    content instanceof Y.ContentString ||
    content instanceof Y.ContentDeleted;
  // Without a parent of its own it stands beside what it names.
  const parent: unknown = piece.parent;
  return isKnown && (parent === null || (typeof parent === 'string' && isShared(parent)));
}

function isShared(name: string): boolean {
  if (name === FIELDS) return true;
  const place = placeOfType(LIST, name) ?? placeOfType(TEXT, name);
  return place !== null && namesOf(place) !== null;
}
