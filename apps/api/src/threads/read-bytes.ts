import { Refusal } from '../platform/problem/refusal.js';

/** The bytes of a base64url text that is its one spelling. Throws `entry.malformed`. */
// Attacker-controlled, and long: read by the platform, and compared with the one spelling that it has.
export function readBytes(text: string): Uint8Array {
  const bytes = Buffer.from(text, 'base64url');
  if (bytes.toString('base64url') !== text) throw new Refusal('entry.malformed');
  return bytes;
}
