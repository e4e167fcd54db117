import { canonicalJson, parseStrictJson } from '@enlace/kernel';

import { EntryMalformed } from './entry-malformed.js';

/** The value of a text that is its one spelling (RFC 8785). Throws `entry.malformed` for every other text. */
// Attacker-controlled: every character.
export function readCanonical(text: string): unknown {
  try {
    const value = parseStrictJson(text);
    if (canonicalJson(value) === text) return value;
  } catch (cause) {
    throw new EntryMalformed('not canonical JSON', { cause });
  }
  throw new EntryMalformed('not canonical JSON');
}
