import { canonicalJson, isDomainError } from '@enlace/kernel';
import {
  isSignedBy,
  keyId,
  parseSignedObject,
  type SignedObject,
  type SigningLabel,
} from '@enlace/trust';
import { plainToInstance } from 'class-transformer';
import { validateSync } from 'class-validator';

/** A key that signs nothing: what the signature of an unknown device is verified against, so that it costs the same. */
export const NOBODY: Uint8Array = new Uint8Array(32).fill(1);

/** 64 bytes that are a signature of nothing: of a statement that a passkey signs, not the key of the device. */
export const NO_SIGNATURE = 'A'.repeat(86);

/** A signed statement whose form holds; nothing of it is true yet. */
export interface Claimed<Form> {
  readonly statement: Form;
  readonly object: SignedObject;
}

/** A statement and one signature, as a request carries them. */
interface Signed {
  readonly body: string;
  readonly sig: string;
}

/** Reads a signed statement, or `null` for every deviation of form. */
// Attacker-controlled: the text of a body that a stranger sends.
export function readSigned<Form extends object>(
  form: new () => Form,
  { body, sig }: Signed,
): Claimed<Form> | null {
  try {
    const object = parseSignedObject(canonicalJson({ body, sigs: [{ key: keyId(NOBODY), sig }] }));
    const statement = plainToInstance(form, object.body);
    const faults = validateSync(statement, { whitelist: true, forbidNonWhitelisted: true });
    return faults.length === 0 ? { statement, object } : null;
  } catch (error) {
    if (isDomainError(error)) return null;
    throw error;
  }
}

/** Whether the one signature is of this key; which key a stranger says it is of does not matter. */
export function isSignedByKey(
  object: SignedObject,
  label: SigningLabel,
  signKey: Uint8Array,
): boolean {
  const [first] = object.signatures;
  if (first === undefined) return false;
  const signatures = [{ key: keyId(signKey), signature: first.signature }];
  return isSignedBy({ ...object, signatures }, label, signKey);
}
