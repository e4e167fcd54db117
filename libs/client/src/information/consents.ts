import type { Handling, State } from '@enlace/contracts';
import { handlingNumber, handlingOf, type Content } from '@enlace/e2ee';
import { DomainError, type ThreadId } from '@enlace/kernel';

import type { ThreadPorts } from '../threads/thread-ports.js';
import { ThreadWork, type Acted } from '../threads/thread-work.js';
import type { MessageContent, Threads } from '../threads/threads.js';
import { askedConsentsIn, type AskedConsent } from './asked-consents.js';
import { placedIn, type Placed } from './placed.js';

type Ask = Extract<Content<'message'>, { readonly type: 'handling.ask' }>;
type Consent = Extract<Content<'message'>, { readonly type: 'handling.consent' }>;

type SaidOfHandling = OfHandling<MessageContent>;
type OfHandling<Said> = Said extends { readonly type: `handling.${string}` }
  ? Omit<Said, 'handling'>
  : never;

const USUAL_HANDLING: Handling = 'EN1';

/** No message of another State stands there. */
class NoSuchEntry extends DomainError {
  override readonly code = 'consent.no-entry';
  override readonly kind = 'absent';

  constructor(seq: number) {
    super('no message of another State stands there', { facts: { seq } });
  }
}

/** Nothing was asked there about what the own State wrote. */
class ConsentNotAsked extends DomainError {
  override readonly code = 'consent.not-asked';
  override readonly kind = 'absent';

  constructor(seq: number) {
    super('nothing was asked there of the own State', { facts: { seq } });
  }
}

export type ConsentAsked = Pick<Ask, 'scope' | 'exculpatory' | 'why'> & {
  /** The entry of another State. */
  readonly seq: number;
  /** Whose evidence it would be, or where it would go. */
  readonly state: State;
};

export type ConsentAnswer =
  { readonly refused: string } | Pick<Consent, 'conditions' | 'expiresOn'>;

/** What States ask of each other about their entries in threads, and allow, at one device (mla.md, section 9). */
export class Consents {
  readonly #ports: ThreadPorts;
  readonly #threads: Threads;

  constructor(ports: ThreadPorts, threads: Threads) {
    this.#ports = ports;
    this.#threads = threads;
  }

  /** Throws `consent.no-entry`, as `Threads.send`. */
  async ask(threadId: ThreadId, { seq, ...asked }: ConsentAsked): Promise<Acted> {
    await this.#foreign(threadId, seq);
    return this.#say(threadId, { type: 'handling.ask', target: seq, ...asked });
  }

  /** Allows what was asked, for the own State; or says why not. Throws `consent.not-asked`, as `Threads.send`. */
  async answer(threadId: ThreadId, askSeq: number, answer: ConsentAnswer): Promise<Acted> {
    const asked = (await this.list(threadId)).find(({ seq }) => seq === askSeq);
    if (asked === undefined || asked.ofState !== this.#own) throw new ConsentNotAsked(askSeq);
    if ('refused' in answer) {
      const refusal = { type: 'handling.refusal', target: askSeq, reason: answer.refused } as const;
      return this.#say(threadId, refusal);
    }
    const { target, scope, forState: state } = asked;
    const range = { fromSeq: target, toSeq: target, to: { state }, scope } as const;
    return this.#say(threadId, { type: 'handling.consent', ...range, ...answer });
  }

  /**
   * Tells the States of a thread that what speaks for an accused will be disclosed; of which entry of theirs, where one
   * is named. Throws `consent.no-entry`, as `Threads.send`.
   */
  async notify(
    threadId: ThreadId,
    { seq, reason }: { readonly seq: number | null; readonly reason: string },
  ): Promise<Acted> {
    if (seq !== null) await this.#foreign(threadId, seq);
    const about = seq === null ? {} : { target: seq };
    return this.#say(threadId, { type: 'handling.notice', ...about, reason });
  }

  /** What was asked in a thread, after what is new was taken in. */
  async list(threadId: ThreadId): Promise<readonly AskedConsent[]> {
    const { entries } = await this.#threads.read(threadId);
    return askedConsentsIn(entries, this.#ports.clock.nowMs());
  }

  /** Under the usual code, or the floor of the thread where that is stricter. */
  async #say(threadId: ThreadId, content: SaidOfHandling): Promise<Acted> {
    const { view } = await ThreadWork.open(this.#ports, threadId);
    const floor = view?.members?.state.policy.handlingFloor ?? USUAL_HANDLING;
    const code = handlingOf(Math.max(handlingNumber(floor), handlingNumber(USUAL_HANDLING)));
    return this.#threads.send(threadId, { ...content, handling: { code } });
  }

  async #foreign(threadId: ThreadId, seq: number): Promise<Placed> {
    const { entries } = await this.#threads.read(threadId);
    const found = entries.flatMap(placedIn).find(({ by }) => by.seq === seq);
    const state = found?.by.state ?? null;
    if (found === undefined || state === null || state === this.#own) throw new NoSuchEntry(seq);
    return found;
  }

  get #own(): string | null {
    const { directory, device } = this.#ports;
    return directory().homes.get(`person|${device.self.personId}`) ?? null;
  }
}
