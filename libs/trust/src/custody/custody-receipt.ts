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
import {
  isSealSignedBy,
  readCustodySeal,
  sealCommitment,
  type CustodyStatement,
} from './custody-seal.js';

const SALT_BYTES = 32;

/** What a receipt embeds: the seal, and the event that knew it, with its proof. */
export interface CustodyReceipt {
  readonly seal: string;
  readonly salt: Uint8Array;
  readonly leaf: Uint8Array;
  /** The text of a `.tlog-proof` file. */
  readonly proof: string;
  readonly digests: SectionDigests;
  readonly what: SaltedSection;
  readonly who: SaltedSection;
}

/** What a receipt proves: this device signed this seal, and the log has known it since then. */
export interface ProvenCustody {
  readonly statement: CustodyStatement;
  readonly device: RecordedDevice;
  readonly attachmentId: string;
  readonly occurredAtMs: number;
  readonly leafHash: Uint8Array;
  readonly origin: string;
  readonly index: number;
  readonly size: number;
  readonly root: Uint8Array;
  readonly cosigners: readonly Cosigner[];
  readonly meetsQuorum: boolean;
}

interface CustodyTrust {
  readonly policy: Policy;
  /** Who held a device at a moment; `null` when no certificate says. */
  readonly find: (deviceId: string, atMs: number) => RecordedDevice | null;
}

/**
 * Checks all of a receipt, from the proof up to the signature. Throws the codes of the log, `statement.refused`, and
 * `tlog.evidence-refused`, whose `facts.rule` says what does not hold.
 */
// Attacker-controlled: all of it.
export function verifyCustodyReceipt(
  crypto: TlogCrypto & NoteCrypto,
  { seal, salt, leaf, proof, digests, what, who }: CustodyReceipt,
  { policy, find }: CustodyTrust,
): ProvenCustody {
  const leafHash = hashLeaf(crypto, leaf);
  const { inclusion, judged } = verifyProof(crypto, utf8(proof), { leafHash, policy });
  const event = verifyEvent(crypto, { leaf, digests, sections: { what, who } });
  const [said, actor] = [objectIn(event.sections.what), objectIn(event.sections.who)];
  if (salt.length !== SALT_BYTES) throw new EvidenceRefused('seal-salt');
  const read = readCustodySeal(seal);
  const attachmentId = sealedIn(said, read.statement, sealCommitment(crypto, salt, read));
  const { occurredAtMs } = event.leaf;
  const device = deviceIn(said, actor, (deviceId) => find(deviceId, occurredAtMs));
  if (!isSealSignedBy(read, device.signKey)) throw new EvidenceRefused('seal-signature');
  const { origin, size, root } = judged.checkpoint;
  return {
    statement: read.statement,
    device,
    attachmentId,
    occurredAtMs,
    leafHash,
    origin,
    index: inclusion.index,
    size,
    root,
    cosigners: judged.cosigners,
    meetsQuorum: judged.meetsQuorum,
  };
}

/** The file of an event that knew exactly this seal. */
function sealedIn(said: JsonObject, { custodyId }: CustodyStatement, commitment: string): string {
  const { objectId } = said;
  const isKnown =
    said['type'] === 'attachment.sealed' &&
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
