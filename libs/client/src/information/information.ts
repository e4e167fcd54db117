import type { Handling, Purpose, State } from '@enlace/contracts';
import type { Content } from '@enlace/e2ee';
import { DomainError, formatInstant, newId, type PersonId, type ThreadId } from '@enlace/kernel';
import { personsNamedIn, type MlaRequest } from '@enlace/mla';

import type { ThreadPorts } from '../threads/thread-ports.js';
import type { Acted } from '../threads/thread-work.js';
import type { Threads } from '../threads/threads.js';
import { askedConsentsIn, type AskedConsent } from './asked-consents.js';
import {
  askedIn,
  toldIn,
  type AskedInformation,
  type ToldInformation,
} from './asked-information.js';
import { focalPointsOf, type FocalPoint } from './focal-points.js';

type Request = Extract<Content<'message'>, { readonly type: 'info.request' }>;
type Answer = Extract<Content<'message'>, { readonly type: 'info.answer' }>;
type Told = Extract<Content<'message'>, { readonly type: 'info.spontaneous' }>;

/** What is asked, of whom and until when. */
export interface Question {
  readonly texts: readonly string[];
  /** The State whose focal points are asked, of those who are in the thread. */
  readonly state: State;
  /** Those persons instead. */
  readonly to?: readonly PersonId[];
  readonly purpose: Purpose;
  /** What the State that is asked is on the route, and whom it is about: codes, or identifiers. */
  readonly route?: NonNullable<Request['route']>;
  readonly subjects?: readonly string[];
  /** What the answer is needed for, and what is known already. */
  readonly why?: string;
  readonly facts?: string;
  /** How whoever asks means to use the answer. */
  readonly answerHandling?: NonNullable<Request['answerHandling']>;
  readonly urgency: 'routine' | 'urgent' | 'immediate';
  readonly neededBy: string;
  readonly handling: Handling;
}

/** One text for each question by its place from 1, or the reason why there is none. */
export interface Reply {
  readonly answers: readonly {
    readonly question: number;
    readonly text: string;
    readonly certainty: Answer['answers'][number]['certainty'];
  }[];
  readonly declined?: string;
  readonly handling: Handling;
}

export type Telling = Pick<Told, 'summary' | 'restrictions' | 'exculpatory' | 'expiresOn'> & {
  readonly states: readonly State[];
  readonly handling: Handling;
};

/** Nobody of the State who may be asked is in the thread; `facts.persons` is who could be invited. */
class NoFocalPoint extends DomainError {
  override readonly code = 'information.no-focal-point';
  override readonly kind = 'absent';

  constructor(state: State, persons: readonly PersonId[]) {
    super('no focal point of the State is in the thread', {
      facts: { state, persons: persons.join(' ') },
    });
  }
}

/** Whoever was named is in the thread for another State, or not at all; `facts.persons` is who. */
class NotInThread extends DomainError {
  override readonly code = 'information.not-in-thread';
  override readonly kind = 'absent';

  constructor(state: State, persons: readonly PersonId[]) {
    super('those persons are not in the thread for the State', {
      facts: { state, persons: persons.join(' ') },
    });
  }
}

/** No such request for information in the thread, or it asked somebody else. */
class NotAsked extends DomainError {
  override readonly code = 'information.not-asked';
  override readonly kind = 'absent';

  constructor() {
    super('nothing was asked of this person under this id');
  }
}

/** A question that was not asked. */
class NoSuchQuestion extends DomainError {
  override readonly code = 'information.no-question';
  override readonly kind = 'invalid';

  constructor(question: number, count: number) {
    super('the request has no such question', { facts: { question, count } });
  }
}

/** The text names persons whom a draft of the own State protects; `facts.persons` has their codes there. */
class PersonsNamed extends DomainError {
  override readonly code = 'information.unprotected';
  override readonly kind = 'forbidden';

  constructor(persons: readonly string[]) {
    super('the text names protected persons', { facts: { persons: persons.join(' ') } });
  }
}

/** What focal points ask and tell each other in threads, at one device (mla.md, section 10). */
export class Information {
  readonly #ports: ThreadPorts;
  readonly #threads: Threads;
  /** Drafts of the own State: whom they protect no text may name. */
  readonly #drafts: () => Promise<readonly MlaRequest[]>;

  constructor(
    ports: ThreadPorts,
    { threads, drafts }: { threads: Threads; drafts: () => Promise<readonly MlaRequest[]> },
  ) {
    this.#ports = ports;
    this.#threads = threads;
    this.#drafts = drafts;
  }

