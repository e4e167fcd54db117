import { newCaseId, StoreDamaged, type CaseOpening, type LocalStore } from '@enlace/client';
import {
  canonicalJson,
  isJsonObject,
  parseId,
  parseStrictJson,
  parseUtf8,
  systemClock,
  systemRandom,
  utf8,
} from '@enlace/kernel';

const TABLE = 'cases';
const KEY = 'opening';

/**
 * The opening whose outcome nobody knows yet, if it was for the same codes; else another one, durable before it is
 * sent. Throws `store.damaged`.
 */
export async function keptOpening(
  store: LocalStore,
  codes: Omit<CaseOpening, 'caseId'>,
): Promise<CaseOpening> {
  const kept = await load(store);
  const isSame = kept?.caseType === codes.caseType && kept.legalBasis === codes.legalBasis;
  if (isSame) return kept;
  const caseId = newCaseId({ clock: systemClock, random: systemRandom });
  const opening = { caseId, ...codes };
  await store.put(TABLE, KEY, utf8(canonicalJson(opening)));
  return opening;
}

/** It has an answer. */
export async function forgetOpening(store: LocalStore): Promise<void> {
  await store.delete(TABLE, KEY);
}

async function load(store: LocalStore): Promise<CaseOpening | null> {
  const bytes = await store.get(TABLE, KEY);
  if (bytes === null) return null;
  const value = parseStrictJson(parseUtf8(bytes));
  const { caseId, caseType, legalBasis } = isJsonObject(value) ? value : {};
  const isWhole = typeof caseType === 'string' && typeof legalBasis === 'string';
  if (!isWhole || typeof caseId !== 'string') throw new StoreDamaged('not the opening of a case');
  return { caseId: parseId(caseId), caseType, legalBasis };
}
