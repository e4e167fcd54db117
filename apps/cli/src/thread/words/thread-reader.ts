import type { Session, ShownAlert, ShownEntry } from '@enlace/client';
import { isDomainError, parseStrictJson, type JsonValue } from '@enlace/kernel';
import type { Directory } from '@enlace/trust';
import type { Language } from '../../command-line/language.js';
import { alertLines, entryLines } from './entry-words.js';
import { Names } from './names.js';
import { Telling } from './telling.js';

/** A thread as a person reads it, entry by entry. */
export class ThreadReader {
  readonly #names: Names;
  readonly #telling: Telling;

  constructor({
    language,
    session,
    directory,
  }: {
    readonly language: Language;
    readonly session: Session;
    readonly directory: () => Directory;
  }) {
    this.#names = new Names(session, directory);
    this.#telling = new Telling(language, this.#names.of);
  }

  /** Entries that are not shown, and that later ones may speak of. */
  async know(entries: readonly ShownEntry[]): Promise<void> {
    await this.lines(entries, []);
  }

  /** Throws `statement.refused` for a name that nobody signed for. */
  async lines(
    entries: readonly ShownEntry[],
    alerts: readonly ShownAlert[],
  ): Promise<readonly string[]> {
    await this.#learn(entries);
    return [
      ...entries.flatMap((entry) => entryLines(entry, this.#telling)),
      ...alerts.flatMap((alert) => alertLines(alert, this.#telling)),
    ];
  }

  /** Without a server, or where it refuses, people are shown by their ids. */
  async #learn(entries: readonly ShownEntry[]): Promise<void> {
    try {
      await this.#names.learn(asJson(entries));
    } catch (error) {
      if (!isDomainError(error) || isDomainError(error, 'statement.refused')) throw error;
    }
  }
}

function asJson(entries: readonly ShownEntry[]): JsonValue {
  return parseStrictJson(JSON.stringify(entries));
}
