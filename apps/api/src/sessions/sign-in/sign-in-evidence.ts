import type { PasskeyAssertionInput, SessionJwk, SignInStatementForm } from '@enlace/contracts/dto';
import { isDomainError, type Clock } from '@enlace/kernel';
import { cryptoReady, passkeyChallenge, type Directory, type VerifiedDevice } from '@enlace/trust';
import { Inject, Injectable, type OnModuleInit } from '@nestjs/common';

import type { TakenChallenge } from '../../challenges/challenge-hash.js';
import { DirectoryLog } from '../../directory/directory-log.js';
import {
  isPasskeyOf,
  PasskeyAssertions,
  type ShownPasskey,
} from '../../passkeys/passkey-assertions.service.js';
import { Origins } from '../../platform/access/origins.js';
import type { Transaction } from '../../platform/database/database.js';
import { sessionKeyThumbprint } from '../../platform/proof/request-proof.js';
import { CLOCK } from '../../platform/tokens.js';
import { findDevice, judgeSignIn } from './sign-in.js';
import type { Claimed } from '../signed-form.js';

/** What came with a sign-in and what was taken for it. */
export interface SignInAttempt {
  readonly claimed: Claimed<SignInStatementForm> | null;
  readonly challenge: TakenChallenge | null;
  readonly sessionKey: string | null;
  readonly assertion: PasskeyAssertionInput | undefined;
}

/** Who signs in: a device, and the passkey that signed for it, where that is the method. */
export interface JudgedSignIn {
  readonly device: VerifiedDevice;
  readonly passkey: ShownPasskey | null;
}

/** Judges sign-ins by the directory, the clock and the origins of this server. */
@Injectable()
export class SignInEvidence implements OnModuleInit {
  readonly #decoys = new WeakMap<Directory, string | null>();

  constructor(
    private readonly directory: DirectoryLog,
    private readonly origins: Origins,
    private readonly passkeys: PasskeyAssertions,
    @Inject(CLOCK) private readonly clock: Clock,
  ) {}

  async onModuleInit(): Promise<void> {
    await cryptoReady();
  }

  /** The device that signs in, as the directory stands in this transaction, or `null`. */
  async judge(tx: Transaction, attempt: SignInAttempt): Promise<JudgedSignIn | null> {
    const directory = await this.read(tx);
    const passkey = await this.findPasskey(tx, attempt);
    const device = judgeSignIn(attempt.claimed, {
      directory,
      decoy: directory && this.decoyOf(directory),
      challenge: attempt.challenge,
      isPasskeyShown: attempt.assertion !== undefined,
      passkey,
      sessionKey: attempt.sessionKey,
      isOwnOrigin: (origin) => origin === this.origins.own || this.origins.isClient(origin),
      nowMs: this.clock.nowMs(),
    });
    return device && { device, passkey };
  }

  /** The passkey that signs for the device of a session once more, or `null`. */
  async findPasskeyOf(
    tx: Transaction,
    device: VerifiedDevice,
    shown: { readonly assertion: PasskeyAssertionInput; readonly challenge: Uint8Array },
  ): Promise<ShownPasskey | null> {
    const directory = await this.read(tx);
    const passkey = await this.passkeys.judge(tx, shown.assertion, shown.challenge);
    if (directory === null || passkey === null) return null;
    return isPasskeyOf(directory, device, passkey) ? passkey : null;
  }

  /** Whether the counter of a passkey went on; the last condition, because it is written down. */
  async spend(tx: Transaction, passkey: ShownPasskey): Promise<boolean> {
    return this.passkeys.spend(tx, passkey);
  }

  /** The device of a session as the directory stands in this transaction, or `null`: it may have been revoked since. */
  async find(tx: Transaction, deviceId: string): Promise<VerifiedDevice | null> {
    return findDevice(await this.read(tx), deviceId, this.clock.nowMs());
  }

  private async findPasskey(
    tx: Transaction,
    { claimed, assertion, sessionKey }: SignInAttempt,
  ): Promise<ShownPasskey | null> {
    if (claimed === null || assertion === undefined) return null;
    const { challengeId, challenge } = claimed.statement;
    const asked = { challengeId, challenge, sessionKey: sessionKey ?? '' };
    return this.passkeys.judge(tx, assertion, passkeyChallenge(asked));
  }

  /** Any device with a sound chain, looked for once in each state of the directory; `null` where there is none. */
  private decoyOf(directory: Directory): string | null {
    const known = this.#decoys.get(directory);
    if (known !== undefined) return known;
    const nowMs = this.clock.nowMs();
    const ids = directory.devices.values().flat();
    const decoy = ids.find((id) => findDevice(directory, id, nowMs) !== null) ?? null;
    this.#decoys.set(directory, decoy);
    return decoy;
  }

  /** No trust store, no directory, nobody who could sign in: refused like everybody else. */
  private async read(tx: Transaction): Promise<Directory | null> {
    try {
      return await this.directory.current(tx);
    } catch (error) {
      if (isDomainError(error, 'statement.refused')) return null;
      throw error;
    }
  }
}

/** The thumbprint of a session key, or `null` for a key that can make no proofs. */
export async function thumbprintOf({ kty, crv, x, y }: SessionJwk): Promise<string | null> {
  try {
    return await sessionKeyThumbprint({ kty, crv, x, ...(y === undefined ? {} : { y }) });
  } catch {
    return null;
  }
}
