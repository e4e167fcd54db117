import { ROUTES } from '@enlace/contracts';
import { formatInstant } from '@enlace/kernel';
import { readFactValue, readRuleReview } from '@enlace/mla';
import {
  cosignStatement,
  keyId,
  parseStatement,
  publicKeyOf,
  signStatement,
  slotOf,
  type BodyOf,
} from '@enlace/trust';

import type { Carrier } from '../ceremony/carrier.js';
import { CeremonyRefused } from '../ceremony/ceremony-refused.js';
import type { Speaker } from '../ceremony/contact.js';

/** What is said of a fact of the packs, or of a rule; `value` is canonical JSON. */
export type FactContent = Omit<
  BodyOf<'fact-confirmation'>,
  'type' | 'v' | 'state' | 'issuedAt' | 'serial'
>;

/**
 * A fact of the own State, a secondary one of the secretariat or the review of a rule, signed by the first person.
 * Nothing is sent. Throws `fact.refused` for what no pack has.
 */
export function draftFact(
  { state, identitySeed, directory, clock }: Speaker,
  content: FactContent,
): string {
  assertReadable(content);
  const key = { type: 'fact-confirmation', state, subject: content.path } as const;
  // Of two that have one serial neither counts: the next one settles it.
  const serial = slotOf(directory, key).accepted.length + 1;
  const issuedAt = formatInstant(clock.nowMs());
  const head = { type: 'fact-confirmation', v: 1, state, issuedAt, serial } as const;
  return signStatement({ ...head, ...content }, [identitySeed]);
}

/**
 * Signs beside the first person, unless this is the first person, and hands the fact in. What it says was shown before.
 * Throws `ceremony.refused`, `fact.refused`; the server refuses what lacks a signature. Resolves to the wire.
 */
export async function confirmFact(
  carry: Carrier,
  { state, identitySeed }: Speaker,
  drafted: string,
): Promise<string> {
  const { body, object } = parseStatement(drafted);
  if (body.type !== 'fact-confirmation') throw new CeremonyRefused('not-a-fact');
  if (body.state !== state) throw new CeremonyRefused('other-state');
  assertReadable(body);
  const own = keyId(publicKeyOf(identitySeed));
  const isSigned = object.signatures.some(({ key }) => key === own);
  const wire = isSigned ? drafted : cosignStatement(drafted, identitySeed);
  await carry({
    path: ROUTES.facts,
    foundingPath: null,
    action: isReview(body) ? 'rule.review' : 'fact.confirm',
    objectId: parseStatement(wire).id,
    body: { wire },
  });
  return wire;
}

function assertReadable(content: Pick<FactContent, 'path' | 'value'>): void {
  if (isReview(content)) readRuleReview(content.path, content.value);
  else readFactValue(content.path, content.value);
}

function isReview({ path }: Pick<FactContent, 'path'>): boolean {
  return path.startsWith('/rules/');
}
