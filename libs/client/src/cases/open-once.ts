import { STATES, type CaseShown, type State } from '@enlace/contracts';
import {
  canonicalJson,
  isJsonObject,
  parseId,
  parseStrictJson,
  parseUtf8,
  utf8,
  type CaseId,
  type Clock,
  type Random,
} from '@enlace/kernel';

import type { Session } from '../session/session.js';
import type { ShowPresence } from '../session/step-up.js';
import type { LocalStore } from '../store/local-store.js';
import { StoreDamaged } from '../store/sealed-store.js';
import { addStateToCase, newCaseId, openCase } from './cases.js';

const TABLE = 'cases';
const KEY = 'opening';

/** What a case is asked for with; `states`: those that take part from the start, beside the own one. */
export interface CaseAsked {
  readonly caseType: string;
  readonly legalBasis: string;
  readonly states: readonly State[];
}

export interface CaseOpeningPorts {
  readonly session: Session;
  readonly store: LocalStore;
  readonly clock: Clock;
  readonly random: Random;
  readonly show: ShowPresence;
}

/**
 * Opens a case with the States that take part from the start. A lost answer opens no second case: asked for the same
 * again it goes on with the same one, and asked for anything else, other States too, it opens another. Throws the
 * refusal of the server, `client.*`, `store.damaged`.
 */
export async function openCaseOnce(asked: CaseAsked, ports: CaseOpeningPorts): Promise<CaseShown> {
  const { caseType, legalBasis } = asked;
  const { session, store, show } = ports;
  const states = STATES.filter((state) => asked.states.includes(state));
  const caseId = await keptCaseId({ caseType, legalBasis, states }, ports);
  let shown = await openCase(session, { caseId, caseType, legalBasis });
  for (const state of states) {
    if (shown.states.includes(state)) continue;
    shown = await addStateToCase(session, { caseId, state }, show);
  }
  await store.delete(TABLE, KEY);
  return shown;
}

/** The id of the opening of which no end is known, if the same was asked for; else another one, durable. */
async function keptCaseId(
  { caseType, legalBasis, states }: CaseAsked,
  { store, ...ports }: CaseOpeningPorts,
): Promise<CaseId> {
  const asked = canonicalJson({ caseType, legalBasis, states: [...states] });
  const bytes = await store.get(TABLE, KEY);
  const kept = bytes === null ? {} : parseStrictJson(parseUtf8(bytes));
  if (!isJsonObject(kept)) throw new StoreDamaged('not the opening of a case');
  if (kept['asked'] === asked && typeof kept['caseId'] === 'string') return parseId(kept['caseId']);
  const caseId = newCaseId(ports);
  await store.put(TABLE, KEY, utf8(canonicalJson({ caseId, asked })));
  return caseId;
}
