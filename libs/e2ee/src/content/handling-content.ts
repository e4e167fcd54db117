import { fields } from '@enlace/contracts';
import { z } from 'zod';

import { common, CONTENT_LIMITS, persons, target, written } from './content-fields.js';

const note = written(CONTENT_LIMITS.note);
/** To be cited as evidence, or to go on to another State. */
const scope = z.enum(['onward', 'evidence']);

/** What may be done with what was written, as its State is asked and says (mla.md, section 9). */
export const HANDLING_CONTENT = [
  z.strictObject({
    ...common,
    type: z.literal('handling.ask'),
    /** Of the State that is asked. */
    target,
    scope,
    /** Whose evidence it would be, or where it would go. */
    state: fields.memberState,
    /** It speaks for an accused. */
    exculpatory: z.boolean(),
    why: note.exactOptional(),
  }),
  z
    .strictObject({
      ...common,
      type: z.literal('handling.consent'),
      /** One entry, or from the first to the last of a range; all of them of the author's own State. */
      fromSeq: target,
      toSeq: target,
      to: z.union([
        z.strictObject({ state: fields.memberState }),
        z.strictObject({ personIds: persons(CONTENT_LIMITS.persons) }),
      ]),
      scope,
      conditions: note.exactOptional(),
      /** It holds until then. */
      expiresOn: fields.instant.exactOptional(),
    })
    .refine(({ fromSeq, toSeq }) => fromSeq <= toSeq),
  z.strictObject({
    ...common,
    type: z.literal('handling.refusal'),
    /** The entry that asked. */
    target,
    reason: note,
  }),
  /** Before a State discloses what speaks for an accused in its own proceedings (UNTOC, articles 18(5) and 18(19)). */
  z.strictObject({
    ...common,
    type: z.literal('handling.notice'),
    /** What is disclosed; nothing where it came as evidence, by another way. */
    target: target.exactOptional(),
    reason: note,
  }),
] as const;
