import type { PasskeyAssertion, RecoveryStatement, SignInChallenge } from '@enlace/contracts';
import { testBytes } from '@enlace/testing';
import type { JsonObject } from '@enlace/kernel';
import type { Response } from 'supertest';

import type { SoftPasskey } from './soft-authenticator.js';
import { TestBrowser } from './test-browser.js';

interface Showing {
  /** A passkey of another device of the person. */
  readonly passkey?: SoftPasskey;
  readonly reentry?: { readonly reentryId: string; readonly code: string };
  /** What the statement says otherwise. */
  readonly change?: Partial<RecoveryStatement>;
  /** What the passkey is made to sign otherwise. */
  readonly said?: JsonObject;
  readonly signer?: string;
}

/** A browser that nobody has certified yet, of somebody who comes back. */
export class ReturningBrowser extends TestBrowser {
  recovery(challenge: SignInChallenge, change: Partial<RecoveryStatement> = {}): JsonObject {
    return {
      origin: this.server.url,
      challengeId: challenge.challengeId,
      challenge: challenge.challenge,
      deviceId: this.deviceId,
      signKey: this.signKey,
      sessionKey: this.key?.thumbprint ?? '',
      build: testBytes('build', 32),
      ...change,
    };
  }

  /** Asks for a session of recovery with what is shown. */
  async tryToRecover(showing: Showing): Promise<Response> {
    await this.makeKey();
    const challenge = await this.challenge();
    const statement = this.recovery(challenge, showing.change);
    const signed = this.sign(statement, showing.signer ?? this.deviceName, 'enlace/recovery/v1');
    return this.post('/sessions/recovery', {
      ...signed,
      ...this.assertionFor(statement, showing),
      ...(showing.reentry === undefined ? {} : { reentry: showing.reentry }),
    });
  }

  private assertionFor(
    statement: JsonObject,
    { passkey, said }: Showing,
  ): { readonly assertion?: PasskeyAssertion } {
    if (passkey === undefined) return {};
    const { challengeId = '', challenge = '', sessionKey = '', signKey = '' } = statement;
    const over = { challengeId, challenge, sessionKey, signKey, ...said };
    return { assertion: this.signed('enlace/passkey-recovery/v1', over, { passkey }) };
  }
}
