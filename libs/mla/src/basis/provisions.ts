import { z } from 'zod';

/** One provision that rules rest on, as it was read. */
const provision = z.object({
  id: z.string().min(1),
  instrument: z.string().min(1),
  article: z.string().nullable(),
  /** Whether its text was read in a public copy. */
  verified: z.boolean(),
  source: z.string().nullable(),
  /** In the words of that copy; `null` where none was read in the language. */
  quoteEs: z.string().nullable(),
  quoteEn: z.string().nullable(),
  note: z.string().nullable(),
});
export type Provision = z.infer<typeof provision>;

const provisionsFile = z.object({ provisions: z.array(provision) });

/**
 * The provisions behind the rules, by id, with the words that were read of them. Loaded on demand, as the packs are:
 * whoever opens a finding reads them, and the check never does.
 */
export async function shippedProvisions(): Promise<ReadonlyMap<string, Provision>> {
  const { default: file } = await import('../data/legal-provisions.json', {
    with: { type: 'json' },
  });
  const { provisions } = provisionsFile.parse(file);
  return new Map(provisions.map((one) => [one.id, one]));
}
