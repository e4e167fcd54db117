import { parseBase64, parseUtf8 } from '@enlace/kernel';

import { HASH_BYTES } from './tree/hash.js';
import type { Fault } from './tlog-error.js';

// Attacker-controlled: everything that passes here. Each reader accepts one spelling of a value, so that two parties
// that accept the same bytes read the same thing, and no byte of a signed text can be changed without its meaning.

/** Strict UTF-8 of at most `limitBytes`, byte order mark kept. */
export function readText(bytes: Uint8Array, limitBytes: number, fault: Fault): string {
  if (bytes.length > limitBytes) throw new fault(`longer than ${limitBytes} bytes`);
  try {
    return parseUtf8(bytes);
  } catch (cause) {
    throw new fault('not valid UTF-8', { cause });
  }
}

/** An ASCII decimal without leading zeros that is a safe integer. */
export function readDecimal(text: string, fault: Fault): number {
  const value = /^(?:0|[1-9]\d{0,15})$/.test(text) ? Number(text) : Number.NaN;
  if (!Number.isSafeInteger(value)) throw new fault('not a decimal number below 2^53');
  return value;
}

/** RFC 4648, section 4, in its canonical spelling. */
export function readBase64(text: string, fault: Fault): Uint8Array<ArrayBuffer> {
  try {
    return parseBase64(text);
  } catch (cause) {
    throw new fault('not canonical base64', { cause });
  }
}

/** One hash in base64. */
export function readHash(text: string, fault: Fault): Uint8Array<ArrayBuffer> {
  const hash = readBase64(text, fault);
  if (hash.length !== HASH_BYTES) throw new fault('not a hash of 32 bytes');
  return hash;
}

/**
 * C2SP signed-note: not empty, no Unicode white space, no plus sign; nor control characters, which no note may hold.
 */
export function isKeyName(name: string): boolean {
  return (
    name !== '' && name.isWellFormed() && !/[\p{White_Space}+]/u.test(name) && !hasControl(name)
  );
}

/** Whether a text holds a control character below U+0020 other than newline. */
export function hasControl(text: string): boolean {
  for (let at = 0; at < text.length; at += 1) {
    const unit = text.charCodeAt(at);
    if (unit < 0x20 && unit !== 0x0a) return true;
  }
  return false;
}
