import { PEOPLE_LIMITS, DIRECTORY_LIMITS, ROUTES, type PersonSummary } from '@enlace/contracts';
import { isJsonObject, parseBase64Url, type JsonObject, type JsonValue } from '@enlace/kernel';
import { verifyPersonCard } from '@enlace/trust';

import type { Session } from '../session/session.js';
import { AnswerMalformed } from '../transport/client-error.js';

/** What the server says of a person beside what is signed: names of members, no proof of anything. */
export type ListedPerson = Pick<PersonSummary, 'personId' | 'isActive' | 'isFrozen'> & {
  readonly card: string;
};

/** Everybody of the own State, page by page. The certificates themselves are in the own directory. */
export async function listPeople(session: Session): Promise<readonly ListedPerson[]> {
  const people: ListedPerson[] = [];
  for (;;) {
    const last = people.at(-1);
    const query = last === undefined ? {} : { after: last.personId };
    const page = readList(
      await session.request({ method: 'GET', path: ROUTES.people, query }, 'act'),
    );
    people.push(...page.map(readPerson));
    if (page.length < PEOPLE_LIMITS.people) return people;
  }
}

/**
 * Names behind certificates, by the hash that each certificate carries; what was erased or is not known is absent.
 * Throws `statement.refused` for a card that is not the one that was signed for.
 */
export async function readPersonCards(
  session: Session,
  hashes: readonly string[],
): Promise<ReadonlyMap<string, JsonObject>> {
  const cards = new Map<string, JsonObject>();
  for (let from = 0; from < hashes.length; from += DIRECTORY_LIMITS.cards) {
    const ids = hashes.slice(from, from + DIRECTORY_LIMITS.cards).join(',');
    const request = { method: 'GET', path: ROUTES.directoryCards, query: { ids } } as const;
    for (const value of readList(await session.request(request, 'none'))) {
      const { card, body, salt } = isJsonObject(value) ? value : {};
      if (typeof card !== 'string') throw new AnswerMalformed('card');
      if (typeof body !== 'string' || typeof salt !== 'string') continue;
      cards.set(card, verifyPersonCard(body, parseBase64Url(salt), card));
    }
  }
  return cards;
}

function readList(body: JsonValue): readonly JsonValue[] {
  if (!Array.isArray(body)) throw new AnswerMalformed('list');
  return body;
}

function readPerson(value: JsonValue): ListedPerson {
  const { personId, card, isActive, isFrozen } = isJsonObject(value) ? value : {};
  const isWhole = typeof personId === 'string' && typeof card === 'string';
  if (!isWhole || typeof isActive !== 'boolean' || typeof isFrozen !== 'boolean') {
    throw new AnswerMalformed('person');
  }
  return { personId, card, isActive, isFrozen };
}
