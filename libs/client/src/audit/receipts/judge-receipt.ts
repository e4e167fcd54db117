import {
  expectedRecord,
  isRefusalTarget,
  REFUSAL_EVENTS,
  type OwnReceipt,
  type ShownSection,
} from '@enlace/contracts';
import {
  DomainError,
  equalBytes,
  isDomainError,
  isJsonObject,
  parseBase64,
  parseBase64Url,
  parseStrictJson,
  parseUtf8,
  utf8,
  type DeviceId,
  type JsonObject,
  type JsonValue,
} from '@enlace/kernel';
import {
  SECTION_NAMES,
  verifyEvent,
  verifyProof,
  verifyReceipt,
  type SaltedSection,
  type SectionDigests,
  type SectionName,
  type VerifiedCheckpoint,
} from '@enlace/tlog';

import { AnswerMalformed } from '../../transport/client-error.js';
import { clientTlogCrypto } from '../../tlog-crypto.js';
import type { AuditTrust } from '../audit-trust.js';
import { attestHashOf, partsOf, type OpenReceipt } from './kept-receipts.js';

/** The record says something else than what this device did; `facts.part` names what. */
class RecordDiffers extends DomainError {
  override readonly code = 'record.differs';
  override readonly kind = 'integrity';

  constructor(part: string, options: { cause?: unknown } = {}) {
    super('the record says something else', { ...options, facts: { part } });
  }
}

/** The person of the device, and the State that certified them. */
export interface ReceiptActor {
  readonly personId: string;
  readonly state: string;
}

/** Whose act it was, and with what the answer is checked. */
export interface JudgingGrounds {
  readonly deviceId: DeviceId;
  readonly actor: ReceiptActor;
  readonly trust: AuditTrust;
}

/** A leaf that stands where it was promised and says what this device did. */
export interface ProvenReceipt {
  readonly origin: string;
  readonly index: number;
  readonly checkpoint: Pick<VerifiedCheckpoint, 'size' | 'root'>;
  /** The note of the checkpoint, byte for byte: evidence, should the log ever be another. */
  readonly note: Uint8Array;
  readonly meetsQuorum: boolean;
}

// Attacker-controlled: the whole answer.
/**
 * Checks the signature (where the directory announces the key), the proof, the commitment, and that outcome, type,
 * object, person, State, device and signed request are those of this device. Throws `record.differs`, `tlog.*` and
 * `client.answer-malformed`: each of them is a reason to dispute.
 */
export function judgeReceipt(
  open: OpenReceipt,
  answer: Extract<OwnReceipt, { pending: false }>,
  { trust, ...own }: JudgingGrounds,
): ProvenReceipt {
  const { bytes, leaf, leafHash } = partsOf(open.receipt);
  assertSigned(bytes, trust);
  if (!equalBytes(parseBase64Url(answer.leaf), leaf)) throw new RecordDiffers('leaf');
  const proof = utf8(answer.proof);
  const proven = verifyProof(clientTlogCrypto, proof, { leafHash, policy: trust.policy });
  const { checkpoint, meetsQuorum } = proven.judged;
  const { index } = proven.inclusion;
  if (answer.index !== index || answer.origin !== checkpoint.origin)
    throw new RecordDiffers('place');
  const digests = eachSection((name) => parseBase64(answer.digests[name]));
  const sections = shownSections(answer.sections);
  const event = verifyEvent(clientTlogCrypto, { leaf, digests, sections });
  assertSame(open, own, {
    what: readSection(event.sections.what, 'what'),
    who: readSection(event.sections.who, 'who'),
    attest: readSection(event.sections.attest, 'attest'),
  });
  const note = utf8(answer.proof.slice(answer.proof.indexOf('\n\n') + 2));
  return { origin: checkpoint.origin, index, checkpoint, note, meetsQuorum };
}

function assertSigned(receipt: Uint8Array, { receiptKeys }: AuditTrust): void {
  if (receiptKeys.length === 0) return;
  const isSigned = receiptKeys.some((key) => {
    try {
      verifyReceipt(clientTlogCrypto, receipt, key);
      return true;
    } catch (error) {
      if (isDomainError(error, 'tlog.receipt-signature')) return false;
      throw error;
    }
  });
  if (!isSigned) throw new RecordDiffers('signature');
}

function assertSame(
  open: OpenReceipt,
  own: Omit<JudgingGrounds, 'trust'>,
  { what, who, attest }: Readonly<Record<'what' | 'who' | 'attest', JsonObject>>,
): void {
  if (attestHashOf(attest) !== open.attestHash) throw new RecordDiffers('attest');
  if ((what['outcome'] === 'success') !== open.isGranted) throw new RecordDiffers('outcome');
  if (what['observedBy'] !== 'server') throw new RecordDiffers('observer');
  assertOwn(open, own, { what, who });
  if (open.isGranted) assertGranted(open.target, what);
  else assertRefused(open.target, what);
}

