import { ByteReader, concatBytes, idBytes, u32be, u64be, type Branded } from '@enlace/kernel';

import { ContentMalformed, ContentNewer } from './content-error.js';

export type RecordId = Branded<string, 'RecordId'>;

/** Inline, or a reference to an attachment as canonical JSON. */
const FORMS = ['inline', 'attachment'] as const;
const HASH_BYTES = 32;

interface RecordPlace {
  readonly form: (typeof FORMS)[number];
  readonly recordId: RecordId;
  readonly schemaVersion: number;
}

/** The plaintext of an entry `record-update` (protocol.md, section 8.1). */
export interface RecordUpdate extends RecordPlace {
  /** The snapshot that the writer began from; 0 for none. */
  readonly baseSeq: number;
  readonly update: Uint8Array;
}

/** The plaintext of an entry `record-snapshot` (protocol.md, section 8.2). */
export interface RecordSnapshot extends RecordPlace {
  readonly coversSeq: number;
  readonly projectionHash: Uint8Array;
  readonly state: Uint8Array;
}

class BodyMalformed extends ContentMalformed {
  constructor(message: string) {
    super({ cause: new RangeError(message) });
  }
}

export function encodeRecordUpdate(record: RecordUpdate): Uint8Array<ArrayBuffer> {
  return concatBytes(encodePlace(record), u64be(record.baseSeq), record.update);
}

export function encodeRecordSnapshot(record: RecordSnapshot): Uint8Array<ArrayBuffer> {
  const { coversSeq, projectionHash, state } = record;
  if (projectionHash.length !== HASH_BYTES) throw new RangeError('a hash has 32 bytes');
  return concatBytes(encodePlace(record), u64be(coversSeq), projectionHash, state);
}

/** Throws `content.malformed`, `content.newer`. What the update does, records judge. */
// Attacker-controlled: by a member.
export function readRecordUpdate(bytes: Uint8Array): RecordUpdate {
  const reader = new ByteReader(bytes, BodyMalformed);
  const place = readPlace(reader);
  const baseSeq = reader.u64();
  return { ...place, baseSeq, update: restOf(bytes, encodePlace(place).length + 8) };
}

/** Throws `content.malformed`, `content.newer`. */
// Attacker-controlled: by a member.
export function readRecordSnapshot(bytes: Uint8Array): RecordSnapshot {
  const reader = new ByteReader(bytes, BodyMalformed);
  const place = readPlace(reader);
  const coversSeq = reader.u64();
  const projectionHash = reader.take(HASH_BYTES);
  const state = restOf(bytes, encodePlace(place).length + 8 + HASH_BYTES);
  return { ...place, coversSeq, projectionHash, state };
}

function readPlace(reader: ByteReader): RecordPlace {
  const form = FORMS[reader.u8()];
  if (form === undefined) throw new ContentNewer();
  return { form, recordId: reader.id<RecordId>(), schemaVersion: reader.u32() };
}

function encodePlace({ form, recordId, schemaVersion }: RecordPlace): Uint8Array<ArrayBuffer> {
  const byte = Uint8Array.of(FORMS.indexOf(form));
  return concatBytes(byte, idBytes(recordId), u32be(schemaVersion));
}

function restOf(bytes: Uint8Array, at: number): Uint8Array {
  if (bytes.length === at) throw new ContentMalformed();
  return bytes.subarray(at);
}
