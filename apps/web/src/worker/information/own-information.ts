import { heldDrafts, Information } from '@enlace/client';
import { STATES, type Handling } from '@enlace/contracts';
import { formatInstant, parseId, type PersonId, type ThreadId } from '@enlace/kernel';
import { officeAt } from '@enlace/trust';

import type { ArgsOf, ResultOf } from '../../protocol/operations.js';
import { certificateOf } from '../directory/names.js';
import { floorOf } from '../threads/entry-in-words.js';
import { isForNow, keepKeys } from '../threads/keeping.js';
import { strictestOf } from '../threads/talk.js';
import type { Desk, Workroom } from '../threads/workroom.js';
import { informationInWords, peopleIn, zoneOf } from './information-in-words.js';

type Shown = ResultOf<'information.held'>;
type Code = ArgsOf<'information.ask'>['handling'];

/**
 * What focal points ask and tell each other in threads of the person who works here. Throws the refusal of the server,
 * `client.*`, `information.*`, `store.damaged`.
 */
export class OwnInformation {
  constructor(private readonly room: Workroom) {}

  async focalPoints({
    state: named,
  }: ArgsOf<'information.focal-points'>): Promise<ResultOf<'information.focal-points'>> {
    return this.room.work(async (desk) => {
      const state = STATES.find((one) => one === named);
      if (state === undefined) return { people: [], registry: null };
      const { directory, people } = desk;
      const found = informationAt(desk).focalPoints(state);
      await people.learn(
        directory(),
        found.map(({ personId }) => personId),
      );
      return {
        people: found.map(({ personId, standing, confirmedUntil, approvedUntil }) => ({
          person: people.person(directory(), personId),
          office: officeOf(desk, personId)?.names ?? null,
          zone: zoneOf(directory(), personId),
          isConfirmed: standing === 'confirmed',
          until: standing === 'confirmed' ? (confirmedUntil ?? approvedUntil) : approvedUntil,
        })),
        registry: directory().authorities.get(state)?.root.body.names ?? null,
      };
    });
  }

  async held({ threadId }: ArgsOf<'information.held'>): Promise<Shown> {
    return this.room.look(async (desk) => shown(desk, parseId(threadId)));
  }

  async ask({
    threadId,
    personId,
    state: named,
    questions,
    route,
    subjects,
    why,
    facts,
    ...rest
  }: ArgsOf<'information.ask'>): Promise<Shown> {
    return this.#after(threadId, async (desk, id) => {
      const state = STATES.find((one) => one === named);
      if (state === undefined) throw new RangeError('no such State');
      const handling = await codeIn(desk, id, rest.handling);
      await informationAt(desk).ask(id, {
        ...rest,
        texts: questions,
        state,
        to: [parseId<PersonId>(personId)],
        neededBy: formatInstant(Date.parse(rest.neededBy)),
        handling,
        ...(route === null ? {} : { route }),
        ...(subjects.length === 0 ? {} : { subjects }),
        ...(why === null ? {} : { why }),
        ...(facts === null ? {} : { facts }),
      });
    });
  }

  async answer({
    threadId,
    requestId,
    answers,
    declined,
    handling,
  }: ArgsOf<'information.answer'>): Promise<Shown> {
    return this.#after(threadId, async (desk, id) => {
      await informationAt(desk).answer(id, requestId, {
        answers,
        handling: await codeIn(desk, id, handling),
        ...(declined === null ? {} : { declined }),
      });
    });
  }

  async tell({
    threadId,
    states,
    summary,
    restrictions,
    isExculpatory,
    handling,
  }: ArgsOf<'information.tell'>): Promise<Shown> {
    return this.#after(threadId, async (desk, id) => {
      await informationAt(desk).tell(id, {
        summary,
        states: STATES.filter((one) => states.includes(one)),
        exculpatory: isExculpatory,
        handling: await codeIn(desk, id, handling),
        ...(restrictions === null ? {} : { restrictions }),
      });
    });
  }

  async #after(threadId: string, act: (desk: Desk, id: ThreadId) => Promise<void>): Promise<Shown> {
    return this.room.work(async (desk) => {
      const id = parseId<ThreadId>(threadId);
      await act(desk, id);
      await desk.threads.read(id);
      await keepKeys(desk.threads);
      return shown(desk, id);
    });
  }
}

function informationAt({ ports, threads }: Desk): Information {
  return new Information(ports, { threads, drafts: async () => heldDrafts(ports) });
}

async function shown({ threads, people, directory, ports }: Desk, id: ThreadId): Promise<Shown> {
  const { reading } = await threads.held(id);
  const nowMs = ports.clock.nowMs();
  try {
    await people.learn(directory(), peopleIn(reading.entries, nowMs));
  } catch (error) {
    // Whoever is not known yet is shown by the id until there is a connection.
    if (!isForNow(error)) throw error;
  }
  const find = (personId: string) => people.person(directory(), personId);
  return informationInWords(reading.entries, { nowMs, find, directory: directory() });
}

/** What is said is at least as confidential as the thread that it is said in. */
async function codeIn({ threads }: Desk, id: ThreadId, chosen: Code): Promise<Handling> {
  const { reading } = await threads.held(id);
  return strictestOf([floorOf(reading), chosen]) ?? chosen;
}

function officeOf({ directory }: Desk, personId: string) {
  const certificate = certificateOf(directory(), personId);
  if (certificate === null) return null;
  return officeAt(directory(), certificate.state, certificate.officeId);
}
