import { isJsonObject, parseStrictJson, parseUtf8, utf8, type JsonObject } from '@enlace/kernel';
import {
  EvidenceRefused,
  hashLeaf,
  verifyEvent,
  verifyProof,
  type Cosigner,
  type NoteCrypto,
  type Policy,
  type SaltedSection,
  type SectionDigests,
  type TlogCrypto,
} from '@enlace/tlog';

import type { RecordedDevice } from '../evidence/recorded-device.js';

const SALT_BYTES = 32;

/** An event of custody with what proves it: sections `what` and `who`, and its place in the log. */
export interface CustodyEvent {
  readonly leaf: Uint8Array;
  /** The text of a `.tlog-proof` file. */
  readonly proof: string;
  readonly digests: SectionDigests;
  readonly what: SaltedSection;
  readonly who: SaltedSection;
}

/** What believes: the logs and witnesses, and who held a device at a moment; `null` when no certificate says. */
export interface CustodyTrust {
  readonly policy: Policy;
  readonly find: (deviceId: string, atMs: number) => RecordedDevice | null;
}

/** Where the log has an event, since when, and who cosigned it. */
export interface ProvenPlace {
  readonly occurredAtMs: number;
  readonly leafHash: Uint8Array;
  readonly origin: string;
  readonly index: number;
  readonly size: number;
  readonly root: Uint8Array;
  readonly cosigners: readonly Cosigner[];
  readonly meetsQuorum: boolean;
}

/** What an event must say: that a device of its person knew exactly this, of this custody. */
export interface Committed {
  readonly type: 'attachment.sealed' | 'attachment.transferred';
  readonly custodyId: string;
  readonly salt: Uint8Array;
  /** What the record holds of the signed object under that salt. */
  readonly commitment: string;
}

/** An event that holds, the device that told of it, and the file that it is about. */
export interface ProvenEvent {
  readonly place: ProvenPlace;
  readonly device: RecordedDevice;
  readonly attachmentId: string;
}

/** Throws the codes of the log, and `tlog.evidence-refused`, whose `facts.rule` says what does not hold. */
// Attacker-controlled: all of it.
export function provenEvent(
  crypto: TlogCrypto & NoteCrypto,
  { leaf, proof, digests, what, who }: CustodyEvent,
  { policy, find, committed }: CustodyTrust & { readonly committed: Committed },
): ProvenEvent {
  const leafHash = hashLeaf(crypto, leaf);
  const { inclusion, judged } = verifyProof(crypto, utf8(proof), { leafHash, policy });
  const event = verifyEvent(crypto, { leaf, digests, sections: { what, who } });
  const [said, actor] = [objectIn(event.sections.what), objectIn(event.sections.who)];
  if (committed.salt.length !== SALT_BYTES) throw new EvidenceRefused('seal-salt');
  const attachmentId = fileIn(said, committed);
  const { occurredAtMs } = event.leaf;
  const device = deviceIn(said, actor, (deviceId) => find(deviceId, occurredAtMs));
  const { origin, size, root } = judged.checkpoint;
  const { cosigners, meetsQuorum } = judged;
  const { index } = inclusion;
  const place = { occurredAtMs, leafHash, origin, index, size, root, cosigners, meetsQuorum };
  return { place, device, attachmentId };
}

/** The file of an event that knew exactly this object. */
function fileIn(said: JsonObject, { type, custodyId, commitment }: Committed): string {
  const { objectId } = said;
  const isKnown =
    said['type'] === type &&
    said['outcome'] === 'success' &&
    said['observedBy'] === 'client' &&
    said['custodyId'] === custodyId &&
    said['sealCommitment'] === commitment;
  if (!isKnown || typeof objectId !== 'string') throw new EvidenceRefused('other-seal');
  return objectId;
}

/** The device that the event names, as the directory has it: of this person, and of this State. */
function deviceIn(
  said: JsonObject,
  { deviceId, actorId }: JsonObject,
  find: (deviceId: string) => RecordedDevice | null,
): RecordedDevice {
  const device = typeof deviceId === 'string' ? find(deviceId) : null;
  if (device === null) throw new EvidenceRefused('device-unknown');
  if (actorId !== device.personId || said['actorState'] !== device.state) {
    throw new EvidenceRefused('other-person');
  }
  return device;
}

function objectIn(bytes: Uint8Array | undefined): JsonObject {
  const value = bytes === undefined ? null : parseStrictJson(parseUtf8(bytes));
  if (value === null || !isJsonObject(value)) throw new EvidenceRefused('section-form');
  return value;
}
