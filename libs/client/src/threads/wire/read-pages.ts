import { isDomainError, type ThreadId } from '@enlace/kernel';

import { askForPage, type Asking, type ToldPage } from './thread-wire.js';

/** While its record is behind, a server hands out this much at once. */
const PAGE_WHILE_BEHIND = 100;

/**
 * The pages of one look at a log: the first is asked for with a proof, which is on record for all that there is, and
 * the others with the ticket that the page before brought. Where that ends, the next page is asked for with a proof.
 */
export class PageReader {
  readonly #session: Asking;
  readonly #threadId: ThreadId;
  #ticket: string | null = null;
  #isBehind = false;

  constructor(session: Asking, threadId: ThreadId) {
    this.#session = session;
    this.#threadId = threadId;
  }

  /** What follows a place. Throws the refusal of the server, `client.*`. */
  async after(seq: number): Promise<ToldPage> {
    const page = (await this.#goOn(seq)) ?? (await this.#begin(seq));
    this.#ticket = page.pageToken;
    return page;
  }

  async #goOn(after: number): Promise<ToldPage | null> {
    const ticket = this.#ticket;
    if (ticket === null) return null;
    try {
      return await askForPage(this.#session, this.#threadId, { after, ticket });
    } catch (error) {
      if (!isDomainError(error, 'ticket.refused', 'audit.backlogged')) throw error;
      return null;
    }
  }

  async #begin(after: number): Promise<ToldPage> {
    if (!this.#isBehind) {
      try {
        return await askForPage(this.#session, this.#threadId, { after });
      } catch (error) {
        if (!isDomainError(error, 'audit.backlogged')) throw error;
        this.#isBehind = true;
      }
    }
    const part = { after, limit: PAGE_WHILE_BEHIND };
    return askForPage(this.#session, this.#threadId, part);
  }
}
