import { parseBase64Url, parseId, type CaseId, type DeviceId, type ThreadId } from '@enlace/kernel';

import { verifyDevice, type Moment, type VerifiedDevice } from '../chain.js';
import type { Directory } from '../fold/directory.js';
import { SIGNING_LABELS } from '../labels.js';
import { signObject, type Seed } from '../sign-object.js';
import { isSignedBy, parseSignedObject, type SignedObject } from '../signed-object.js';
import { StatementRefused } from '../trust-error.js';

const NONCE_BYTES = 16;

/**
 * What a second person approves of, and of nothing else: an act on one thread or one case, why, and until when it
 * holds. An approval for a thread is none for its case, whatever the id: the name of the member is signed with it.
 */
export type ApprovedAct = ({ readonly threadId: ThreadId } | { readonly caseId: CaseId }) & {
  readonly action: string;
  readonly basis: string;
  readonly until: string | null;
};

/** An approval whose signature was checked. Whether its person may approve is for the policy. */
export interface VerifiedApproval {
  /** 16 bytes in base64url: the approval counts once. */
  readonly nonce: string;
  readonly device: VerifiedDevice;
}

/** An approval of exactly one act, before its signature is believed. */
export interface ReadApproval {
  readonly nonce: string;
  /** `keyId` of the one signer, as the wire claims it. */
  readonly key: string;
  readonly object: SignedObject;
}

/** The wire of an approval by a device (`enlace/approval/v1`). The nonce is of 16 random bytes. */
export function signApproval(act: ApprovedAct, nonce: string, seed: Seed): string {
  return signObject(SIGNING_LABELS.approval, { ...act, nonce }, [seed]);
}

/** An approval of exactly this act, with one signature, which is not verified yet. Throws `statement.refused`. */
// Attacker-controlled: it comes from the person who wants to be approved of.
export function readApproval(wire: string, act: ApprovedAct): ReadApproval {
  const object = parseSignedObject(wire);
  const { nonce, ...said } = object.body;
  const isSame =
    Object.keys(said).toSorted().join() === Object.keys(act).toSorted().join() &&
    Object.entries(act).every(([name, value]) => said[name] === value);
  if (!isSame || typeof nonce !== 'string' || !isNonce(nonce)) throw new StatementRefused('act');
  const [signature, second] = object.signatures;
  if (signature === undefined || second !== undefined) throw new StatementRefused('signer');
  return { nonce, key: signature.key, object };
}

/** True when this key signed it, as an approval. */
export function isApprovalSignedBy({ object }: ReadApproval, signKey: Uint8Array): boolean {
  return isSignedBy(object, SIGNING_LABELS.approval, signKey);
}

/** The device whose key it is, as certificates said at any time; `null` for every other key. */
export function deviceOfKey({ keys }: Directory, key: string): DeviceId | null {
  const [kind, id] = keys.get(key)?.owner.split('|') ?? [];
  return kind === 'device' && id !== undefined ? parseId<DeviceId>(id) : null;
}

/**
 * Whose device approved of exactly this act. Throws `statement.refused` for another act, another form or a signature
 * that does not hold, and `chain.refused` for a device that does not stand at the moment.
 */
// Attacker-controlled: it comes from the person who wants to be approved of.
export function verifyApproval(
  wire: string,
  act: ApprovedAct,
  { directory, moment }: { readonly directory: Directory; readonly moment: Moment },
): VerifiedApproval {
  const approval = readApproval(wire, act);
  const deviceId = deviceOfKey(directory, approval.key);
  if (deviceId === null) throw new StatementRefused('signer');
  const device = verifyDevice(directory, deviceId, moment);
  if (!isApprovalSignedBy(approval, device.signKey)) throw new StatementRefused('signer');
  return { nonce: approval.nonce, device };
}

function isNonce(text: string): boolean {
  try {
    return parseBase64Url(text).length === NONCE_BYTES;
  } catch {
    return false;
  }
}
