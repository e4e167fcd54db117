import { createHash } from 'node:crypto';
import type { IncomingHttpHeaders } from 'node:http';

import { SESSION_COOKIE } from '@enlace/contracts';
import { toBase64Url, type Random } from '@enlace/kernel';

import type { SessionHash } from '../database/database.js';
import { Refusal } from '../problem/refusal.js';
import { tokenHash } from '../proof/request-proof.js';

const TOKEN_BYTES = 32;
const TOKEN = /^[A-Za-z0-9_-]{43}$/;

/** A token as a request carries it; whether a session stands behind it is not known yet. */
export interface PresentedToken {
  readonly sidHash: SessionHash;
  readonly ath: string;
  /** A cookie comes from a browser, the header from a program. */
  readonly via: 'web' | 'cli';
}

/** A token that nobody had before: 256 random bits. */
export function newToken(random: Random): string {
  return toBase64Url(random.bytes(TOKEN_BYTES));
}

/** The key of the session's row. Nothing else of a token is ever stored. */
export function sessionHash(token: string): SessionHash {
  const digest = createHash('sha256').update('enlace/sid/v1\0').update(token).digest();
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- the one place where the hash of a token is made
  return new Uint8Array(digest) as unknown as SessionHash;
}

/** The token of a request, or `null`. Two tokens are two stories: `body.malformed`. */
export function readToken(headers: IncomingHttpHeaders): PresentedToken | null {
  const cookies = cookiesNamed(SESSION_COOKIE, headers.cookie ?? '');
  const bearer = /^DPoP (?<token>\S+)$/i.exec(headers.authorization ?? '')?.groups?.['token'];
  const tokens = [...cookies, ...(bearer === undefined ? [] : [bearer])];
  const [token] = tokens;
  if (tokens.length > 1) throw new Refusal('body.malformed');
  if (token === undefined || !TOKEN.test(token)) return null;
  const via = bearer === undefined ? 'web' : 'cli';
  return { sidHash: sessionHash(token), ath: tokenHash(token), via };
}

function cookiesNamed(name: string, header: string): readonly string[] {
  return header
    .split(';')
    .map((pair) => pair.trim().split('='))
    .filter(([found]) => found === name)
    .map(([, ...value]) => value.join('='));
}

/** The cookie of a browser's session (RFC 6265bis): no script reads it, no foreign page sends it. */
export function sessionCookie(token: string): string {
  return `${SESSION_COOKIE}=${token}; Secure; HttpOnly; SameSite=Strict; Path=/`;
}

/** Takes the cookie back. */
export const NO_SESSION_COOKIE = `${SESSION_COOKIE}=; Secure; HttpOnly; SameSite=Strict; Path=/; Max-Age=0`;
