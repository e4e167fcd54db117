import { z } from 'zod';

import { fields } from '@enlace/contracts';

export const {
  authority,
  bytesOf,
  canonicalText,
  count,
  day,
  hash,
  instant,
  listOf,
  memberState,
  names,
  objectId,
  personId,
  publicKey,
  text,
} = fields;

/** Names of duties; `mla:` is followed by the id of an instrument. */
export const duty = z
  .string()
  .regex(/^(focal-point-smuggling|urgent-24x7|victims|borders|mla:[A-Za-z0-9.-]{1,64})$/);

/** What every statement has: who it is about comes with its type. */
export const head = <Type extends string>(type: Type) => ({
  type: z.literal(type),
  v: z.literal(1),
  state: authority,
  issuedAt: instant,
  serial: count(1, 1_000_000),
});
