import { listCases, openCaseOnce } from '@enlace/client';
import { STATES, type CaseShown } from '@enlace/contracts';
import { systemClock, systemRandom } from '@enlace/kernel';

import type { ArgsOf, ResultOf } from '../../protocol/operations.js';
import type { Workroom } from './workroom.js';

/** Cases of the person who works here. Throws the refusal of the server, `client.*`, `directory.refused`. */
export class OwnCases {
  constructor(private readonly room: Workroom) {}

  async list(): Promise<ResultOf<'case.list'>> {
    return this.room.work(async ({ seat }) => (await listCases(seat.session)).map(asShown));
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
