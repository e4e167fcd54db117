import { listCases, openCaseOnce } from '@enlace/client';
import { STATES, type CaseShown } from '@enlace/contracts';
import {
  canonicalJson,
  parseStrictJson,
  parseUtf8,
  systemClock,
  systemRandom,
  utf8,
} from '@enlace/kernel';

import { z } from '../../protocol/messages.js';
import type { ArgsOf, ResultOf } from '../../protocol/operations.js';
import { shownCase } from '../../protocol/thread-forms.js';
import { isForNow } from './keeping.js';
import type { Workroom } from './workroom.js';

/** As the server listed them last, for when none answers. */
const KEPT = ['cases', 'listed'] as const;
const keptCases = z.array(shownCase);

/** Cases of the person who works here. Throws the refusal of the server, `client.*`, `directory.refused`. */
export class OwnCases {
  constructor(private readonly room: Workroom) {}

  async list(): Promise<ResultOf<'case.list'>> {
    return this.room.work(async ({ seat, store }) => {
      try {
        const cases = (await listCases(seat.session)).map(asShown);
        await store.put(...KEPT, utf8(canonicalJson(cases)));
        return cases;
      } catch (error) {
        const kept = isForNow(error) ? await store.get(...KEPT) : null;
        if (kept === null) throw error;
        return keptCases.parse(parseStrictJson(parseUtf8(kept)));
      }
    });
  }

  /** A case with the States that take part from the start, once; each State is shown a passkey for. */
  async open({
    caseType,
    legalBasis,
    states: named,
  }: ArgsOf<'case.open'>): Promise<ResultOf<'case.open'>> {
    return this.room.work(async ({ seat: { session, show }, store }) => {
      const states = STATES.filter((each) => named.includes(each));
      const ports = { session, store, show, clock: systemClock, random: systemRandom };
      return asShown(await openCaseOnce({ caseType, legalBasis, states }, ports));
    });
  }
}

/** The members that the page shows, and no others that a later server may add. */
function asShown(shown: CaseShown): ResultOf<'case.list'>[number] {
  const { caseId, ownerState, states, caseType, legalBasis, status, isHeld, role, openedAt } =
    shown;
  return {
    caseId,
    ownerState,
    states: [...states],
    caseType,
    legalBasis,
    status,
    isHeld,
    role,
    openedAt,
  };
}
