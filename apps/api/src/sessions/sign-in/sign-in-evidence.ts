import type { SessionJwk, SignInStatementForm } from '@enlace/contracts/dto';
import { isDomainError, type Clock } from '@enlace/kernel';
import { cryptoReady, type Directory, type VerifiedDevice } from '@enlace/trust';
import { Inject, Injectable, type OnModuleInit } from '@nestjs/common';

import { DirectoryLog } from '../../directory/directory-log.js';
import { Origins } from '../../platform/access/origins.js';
import type { Transaction } from '../../platform/database/database.js';
import { sessionKeyThumbprint } from '../../platform/proof/request-proof.js';
import { CLOCK } from '../../platform/tokens.js';
import type { TakenChallenge } from '../sessions.repository.js';
import { findDevice, judgeSignIn } from './sign-in.js';
import type { Claimed } from '../signed-form.js';

/** What came with a sign-in and what was taken for it. */
export interface SignInAttempt {
  readonly claimed: Claimed<SignInStatementForm> | null;
  readonly challenge: TakenChallenge | null;
  readonly sessionKey: string | null;
}

/** Judges sign-ins by the directory, the clock and the origins of this server. */
@Injectable()
export class SignInEvidence implements OnModuleInit {
  readonly #decoys = new WeakMap<Directory, string | null>();

  constructor(
    private readonly directory: DirectoryLog,
    private readonly origins: Origins,
    @Inject(CLOCK) private readonly clock: Clock,
  ) {}

  async onModuleInit(): Promise<void> {
    await cryptoReady();
  }

  /** The device that signs in, as the directory stands in this transaction, or `null`. */
  async judge(tx: Transaction, attempt: SignInAttempt): Promise<VerifiedDevice | null> {
    const directory = await this.read(tx);
    return judgeSignIn(attempt.claimed, {
      directory,
      decoy: directory && this.decoyOf(directory),
      challenge: attempt.challenge,
      sessionKey: attempt.sessionKey,
      isOwnOrigin: (origin) => origin === this.origins.own || this.origins.isClient(origin),
      nowMs: this.clock.nowMs(),
    });
  }

  /** The device of a session as the directory stands in this transaction, or `null`: it may have been revoked since. */
  async find(tx: Transaction, deviceId: string): Promise<VerifiedDevice | null> {
    return findDevice(await this.read(tx), deviceId, this.clock.nowMs());
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