function assertGranted(asked: string, what: JsonObject): void {
  const [method = '', path = ''] = asked.split(' ');
  const expected = expectedRecord(method, path);
  if (expected === null) return;
  if (!isOneOf(expected.types, what['type'])) throw new RecordDiffers('type');
  const { objectId } = expected;
  if (objectId !== null && objectId !== what['objectId']) throw new RecordDiffers('object');
}

function assertRefused(asked: string, what: JsonObject): void {
  const [method = '', path = ''] = asked.split(' ');
  if (!isOneOf(REFUSAL_EVENTS, what['type'])) throw new RecordDiffers('type');
  const { target } = what;
  const isTarget = typeof target === 'string' && isRefusalTarget(target, method, path);
  if (what['type'] === 'access.denied' && !isTarget) throw new RecordDiffers('target');
}

/** Under the name of the person of this device; whoever was refused after the session had ended is nobody there. */
function assertOwn(
  { isGranted }: OpenReceipt,
  { deviceId, actor }: Omit<JudgingGrounds, 'trust'>,
  { what, who }: Readonly<Record<'what' | 'who', JsonObject>>,
): void {
  const isNobody = !isGranted && who['deviceId'] === undefined && who['actorId'] === undefined;
  if (isNobody) return;
  if (who['deviceId'] !== deviceId) throw new RecordDiffers('who');
  if (who['actorId'] !== actor.personId) throw new RecordDiffers('actor');
  const states = [who['actorState'], what['actorState']];
  if (states.some((state) => state !== actor.state)) throw new RecordDiffers('state');
}

function isOneOf(types: readonly string[], type: JsonValue | undefined): boolean {
  return types.some((one) => one === type);
}

function readSection(bytes: Uint8Array | undefined, name: SectionName): JsonObject {
  if (bytes === undefined) throw new RecordDiffers(name);
  const value: JsonValue = parseStrictJson(parseUtf8(bytes));
  if (!isJsonObject(value)) throw new RecordDiffers(name);
  return value;
}

function shownSections(
  shown: Readonly<Partial<Record<SectionName, ShownSection>>>,
): Partial<Record<SectionName, SaltedSection>> {
  const sections: Partial<Record<SectionName, SaltedSection>> = {};
  for (const name of SECTION_NAMES) {
    const section = shown[name];
    if (section === undefined) continue;
    sections[name] = { salt: parseBase64(section.salt), bytes: parseBase64(section.bytes) };
  }
  return sections;
}

function eachSection(make: (name: SectionName) => Uint8Array): SectionDigests {
  return {
    what: make('what'),
    who: make('who'),
    where: make('where'),
    why: make('why'),
    attest: make('attest'),
  };
}

// Attacker-controlled: what the server answers about one leaf.
export function readOwnReceipt(value: JsonValue | undefined): OwnReceipt {
  const item = value !== undefined && isJsonObject(value) ? value : {};
  const { leaf, pending, origin, index, proof } = item;
  if (typeof leaf !== 'string') throw new AnswerMalformed('receipt');
  if (pending === true) return { leaf, pending: true };
  const isPlaced =
    typeof origin === 'string' && typeof index === 'number' && typeof proof === 'string';
  if (pending !== false || !isPlaced) throw new AnswerMalformed('receipt');
  const digests = item['digests'];
  const sections = item['sections'];
  return {
    leaf,
    pending: false,
    origin,
    index,
    proof,
    digests: readDigests(digests),
    sections: readShown(sections),
  };
}

function readDigests(value: JsonValue | undefined): Readonly<Record<SectionName, string>> {
  const read = value !== undefined && isJsonObject(value) ? value : {};
  const text = (name: SectionName): string => {
    const digest = read[name];
    if (typeof digest !== 'string') throw new AnswerMalformed('digest');
    return digest;
  };
  return {
    what: text('what'),
    who: text('who'),
    where: text('where'),
    why: text('why'),
    attest: text('attest'),
  };
}

function readShown(
  value: JsonValue | undefined,
): Readonly<Partial<Record<SectionName, ShownSection>>> {
  const read = value !== undefined && isJsonObject(value) ? value : {};
  const shown: Partial<Record<SectionName, ShownSection>> = {};
  for (const name of SECTION_NAMES) {
    const section = read[name];
    if (section === undefined) continue;
    const { salt, bytes } = isJsonObject(section) ? section : {};
    if (typeof salt !== 'string' || typeof bytes !== 'string') throw new AnswerMalformed('section');
    shown[name] = { salt, bytes };
  }
  return shown;
}
