import { z } from 'zod';

import { canonicalText, day, head, text } from './fields.js';

const NAMED = String.raw`(countries/[A-Z]{2}|pairs/[A-Z]{2}-[A-Z]{2}|rules/[a-z0-9-]+)(/([A-Za-z0-9._-]+|\*))+`;
const PARTY = String.raw`instruments/[A-Z][A-Z0-9-]{0,63}/parties/[A-Z]{2}`;

/** Where a pack fact or a rule review stands; the States of a path decide who may sign it. */
const path = text(256).regex(new RegExp(`^/(${NAMED}|${PARTY})$`, 'u'));

/** Whose fact it is: a State's, of a pair each of both, of an instrument the party's; of a rule nobody's. */
export function statesOfFact(place: string): readonly string[] {
  const [, section, about = '', , party = ''] = place.split('/');
  if (section === 'instruments') return [party];
  return section === 'rules' ? [] : about.split('-');
}

export const factConfirmation = z.strictObject({
  ...head('fact-confirmation'),
  path,
  value: canonicalText(4_096),
  source: text(1_024),
  sourceDate: day,
  validFrom: day.nullable(),
  validTo: day.nullable(),
  reviewBy: day.nullable(),
  note: text(1_024).nullable(),
});
