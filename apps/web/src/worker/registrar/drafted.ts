import { CeremonyRefused, type DraftedCertificate } from '@enlace/client';
import { canonicalJson, isDomainError, isJsonObject, parseStrictJson } from '@enlace/kernel';
import { officeAt, parseStatement, type Directory } from '@enlace/trust';

import type { NextCertificate } from '../../protocol/operations.js';
import { stateOf } from '../device-profile.js';
import { namedBy, namesIn } from '../directory/names.js';
import type { Seat } from '../session/account.js';
import { assertNamed } from './registry-in-words.js';

/** As the command line writes it into a file: both can go on with what the other began. */
export function draftText({ wire, card }: DraftedCertificate): string {
  return canonicalJson({ wire, card: card && { ...card } });
}

// Attacker-controlled: it was pasted, and may come from anywhere.
export function readDraftText(text: string): DraftedCertificate {
  try {
    const value = parseStrictJson(text.trim());
    const { wire, card = null } = isJsonObject(value) ? value : {};
    // A card would name the person anew; this page proposes none, and shows none before it is signed.
    if (typeof wire !== 'string' || card !== null) throw new CeremonyRefused('form');
    return { wire, card };
  } catch (cause) {
    throw isDomainError(cause, 'ceremony.refused') || !isDomainError(cause)
      ? cause
      : new CeremonyRefused('form', { cause });
  }
}

/**
 * What the certificate says, member by member, before the second registrar signs it. Throws `ceremony.refused` also
 * where the server does not show who is meant.
 */
export async function nextCertificateInWords(
  directory: Directory,
  { session, profile }: Pick<Seat, 'session' | 'profile'>,
  { wire }: DraftedCertificate,
): Promise<NextCertificate> {
  const { body } = parseStatement(wire);
  const state = stateOf(profile);
  if (body.type !== 'person-cert') throw new CeremonyRefused('certificate-of-another');
  if (body.state !== state) throw new CeremonyRefused('other-state');
  const { personId, officeId, roles, auditScope, notAfter, serial } = body;
  const cards = await namesIn(session, [body]);
  const through = directory.revocations.get(`person|${personId}`)?.through ?? 0;
  const named = namedBy(cards.get(body.card));
  const office = officeAt(directory, state, officeId)?.names ?? null;
  assertNamed({ ...named, office });
  return {
    personId,
    ...named,
    office,
    roles: [...roles],
    auditScope,
    until: notAfter,
    isReinstated: serial - 1 <= through,
  };
}
