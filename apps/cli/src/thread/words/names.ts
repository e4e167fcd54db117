import { readPersonCards, type Session } from '@enlace/client';
import { isJsonObject, type JsonObject, type JsonValue } from '@enlace/kernel';
import { currentOf, type Directory } from '@enlace/trust';

/** Names of people, each from the card that the person's certificate carries, with the State that certified it. */
export class Names {
  readonly #cards = new Map<string, JsonObject>();

  constructor(
    private readonly session: Session,
    private readonly directory: () => Directory,
  ) {}

  /**
   * Reads whom these values name and nobody has asked for yet. Throws `statement.refused` for a card that nobody signed
   * for, the refusal of the server, `client.*`.
   */
  async learn(values: JsonValue): Promise<void> {
    const directory = this.directory();
    const cards = [...peopleIn(values, directory)].flatMap((id) => cardOf(directory, id) ?? []);
    const missing = [...new Set(cards)].filter((card) => !this.#cards.has(card));
    if (missing.length === 0) return;
    // One that was erased is not asked for again.
    for (const card of missing) this.#cards.set(card, {});
    for (const [hash, card] of await readPersonCards(this.session, missing)) {
      this.#cards.set(hash, card);
    }
  }

  /** The name and the State; the id of whoever has none. */
  readonly of = (personId: string): string => {
    const directory = this.directory();
    const name = this.#cards.get(cardOf(directory, personId) ?? '')?.['displayName'];
    const state = directory.homes.get(`person|${personId}`) ?? '--';
    return `${typeof name === 'string' ? name : personId} (${state})`;
  };
}

function cardOf(directory: Directory, personId: string): string | null {
  const state = directory.homes.get(`person|${personId}`);
  if (state === undefined) return null;
  const current = currentOf(directory, { type: 'person-cert', state, subject: personId });
  return current?.statement.body.card ?? null;
}

function* peopleIn(value: JsonValue, directory: Directory): Generator<string> {
  if (typeof value === 'string') {
    if (directory.homes.get(`person|${value}`) !== undefined) yield value;
  } else if (Array.isArray(value)) {
    for (const one of value) yield* peopleIn(one, directory);
  } else if (isJsonObject(value)) {
    for (const one of Object.values(value)) yield* peopleIn(one, directory);
  }
}
