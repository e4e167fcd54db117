import type { LocalStore, Session } from '@enlace/client';
import { TAKING_PART } from '@enlace/contracts';
import {
  canonicalJson,
  isJsonObject,
  parseStrictJson,
  parseUtf8,
  systemClock,
  utf8,
  type JsonObject,
  type PersonId,
} from '@enlace/kernel';
import type { Directory } from '@enlace/trust';

import type { KnownPerson, ResultOf } from '../../protocol/operations.js';
import { certificateOf, namedBy, namesIn } from '../directory/names.js';
import { standingOf } from '../registrar/registry-in-words.js';

const CARDS = 'cards';

/** Names behind ids: each card was found to be the one that the person's certificate carries, and is read once. */
export class KnownPeople {
  readonly #cards = new Map<string, JsonObject>();

  constructor(
    private readonly session: Session,
    private readonly self: PersonId,
    private readonly store: LocalStore,
  ) {}

  /** Reads what is not known of these people yet; what was known before is there also when it throws as `namesIn`. */
  async learn(directory: Directory, personIds: Iterable<string>): Promise<void> {
    const certificates = [...new Set(personIds)].flatMap(
      (id) => certificateOf(directory, id) ?? [],
    );
    const missing = certificates.filter(({ card }) => !this.#cards.has(card));
    if (missing.length === 0) return;
    try {
      for (const [hash, card] of await namesIn(this.session, missing)) {
        this.#cards.set(hash, card);
        await this.store.put(CARDS, hash, utf8(canonicalJson(card)));
      }
    } catch (error) {
      await this.#recall(missing);
      throw error;
    }
  }

  async #recall(missing: readonly { readonly card: string }[]): Promise<void> {
    for (const { card } of missing) {
      const kept = await this.store.get(CARDS, card);
      const read = kept === null ? null : parseStrictJson(parseUtf8(kept));
      if (isJsonObject(read)) this.#cards.set(card, read);
    }
  }

  /** Somebody by the directory, with the name as far as it was learned. */
  person(directory: Directory, personId: string): KnownPerson {
    return {
      personId,
      name: this.#named(directory, personId).name,
      state: directory.homes.get(`person|${personId}`) ?? null,
      isSelf: personId === this.self,
    };
  }

  /** Everybody else of a State who may take part in a thread today, by name. */
  async ofState(directory: Directory, state: string): Promise<ResultOf<'thread.candidates'>> {
    const ids = directory.statements
      .values()
      .flatMap(({ statement: { body } }) =>
        body.type === 'person-cert' && body.state === state ? [body.personId] : [],
      );
    const partners = [...new Set<string>(ids)].filter((id) => {
      const roles = certificateOf(directory, id)?.roles ?? [];
      const mayCome = standingOf(directory, id, systemClock.nowMs()) === 'certified';
      return mayCome && id !== this.self && roles.some((role) => TAKING_PART.has(role));
    });
    await this.learn(directory, partners);
    return partners
      .map((id) => ({ ...this.person(directory, id), title: this.#named(directory, id).title }))
      .toSorted((a, b) => (a.name ?? a.personId).localeCompare(b.name ?? b.personId));
  }

  #named(directory: Directory, personId: string) {
    return namedBy(this.#cards.get(certificateOf(directory, personId)?.card ?? ''));
  }
}
