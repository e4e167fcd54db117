import { bilingual } from './directory-forms.js';
import { z } from './messages.js';

/** Somebody invented, whose device this page can take; no key is in it. */
export const demoPerson = z.strictObject({
  slug: z.string(),
  name: z.string(),
  title: bilingual,
  state: z.string(),
});
