import { z } from './messages.js';

/** From free use to named recipients only. */
export const handling = z.enum(['EN0', 'EN1', 'EN2', 'EN3']);

/** Somebody, by the own directory; `name` is null where the card was erased or is not known. */
export const knownPerson = z.strictObject({
  personId: z.string(),
  name: z.nullable(z.string()),
  state: z.nullable(z.string()),
  isSelf: z.boolean(),
});

export const about = z.nullable(knownPerson);

/** A file that an entry names, or that waits to be sent: what its author signed of it, and no key. */
export const shownFile = z.strictObject({
  attachmentId: z.string(),
  name: z.string(),
  size: z.int(),
  /** Hexadecimal, as every other program prints it. */
  sha256: z.string(),
});
