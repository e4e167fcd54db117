import { readPersonCards, type Session } from '@enlace/client';
import { isJsonObject, type JsonObject } from '@enlace/kernel';
import { currentOf, type Directory, type PersonCert } from '@enlace/trust';

import type { RegistryPerson } from '../../protocol/operations.js';

export type Named = Pick<RegistryPerson, 'name' | 'title'>;
/** Cards by the hash that a certificate or an invitation carries; each was found to be the one that was signed for. */
export type Cards = ReadonlyMap<string, JsonObject>;

/** The newest certificates of these people, in their order; whoever has none is left out. */
export function certificatesBehind(
  directory: Directory,
  personIds: readonly string[],
): readonly PersonCert[] {
  return personIds.flatMap((personId) => certificateOf(directory, personId) ?? []);
}

export function certificateOf(directory: Directory, personId: string): PersonCert | null {
  const state = directory.homes.get(`person|${personId}`);
  if (state === undefined) return null;
  const current = currentOf(directory, { type: 'person-cert', state, subject: personId });
  return current?.statement.body ?? null;
}

/** The cards behind hashes, each once. Throws `statement.refused` for a card that nobody signed for. */
export async function namesIn(
  session: Session,
  carrying: readonly { readonly card: string }[],
): Promise<Cards> {
  return readPersonCards(session, [...new Set(carrying.map(({ card }) => card))]);
}

/** What a card says of a person; nulls where it was erased, or says it in another form. */
export function namedBy(card: JsonObject | undefined): Named {
  const { displayName, title } = card ?? {};
  const { es, en } = title !== undefined && isJsonObject(title) ? title : {};
  return {
    name: typeof displayName === 'string' ? displayName : null,
    title: typeof es === 'string' && typeof en === 'string' ? { es, en } : null,
  };
}
