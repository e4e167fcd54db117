import { MalformedInput } from '../malformed-input.js';

const DIGITS = '0123456789ABCDEFGHJKMNPQRSTVWXYZ';

/**
 * Crockford's base32 digits of the bytes; when the bits are no multiple of five, the last digit is filled with zeros.
 */
export function toCrockford(bytes: Uint8Array): string {
  let text = '';
  let buffer = 0;
  let bits = 0;
  for (const byte of bytes) {
    buffer = ((buffer << 8) | byte) & 0xfff;
    bits += 8;
    while (bits >= 5) {
      bits -= 5;
      text += DIGITS.charAt((buffer >> bits) & 31);
    }
  }
  return bits === 0 ? text : text + DIGITS.charAt((buffer << (5 - bits)) & 31);
}

/**
 * Reads what a person typed: any case, spaces and dashes anywhere, `O` for `0`, `I` and `L` for `1`. Returns the plain
 * digits. Throws `body.malformed` for any other character.
 */
export function readCrockfordDigits(typed: string): string {
  const digits = typed
    .toUpperCase()
    .replaceAll(/[\s-]/g, '')
    .replaceAll('O', '0')
    .replaceAll(/[IL]/g, '1');
  // Before upper case, because a few letters beyond ASCII have an ASCII capital (the long s, the dotless i).
  if (!/^[\s0-9A-Za-z-]*$/.test(typed) || digits.includes('U')) {
    throw new MalformedInput('a character does not belong to the code');
  }
  return digits;
}

/** Whole bytes of plain digits. Throws `body.malformed` when left-over bits are not zero or a digit is unknown. */
export function parseCrockford(digits: string): Uint8Array<ArrayBuffer> {
  const bytes = new Uint8Array(Math.floor((digits.length * 5) / 8));
  let buffer = 0;
  let bits = 0;
  let offset = 0;
  for (const digit of digits) {
    const value = DIGITS.indexOf(digit);
    if (value === -1) throw new MalformedInput('not a base32 digit');
    buffer = ((buffer << 5) | value) & 0xfff;
    bits += 5;
    if (bits >= 8) {
      bits -= 8;
      bytes[offset] = (buffer >> bits) & 0xff;
      offset += 1;
    }
  }
  if (bits >= 5 || (buffer & ((1 << bits) - 1)) !== 0) {
    throw new MalformedInput('base32 has left-over bits');
  }
  return bytes;
}

/** Groups of four digits with dashes between, for paper and screens. */
export function groupDigits(digits: string): string {
  return (digits.match(/.{1,4}/g) ?? []).join('-');
}
