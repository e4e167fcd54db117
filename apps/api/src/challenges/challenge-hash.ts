import { createHash } from 'node:crypto';

import { equalBytes } from '@enlace/kernel';

/** Where a challenge is answered; one that was made for another flow is none. */
export type Flow = 'sign-in' | 'step-up' | 'claim' | 'device';

/** A challenge that was taken out: whatever comes of the answer, nobody answers it again. */
export interface TakenChallenge {
  readonly flow: string;
  readonly hash: Uint8Array;
  readonly sessionId: string | null;
  readonly expiresAt: Date;
}

/** A challenge that was never given: an attempt that names none costs the same as one that does. */
export const NO_CHALLENGE = '00000000-0000-7000-8000-000000000000';

/** Whether somebody answers a challenge that was given for this flow, in time. */
export function answers(
  challenge: TakenChallenge | null,
  flow: Flow,
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
