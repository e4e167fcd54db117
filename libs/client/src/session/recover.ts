import { ROUTES, type RecoveryStatement } from '@enlace/contracts';
import { isJsonObject, toBase64Url, type DeviceId } from '@enlace/kernel';
import { publicKeyOf, SIGNING_LABELS, type ReentryText, type Seed } from '@enlace/trust';

import { AnswerMalformed } from '../transport/client-error.js';
import {
  grantedBody,
  NO_SESSION_YET,
  wireRequest,
  type HttpTransport,
} from '../transport/http-transport.js';
import type { ProofKey } from './proof-key.js';
import type { GivenReceipt } from './given-receipt.js';
import { askToSignIn, openingReceipt, readOpened, signParts, type HeldSession } from './sign-in.js';

const OPENING = { method: 'POST', path: ROUTES.sessionRecovery } as const;

/** A device that nobody has certified yet, of somebody who comes back. */
export interface ReturningDevice {
  readonly deviceId: DeviceId;
  readonly seed: Seed;
  /** Hash of the release of this program. */
  readonly build: string;
}

/**
 * Opens a session of recovery by a code of two registrars: a quarter of an hour, in which the vault is fetched and the
 * certificate of this one device handed in. The device signs the challenge, the origin and the key of the session under
 * a label of its own. Throws `session.refused`, whatever the server's reason.
 */
export async function recoverByCode(
  transport: HttpTransport,
  { deviceId, seed, build }: ReturningDevice,
  shown: { readonly key: ProofKey; readonly code: Pick<ReentryText, 'reentryId' | 'code'> },
): Promise<{ readonly session: HeldSession; readonly receipt: GivenReceipt }> {
  const { key, code } = shown;
  const statement = {
    origin: transport.origin,
    ...(await askToSignIn(transport)),
    deviceId,
    signKey: toBase64Url(publicKeyOf(seed)),
    sessionKey: key.thumbprint,
    build,
  } as const satisfies RecoveryStatement;
  const signed = signParts(SIGNING_LABELS.recovery, { ...statement }, seed);
  const body = {
    ...signed,
    sessionJwk: { ...key.jwk },
    reentry: { reentryId: code.reentryId, code: toBase64Url(code.code) },
  };
  const answer = await transport.send(wireRequest({ ...OPENING, body }), NO_SESSION_YET);
  const opened = grantedBody(answer);
  if (!isJsonObject(opened)) throw new AnswerMalformed('object');
  return { session: readOpened(opened), receipt: openingReceipt(answer, OPENING, signed) };
}
