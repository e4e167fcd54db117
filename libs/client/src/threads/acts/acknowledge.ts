import type { Content } from '@enlace/e2ee';
import {
  DomainError,
  formatInstant,
  isJsonObject,
  type JsonObject,
  type PersonId,
} from '@enlace/kernel';

import type { KeptEntry } from '../kept/kept-entry.js';

/** Nobody asks this person for an acknowledgement there. */
class NotAsked extends DomainError {
  override readonly code = 'ack.not-asked';
  override readonly kind = 'absent';

  constructor() {
    super('the entry asks this person for no acknowledgement');
  }
}

/** An acknowledgement that somebody asks for, until a deadline. */
export interface AskedAck {
  readonly ackId: string;
  readonly deadline: string;
  /** What the answer says, as far as it hangs on the question. */
  readonly answer: Omit<Content<'receipt'> & { readonly type: 'ack.given' }, 'at' | 'sentAt'>;
  /** Where this person has given it already, on whatever device. */
  readonly givenAt: number | null;
}

/**
 * What the entry at a place asks of a person. The answer is as confidential as the question. Throws `ack.not-asked` for
 * any other entry, and when others are asked.
 */
export function askedOf(personId: PersonId, seq: number, entries: readonly KeptEntry[]): AskedAck {
  const asking = entries.find((entry) => entry.seq === seq);
  const content = contentOf(asking);
  const { ackId, from, deadline, handling } = content;
  const isAsked =
    content['type'] === 'ack.request' && Array.isArray(from) && from.includes(personId);
  if (!isAsked || typeof ackId !== 'string' || typeof deadline !== 'string') throw new NotAsked();
  const given = entries.find(
    (entry) =>
      entry.seq > seq &&
      entry.author?.personId === personId &&
      contentOf(entry)['type'] === 'ack.given' &&
      contentOf(entry)['ackId'] === ackId,
  );
  return {
    ackId,
    deadline,
    answer: { v: 1, type: 'ack.given', ackId, handling: handlingOf(handling) },
    givenAt: given?.seq ?? null,
  };
}

/** The receipt itself, at this moment. */
export function ackAt({ answer }: AskedAck, nowMs: number): Content<'receipt'> {
  const at = formatInstant(nowMs);
  return { ...answer, at, sentAt: at };
}

function contentOf(entry: KeptEntry | undefined): JsonObject {
  const content = entry?.effect['content'];
  return isJsonObject(content) ? content : {};
}

/** Without the words that explained it there. */
function handlingOf(value: JsonObject[string] | undefined): AskedAck['answer']['handling'] {
  const { note: _, ...handling } = isJsonObject(value) ? value : {};
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- it was one when it was kept; the store is sealed
  return handling as unknown as AskedAck['answer']['handling'];
}
