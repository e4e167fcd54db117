import type { ShownEntry, ThreadReading } from '@enlace/client';
import { HANDLING_CODES, type Handling } from '@enlace/contracts';
import { isJsonObject, type JsonObject } from '@enlace/kernel';

import type { KnownPerson } from '../../protocol/operations.js';

/** Who somebody is, as a page shows it. */
export type Find = (personId: string) => KnownPerson;

/** An entry whose content was read, and who wrote it. */
export interface SaidBy {
  readonly seq: number;
  readonly by: string;
  readonly sentAt: string;
  readonly acceptedAt: string;
  readonly handling: Handling | null;
  readonly content: JsonObject;
}

/** What was later said of one entry, by those who may say it. */
export interface SaidOf {
  /** What its author wrote in its place, in the order of the log. */
  readonly edits: readonly SaidBy[];
  /** By its author alone; the first one counts. */
  readonly withdrawal: SaidBy | null;
  /** Of each person the last mark of a kind. */
  readonly marks: readonly SaidBy[];
  readonly asks: readonly AskedFor[];
  /** What took its content away. */
  readonly redaction: ShownEntry | null;
}

/** An acknowledgement that was asked for, with the first answer of everybody who was asked. */
export interface AskedFor {
  readonly ask: SaidBy;
  readonly answers: readonly { readonly personId: string; readonly given: SaidBy | null }[];
}

/** A question for an acknowledgement, and who has not given it. */
interface OpenAsk {
  readonly ask: SaidBy;
  readonly missing: readonly string[];
}

/**
 * What entries of a thread say of each other. Members may say anything of anything: an edit or a withdrawal counts from
 * the author of what it names, an acknowledgement from somebody who was asked, and nothing for what stands after it.
 */
export class Talk {
  readonly #said: readonly SaidBy[];
  readonly #about = new Map<number, SaidBy[]>();
  readonly #authors: ReadonlyMap<number, string | null>;
  readonly #redactions = new Map<number, ShownEntry>();

  constructor({ entries }: Pick<ThreadReading, 'entries'>) {
    this.#said = entries.flatMap(saidBy);
    this.#authors = new Map(entries.map(({ seq, sender }) => [seq, sender?.person ?? null]));
    for (const said of this.#said) {
      for (const target of targetsOf(said)) {
        this.#about.set(target, [...(this.#about.get(target) ?? []), said]);
      }
    }
    for (const entry of entries) {
      for (const target of redactedBy(entry)) this.#redactions.set(target, entry);
    }
  }

  of(seq: number): SaidOf {
    const about = (type: string) =>
      (this.#about.get(seq) ?? []).filter(({ content }) => content['type'] === type);
    const author = this.#authors.get(seq) ?? null;
    const own = (type: string) => about(type).filter(({ by }) => by === author);
    return {
      edits: own('edit'),
      withdrawal: own('withdraw')[0] ?? null,
      marks: lastOfEach(about('mark')),
      asks: about('ack.request').map((ask) => ({ ask, answers: this.#answersTo(ask) })),
      redaction: this.#redactions.get(seq) ?? null,
    };
  }

  /** Questions for an acknowledgement that somebody has not given, save those that were taken back or taken away. */
  openAsksOf(personId: string): readonly SaidBy[] {
    return this.#openAsks().flatMap(({ ask, missing }) => (missing.includes(personId) ? ask : []));
  }

  /** The own questions that somebody has not answered, and who that is. */
  asksOpenFor(asker: string): readonly OpenAsk[] {
    return this.#openAsks().filter(({ ask }) => ask.by === asker);
  }

  #openAsks(): readonly OpenAsk[] {
    return this.#of('ack.request').flatMap((ask) => {
      const { withdrawal, redaction } = this.of(ask.seq);
      if (withdrawal !== null || redaction !== null) return [];
      const unanswered = this.#answersTo(ask).filter(({ given }) => given === null);
      const missing = unanswered.map(({ personId }) => personId);
      return missing.length === 0 ? [] : [{ ask, missing }];
    });
  }

  /** The place of the question that an acknowledgement answers. */
  askBehind(ackId: unknown): number | null {
    return this.#of('ack.request').find(({ content }) => content['ackId'] === ackId)?.seq ?? null;
  }

  #answersTo(ask: SaidBy): AskedFor['answers'] {
    const { ackId } = ask.content;
    const given = this.#of('ack.given').filter(
      ({ seq, content }) => seq > ask.seq && content['ackId'] === ackId,
    );
    return textsIn(ask.content['from']).map((personId) => ({
      personId,
      given: given.find(({ by }) => by === personId) ?? null,
    }));
  }

  #of(type: string): readonly SaidBy[] {
    return this.#said.filter(({ content }) => content['type'] === type);
  }
}

/** The strictest of an entry and of what its author wrote in its place: an edit loosens nothing. */
export function strictestOf(codes: readonly (Handling | null)[]): Handling | null {
  const numbers = codes.flatMap((code) => (code === null ? [] : [HANDLING_CODES.indexOf(code)]));
  return HANDLING_CODES[Math.max(...numbers)] ?? null;
}

export function handlingOf({ handling }: Pick<ShownEntry, 'handling'>): Handling | null {
  return HANDLING_CODES.find((code) => code === handling) ?? null;
}

/** The strings of a list. */
export function textsIn(value: unknown): readonly string[] {
  return Array.isArray(value) ? value.filter((one) => typeof one === 'string') : [];
}

/** The numbers of a list. */
export function placesOf(value: unknown): readonly number[] {
  return Array.isArray(value) ? value.filter((one) => typeof one === 'number') : [];
}

function saidBy(entry: ShownEntry): readonly SaidBy[] {
  const { seq, sender, sentAt, acceptedAt, content } = entry;
  if (sender === null || !isJsonObject(content)) return [];
  return [{ seq, by: sender.person, sentAt, acceptedAt, handling: handlingOf(entry), content }];
}

/** Places before its own that an entry speaks of. */
function targetsOf({ seq, content }: SaidBy): readonly number[] {
  const { target, targets } = content;
  return placesOf(Array.isArray(targets) ? targets : [target]).filter((place) => place < seq);
}

function redactedBy({ content }: ShownEntry): readonly number[] {
  if (!isJsonObject(content) || content['type'] !== 'redacted') return [];
  const { statement } = content;
  const { targets } = statement !== undefined && isJsonObject(statement) ? statement : {};
  return placesOf(targets);
}

function lastOfEach(marks: readonly SaidBy[]): readonly SaidBy[] {
  const last = new Map(
    marks.map((said) => [JSON.stringify([said.by, said.content['mark']]), said]),
  );
  return [...last.values()].toSorted((a, b) => a.seq - b.seq);
}
