import { createHmac } from 'node:crypto';

import { SESSION_LIMITS } from '@enlace/contracts';
import { concatBytes, equalBytes, parseBase64Url, toBase64Url, utf8 } from '@enlace/kernel';

const WINDOW_BYTES = 4;
const MAC_BYTES = 16;

/** What the nonces of one session are made from; the key never leaves the server and dies with the session. */
export interface NonceSource {
  readonly sessionId: string;
  readonly nonceKey: Uint8Array;
}

/**
 * The nonce of the present window (RFC 9449, section 8): `u32 window || HMAC-SHA-256(nonceKey, sessionId || window)`,
 * cut to 16 bytes. Any node makes and checks it; none is stored.
 */
export function freshNonce(source: NonceSource, nowMs: number): string {
  const window = Math.floor(nowMs / SESSION_LIMITS.nonceWindowMs);
  return toBase64Url(nonceOf(source, window));
}

/** Whether the nonce was handed out to this session in one of the last windows. Total: any text may be asked about. */
export function isFreshNonce(source: NonceSource, nonce: string, nowMs: number): boolean {
  const bytes = decode(nonce);
  if (bytes === null) return false;
  const window = new DataView(bytes.buffer).getUint32(0);
  const age = Math.floor(nowMs / SESSION_LIMITS.nonceWindowMs) - window;
  return (
    age >= 0 && age < SESSION_LIMITS.nonceWindows && equalBytes(bytes, nonceOf(source, window))
  );
}

function nonceOf({ sessionId, nonceKey }: NonceSource, window: number): Uint8Array<ArrayBuffer> {
  const head = new Uint8Array(WINDOW_BYTES);
  new DataView(head.buffer).setUint32(0, window);
  const mac = createHmac('sha256', nonceKey).update(utf8(sessionId)).update(head).digest();
  return concatBytes(head, mac.subarray(0, MAC_BYTES));
}

function decode(nonce: string): Uint8Array<ArrayBuffer> | null {
  if (!/^[A-Za-z0-9_-]{27}$/.test(nonce)) return null;
  try {
    return parseBase64Url(nonce);
  } catch {
    return null;
  }
}
