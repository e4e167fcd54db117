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
import { askToSignIn, readOpened, signParts, type HeldSession } from './sign-in.js';

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
): Promise<HeldSession> {
  const { key, code } = shown;
  const statement = {
    origin: transport.origin,
    ...(await askToSignIn(transport)),
    deviceId,
    signKey: toBase64Url(publicKeyOf(seed)),
    sessionKey: key.thumbprint,
    build,
  } as const satisfies RecoveryStatement;
  const body = {
    ...signParts(SIGNING_LABELS.recovery, { ...statement }, seed),
    sessionJwk: { ...key.jwk },
    reentry: { reentryId: code.reentryId, code: toBase64Url(code.code) },
  };
  const request = wireRequest({ method: 'POST', path: ROUTES.sessionRecovery, body });
  const opened = grantedBody(await transport.send(request, NO_SESSION_YET));
  if (!isJsonObject(opened)) throw new AnswerMalformed('object');
  return readOpened(opened);
}