  /** Those who answer for a State, as the own directory has it. */
  focalPoints(state: State): readonly FocalPoint[] {
    return focalPointsOf(this.#ports.directory(), state, this.#ports.clock.nowMs());
  }

  /** Throws `information.no-focal-point`, `information.not-in-thread`, `information.unprotected`, as `Threads.send`. */
  async ask(
    threadId: ThreadId,
    question: Question,
  ): Promise<Acted & { readonly requestId: string; readonly to: readonly PersonId[] }> {
    const { texts, purpose, urgency, neededBy, handling, why, facts, answerHandling } = question;
    const { route, subjects } = question;
    const to = await this.#addressees(threadId, question);
    await this.#protect([...texts, ...(subjects ?? []), why ?? '', facts ?? '']);
    const requestId = this.#newId();
    const sent = await this.#threads.send(threadId, {
      type: 'info.request',
      requestId,
      to,
      questions: texts.map((text, at) => ({ id: `q${at + 1}`, text })),
      purpose,
      urgency,
      neededBy,
      ...(route === undefined ? {} : { route }),
      ...(subjects === undefined ? {} : { subjects: [...subjects] }),
      ...(why === undefined ? {} : { why }),
      ...(facts === undefined ? {} : { facts }),
      ...(answerHandling === undefined ? {} : { answerHandling }),
      handling: { code: handling },
    });
    return { ...sent, requestId, to };
  }

  /** Throws `information.not-asked`, `information.no-question`, `information.unprotected`, as `Threads.send`. */
  async answer(threadId: ThreadId, requestId: string, reply: Reply): Promise<Acted> {
    const { entries } = await this.#threads.read(threadId);
    const asked = askedIn(entries, this.#ports.clock.nowMs()).find(
      (one) => one.requestId === requestId && one.to.includes(this.#self),
    );
    if (asked === undefined) throw new NotAsked();
    const { questions } = asked;
    await this.#protect(reply.answers.map(({ text }) => text));
    return this.#threads.send(threadId, {
      type: 'info.answer',
      requestId,
      answers: reply.answers.map(({ question, text, certainty }) => {
        const found = questions[question - 1];
        if (found === undefined) throw new NoSuchQuestion(question, questions.length);
        return { questionId: found.id, text, certainty };
      }),
      handling: { code: reply.handling },
      ...(reply.declined === undefined ? {} : { declined: reply.declined }),
    });
  }

  /** Throws `information.unprotected`, as `Threads.send`. */
  async tell(
    threadId: ThreadId,
    { handling, states, ...told }: Telling,
  ): Promise<Acted & { readonly informationId: string }> {
    await this.#protect([told.summary, told.restrictions ?? '']);
    const informationId = this.#newId();
    const sent = await this.#threads.send(threadId, {
      type: 'info.spontaneous',
      informationId,
      ...told,
      states: [...new Set(states)].toSorted(),
      handling: { code: handling },
    });
    return { ...sent, informationId };
  }

  /** What was asked and told in a thread, after what is new was taken in. */
  async list(threadId: ThreadId): Promise<{
    readonly asked: readonly AskedInformation[];
    readonly told: readonly ToldInformation[];
    readonly consents: readonly AskedConsent[];
  }> {
    const { entries } = await this.#threads.read(threadId);
    const nowMs = this.#ports.clock.nowMs();
    return {
      asked: askedIn(entries, nowMs),
      told: toldIn(entries, nowMs),
      consents: askedConsentsIn(entries, nowMs),
    };
  }

  async #addressees(
    threadId: ThreadId,
    { state, to }: Pick<Question, 'state' | 'to'>,
  ): Promise<readonly PersonId[]> {
    const wanted = to ?? this.focalPoints(state).map(({ personId }) => personId);
    const { members } = await this.#threads.members(threadId);
    const present = new Set(
      members.filter((one) => one.state === state).map(({ personId }) => personId),
    );
    const found = [...new Set(wanted)].filter((personId) => present.has(personId)).toSorted();
    // Of those who were named each is asked, or nobody.
    const missing = to?.filter((personId) => !present.has(personId)) ?? [];
    if (missing.length > 0) throw new NotInThread(state, missing);
    if (found.length === 0) throw new NoFocalPoint(state, wanted);
    return found;
  }

  async #protect(texts: readonly string[]): Promise<void> {
    const today = formatInstant(this.#ports.clock.nowMs()).slice(0, 10);
    const drafts = await this.#drafts();
    const named = drafts.flatMap((draft) =>
      personsNamedIn(draft, texts, today).map((code) => `${draft.id ?? '-'}:${code}`),
    );
    if (named.length > 0) throw new PersonsNamed(named);
  }

  get #self(): PersonId {
    return this.#ports.device.self.personId;
  }

  #newId(): string {
    return newId(this.#ports.clock, this.#ports.random);
  }
}
