import type { IncomingHttpHeaders } from 'node:http';

import { UPLOAD_OFFSET_HEADER } from '@enlace/contracts';

import { Refusal } from '../platform/problem/refusal.js';

/** Where a part begins. Throws `body.malformed` for a text that is no number. */
// Attacker-controlled: a header.
export function readOffset({ [UPLOAD_OFFSET_HEADER]: text }: IncomingHttpHeaders): number {
  if (typeof text !== 'string' || !/^\d{1,15}$/.test(text)) throw new Refusal('body.malformed');
  return Number(text);
}
