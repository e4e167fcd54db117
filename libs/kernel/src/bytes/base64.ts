import { MalformedInput } from '../malformed-input.js';

const STANDARD = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/';
const URL_SAFE = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_';

/** RFC 4648 section 5, without padding. */
export function toBase64Url(bytes: Uint8Array): string {
  return encode(bytes, URL_SAFE);
}

/**
 * Accepts the canonical spelling only: no padding, no white space, no non-zero trailing bits. Throws `body.malformed`.
 */
export function parseBase64Url(text: string): Uint8Array<ArrayBuffer> {
  return decode(text, URL_SAFE);
}

/** RFC 4648 section 4, with padding. */
export function toBase64(bytes: Uint8Array): string {
  const text = encode(bytes, STANDARD);
  return text + '='.repeat((4 - (text.length % 4)) % 4);
}

/** Accepts the canonical spelling only, padding included. Throws `body.malformed`. */
export function parseBase64(text: string): Uint8Array<ArrayBuffer> {
  const body = text.endsWith('==')
    ? text.slice(0, -2)
    : text.endsWith('=')
      ? text.slice(0, -1)
      : text;
  const bytes = decode(body, STANDARD);
  if (toBase64(bytes) !== text) throw new MalformedInput('base64 padding is wrong');
  return bytes;
}

function encode(bytes: Uint8Array, alphabet: string): string {
  let text = '';
  for (let start = 0; start < bytes.length; start += 3) {
    const rest = bytes.length - start;
    const group =
      ((bytes[start] ?? 0) << 16) | ((bytes[start + 1] ?? 0) << 8) | (bytes[start + 2] ?? 0);
    const digits = rest >= 3 ? 4 : rest + 1;
    for (let digit = 0; digit < digits; digit += 1) {
      text += alphabet.charAt((group >> (18 - 6 * digit)) & 63);
    }
  }
  return text;
}

function decode(text: string, alphabet: string): Uint8Array<ArrayBuffer> {
  if (text.length % 4 === 1) throw new MalformedInput('base64 has an impossible length');
  const bytes = new Uint8Array(Math.floor((text.length * 3) / 4));
  let buffer = 0;
  let bits = 0;
  let offset = 0;
  for (const digit of text) {
    const value = alphabet.indexOf(digit);
    if (value === -1) throw new MalformedInput('base64 has a character outside its alphabet');
    buffer = ((buffer << 6) | value) & 0xffff;
    bits += 6;
    if (bits >= 8) {
      bits -= 8;
      bytes[offset] = (buffer >> bits) & 0xff;
      offset += 1;
    }
  }
  if ((buffer & ((1 << bits) - 1)) !== 0)
    throw new MalformedInput('base64 has non-zero trailing bits');
  return bytes;
}
