import type { IncomingHttpHeaders } from 'node:http';

import { Refusal } from '../problem/refusal.js';
import type { Origins } from './origins.js';

const SAFE_METHODS: ReadonlySet<string> = new Set(['GET', 'HEAD', 'OPTIONS']);

/**
 * Refuses a request that a foreign page made a browser send: whatever may change something or carries a cookie must
 * come from our own page (`Sec-Fetch-Site: same-origin`) or from a listed origin of the same site. Fetch Metadata may
 * be missing only where no browser is involved: the request then carries `Authorization: DPoP`, or the token of a
 * witness,
 * which no page can attach unasked. Throws `origin.refused`.
 */
export function assertOrigin(method: string, headers: IncomingHttpHeaders, origins: Origins): void {
  if (SAFE_METHODS.has(method) && headers.cookie === undefined) return;
  const { origin, 'sec-fetch-site': site } = headers;
  if (origin !== undefined && !origins.isClient(origin)) throw new Refusal('origin.refused');
  if (site === 'same-origin') return;
  if (site === 'same-site' && origin !== undefined) return;
  if (site === undefined && hasProofAuthorization(headers)) return;
  throw new Refusal('origin.refused');
}

function hasProofAuthorization({ authorization }: IncomingHttpHeaders): boolean {
  return authorization !== undefined && /^(?:DPoP|Bearer) \S/i.test(authorization);
}

/**
 * Refuses a request under a name that is not ours (DNS rebinding): to the browser the foreign page and this server
 * are
 * then one origin, and only `Host` still tells. Throws `origin.refused`.
 */
export function assertHost({ host }: IncomingHttpHeaders, origins: Origins): void {
  if (!origins.isOwnHost(host)) throw new Refusal('origin.refused');
}

/**
 * Browsers send `Origin` with every websocket and no Fetch Metadata that we could rely on. A program that is none
 * sends no `Origin`; whether it may connect is decided with its ticket. Throws `origin.refused`.
 */
export function assertSocketOrigin({ origin }: IncomingHttpHeaders, origins: Origins): void {
  if (origin !== undefined && !origins.isClient(origin)) throw new Refusal('origin.refused');
}
