import {
  addStateToCase,
  changeCase,
  closeCase,
  listCases,
  openCaseOnce,
  removeStateFromCase,
  reopenCase,
  reportCase,
} from '@enlace/client';
import { STATES, type CaseShown, type State } from '@enlace/contracts';
import {
  canonicalJson,
  DomainError,
  parseId,
  parseStrictJson,
  parseUtf8,
  systemClock,
  systemRandom,
  utf8,
  type CaseId,
} from '@enlace/kernel';
import { officeAt } from '@enlace/trust';

import { z } from '../../protocol/messages.js';
import type { ArgsOf, ResultOf } from '../../protocol/operations.js';
import { shownCase } from '../../protocol/thread-forms.js';
import type { Seat } from '../session/account.js';
import { isForNow } from './keeping.js';
import type { Workroom } from './workroom.js';

/** As the server listed them last, for when none answers. */
const KEPT = ['cases', 'listed'] as const;
const keptCases = z.array(shownCase);

/** What is about a State that is none. */
class NoSuchState extends DomainError {
  override readonly code = 'case.no-state';
  override readonly kind = 'invalid';
}

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

  /** Other codes: threads keep those that they were opened with. */
  async change({ caseId, ...codes }: ArgsOf<'case.change'>): Promise<ResultOf<'case.change'>> {
    return this.#after(caseId, async ({ session }, id) => changeCase(session, id, codes));
  }

  async addState({ caseId, state }: ArgsOf<'case.add-state'>): Promise<ResultOf<'case.add-state'>> {
    return this.#after(caseId, async ({ session, show }, id) =>
      addStateToCase(session, { caseId: id, state: stateOf(state) }, show),
    );
  }

  async removeState({
    caseId,
    state,
  }: ArgsOf<'case.remove-state'>): Promise<ResultOf<'case.remove-state'>> {
    return this.#after(caseId, async ({ session, show }, id) =>
      removeStateFromCase(session, { caseId: id, state: stateOf(state) }, show),
    );
  }

  async close({ caseId }: ArgsOf<'case.close'>): Promise<ResultOf<'case.close'>> {
    return this.#after(caseId, async ({ session }, id) => closeCase(session, id));
  }

  async reopen({ caseId }: ArgsOf<'case.reopen'>): Promise<ResultOf<'case.reopen'>> {
    return this.#after(caseId, async ({ session }, id) => reopenCase(session, id));
  }

  /** The specialised office above the own one knows of the case from now on, and of nothing that is sealed. */
  async report({ caseId }: ArgsOf<'case.report'>): Promise<ResultOf<'case.report'>> {
    return this.room.work(async ({ seat, directory, ports }) => {
      const { officeId } = await reportCase(seat.session, parseId<CaseId>(caseId));
      const state = directory().homes.get(`person|${ports.device.self.personId}`);
      const office = state === undefined ? null : officeAt(directory(), state, officeId);
      return { officeId, office: office?.names ?? null };
    });
  }

  async #after(
    caseId: string,
    act: (seat: Seat, id: CaseId) => Promise<CaseShown>,
  ): Promise<ResultOf<'case.list'>[number]> {
    return this.room.work(async ({ seat }) => asShown(await act(seat, parseId<CaseId>(caseId))));
  }
}

function stateOf(named: string): State {
  const state = STATES.find((one) => one === named);
  if (state === undefined) throw new NoSuchState('no State of the platform');
  return state;
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
