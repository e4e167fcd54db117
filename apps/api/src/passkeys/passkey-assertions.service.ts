import type { PasskeyAssertion, StateCode } from '@enlace/contracts';
import { parseBase64Url, parseHex, type Clock } from '@enlace/kernel';
import { policyOf, type Directory, type VerifiedDevice } from '@enlace/trust';
import { Inject, Injectable } from '@nestjs/common';

import { Origins } from '../platform/access/origins.js';
import type { Transaction } from '../platform/database/database.js';
import { CLOCK } from '../platform/tokens.js';
import { isPasskeyAllowed } from './passkey-policy.js';
import { PasskeysRepository } from './passkeys.repository.js';
import { verifyAssertion } from './verify-passkey.js';

/**
 * The key that answers of unknown passkeys are verified against (COSE, ES256: the generator of P-256), so that they
 * cost the same. Whoever makes a signature of it is still nobody.
 */
const NOBODY_KEY = parseHex(
  'a5010203262001' +
    '2158206b17d1f2e12c4247f8bce6e563a440f277037d812deb33a0f4a13945d898c296' +
    '2258204fe342e2fe1a7f9b8ee7eb4a7c0f9e162bce33576b315ececbb6406837bf51f5',
);

/** A passkey that signed what it was asked to, and what it says of itself. */
export interface ShownPasskey {
  readonly credentialId: Uint8Array;
  readonly state: StateCode;
  readonly personId: string;
  readonly ref: string;
  readonly aaguid: string;
  readonly isSynced: boolean;
  readonly counter: number;
}

/** Judges answers of passkeys: to a sign-in, a step-up, a recovery. */
@Injectable()
export class PasskeyAssertions {
  constructor(
    private readonly repository: PasskeysRepository,
    private readonly origins: Origins,
    @Inject(CLOCK) private readonly clock: Clock,
  ) {}

  /** The passkey that signed this challenge on a page of ours, or `null`; an unknown one costs the same. */
  async judge(
    tx: Transaction,
    assertion: PasskeyAssertion,
    challenge: Uint8Array,
  ): Promise<ShownPasskey | null> {
    const credentialId = readId(assertion.credentialId);
    const kept = await this.repository.find(tx, credentialId);
    const isClient = (origin: string): boolean => this.origins.isClient(origin);
    const key = kept?.credentialKey ?? NOBODY_KEY;
    const shown = await verifyAssertion(assertion, key, { challenge, isClient });
    if (kept === null || shown === null) return null;
    const { state, personId, ref, aaguid } = kept;
    return { credentialId, state, personId, ref, aaguid, ...shown };
  }

  /**
   * The counter that a passkey reports is above every one before: false for a copy that is behind. The last condition
   * of an act, because it is the only one that writes.
   */
  async spend(tx: Transaction, { credentialId, counter }: ShownPasskey): Promise<boolean> {
    return this.repository.use(tx, credentialId, { counter, nowMs: this.clock.nowMs() });
  }
}

/** Whether a device is signed for by a passkey that its certificate names, of a kind that its State allows. */
export function isPasskeyOf(
  directory: Directory,
  device: VerifiedDevice,
  shown: ShownPasskey,
): boolean {
  const { personId, state } = device.person;
  return (
    shown.personId === personId &&
    shown.state === state &&
    device.authenticators.includes(shown.ref) &&
    isPasskeyAllowed(policyOf(directory, state), shown)
  );
}

// Attacker-controlled: text that may end in bits of nothing.
function readId(credentialId: string): Uint8Array {
  try {
    return parseBase64Url(credentialId);
  } catch {
    return new Uint8Array();
  }
}
