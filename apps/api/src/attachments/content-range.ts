import { Refusal } from '../platform/problem/refusal.js';
import type { Stretch } from './store/attachment-store.js';

const ONE_RANGE = /^bytes=(\d{1,15})-(\d{0,15})$/;

/**
 * The stretch that a request asks for: one range from a place on (RFC 9110, section 14.1.2). Throws
 * `attachment.range` for none, several, one counted from the end, one that begins behind it, and other texts.
 */
// Attacker-controlled: a header.
export function readRange(header: string | undefined, length: number): Stretch {
  const [, first = '', last = ''] = ONE_RANGE.exec(header ?? '') ?? [];
  const from = Number(first);
  const to = last === '' ? length : Math.min(Number(last) + 1, length);
  if (first === '' || from >= to) throw new Refusal('attachment.range');
  return { from, to };
}
