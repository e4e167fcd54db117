import { createHash } from 'node:crypto';

import { canonicalJson, equalBytes, isDomainError } from '@enlace/kernel';
import {
  isSignedBy,
  keyId,
  parseSignedObject,
  type SignedObject,
  type SigningLabel,
} from '@enlace/trust';
import { plainToInstance } from 'class-transformer';
import { validateSync } from 'class-validator';

import type { TakenChallenge } from './sessions.repository.js';

/** A key that signs nothing: what the signature of an unknown device is verified against, so that it costs the same. */
export const NOBODY: Uint8Array = new Uint8Array(32).fill(1);

/** A challenge that was never given: an attempt that names none costs the same as one that does. */
export const NO_CHALLENGE = '00000000-0000-7000-8000-000000000000';

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

/** Whether a statement answers a challenge that was given for this flow, in time. */
export function answers(
  challenge: TakenChallenge | null,
  flow: 'sign-in' | 'step-up',
  { said, nowMs }: { readonly said: string; readonly nowMs: number },
): boolean {
  const hash = challengeHash(said);
  if (challenge === null) return false;
  const isInTime = challenge.expiresAt.getTime() > nowMs;
  return challenge.flow === flow && isInTime && equalBytes(hash, challenge.hash);
}

/** What is kept of a challenge. */
export function challengeHash(challenge: string): Uint8Array {
  return createHash('sha256').update('enlace/challenge/v1\0').update(challenge).digest();
}
