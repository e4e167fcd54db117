import { z } from './messages.js';

/** What the service worker says of what the server delivers; `src/service-worker/look.ts` has the same shapes. */
export const lookedRelease = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('current'), releaseId: z.string() }),
  z.strictObject({
    kind: z.literal('ready'),
    releaseId: z.string(),
    manifestHash: z.string(),
    logIndex: z.nullable(z.int()),
  }),
  z.strictObject({ kind: z.enum(['unsigned', 'unreachable']) }),
  z.strictObject({
    kind: z.literal('refused'),
    rule: z.string(),
    path: z.string(),
    held: z.nullable(z.string()),
  }),
]);

export type LookedRelease = z.infer<typeof lookedRelease>;
