import { ROUTES, type ReleaseStanding } from '@enlace/contracts';
import { isJsonObject, toBase64Url, utf8 } from '@enlace/kernel';
import { readWebRelease } from '@enlace/trust';

import { AnswerMalformed } from '../transport/client-error.js';
import type { Carrier } from '../ceremony/carrier.js';

/** Hands in a release of the browser client that the holders of the release keys signed. */
export async function handInRelease(carry: Carrier, note: string): Promise<ReleaseStanding> {
  const answer = await carry({
    path: ROUTES.releases,
    foundingPath: ROUTES.foundingReleases,
    action: 'release.activate',
    objectId: toBase64Url(readWebRelease(utf8(note)).manifestHash),
    body: { note },
  });
  const { releaseId, manifestHash, state } = isJsonObject(answer) ? answer : {};
  const isStanding = state === 'active' || state === 'proposed';
  if (typeof releaseId !== 'string' || typeof manifestHash !== 'string' || !isStanding) {
    throw new AnswerMalformed('release');
  }
  return { releaseId, manifestHash, state };
}
