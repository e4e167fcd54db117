import { z } from 'zod';

import { canonicalJson, formatInstant, parseBase64Url, parseStrictJson } from '@enlace/kernel';

import { REGIONAL_AUTHORITY, STATES } from './states.js';

// zod compiles validators with `new Function` unless told otherwise; the client's content security policy forbids it.
z.config({ jitless: true });

const holds = (check: () => boolean): boolean => {
  try {
    return check();
  } catch {
    return false;
  }
};

/** Canonical base64url of exactly `length` bytes. */
export const bytesOf = (length: number) =>
  z
    .string()
    .max(Math.ceil((length * 4) / 3))
    .refine((text) => holds(() => parseBase64Url(text).length === length));

export const publicKey = bytesOf(32);
export const hash = bytesOf(32);

/** RFC 3339 in UTC with exactly three decimals. */
export const instant = z
  .string()
  .regex(/^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}\.\d{3}Z$/)
  .refine((text) => holds(() => formatInstant(Date.parse(text)) === text));

/** A calendar day, RFC 3339 full-date. */
export const day = z
  .string()
  .regex(/^\d{4}-\d{2}-\d{2}$/)
  .refine((text) => holds(() => formatInstant(Date.parse(text)).startsWith(text)));

const uuid = (version: 4 | 7) =>
  z
    .string()
    .regex(
      new RegExp(`^[0-9a-f]{8}-[0-9a-f]{4}-${version}[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$`),
    );
/** Persons have version 4: the id does not tell when the person was enrolled. */
export const personId = uuid(4);
export const objectId = uuid(7);

export const memberState = z.enum(STATES);
export const authority = z.enum([...STATES, REGIONAL_AUTHORITY]);

export const text = (limit: number) => z.string().min(1).max(limit);
export const names = z.strictObject({ es: text(200), en: text(200) });
export const count = (from: number, to: number) => z.int().min(from).max(to);

export const listOf = <Item extends z.ZodType<string>>(item: Item, from: number, to: number) =>
  z
    .array(item)
    .min(from)
    .max(to)
    .refine((items) => new Set(items).size === items.length);

/** Text that is itself canonical JSON. */
export const canonicalText = (limit: number) =>
  text(limit).refine((value) => holds(() => canonicalJson(parseStrictJson(value)) === value));
