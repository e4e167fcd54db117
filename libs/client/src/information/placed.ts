import { readContent, type Content } from '@enlace/e2ee';
import { canonicalJson, utf8, type PersonId } from '@enlace/kernel';

import type { ShownEntry } from '../threads/reading.js';

/** Who said something, by the log. */
export interface By {
  readonly seq: number;
  readonly person: PersonId;
  readonly state: string | null;
  readonly handling: string | null;
}

/** A message with what it says. */
export interface Placed<Type extends Content<'message'> = Content<'message'>> {
  readonly by: By;
  readonly entry: ShownEntry;
  readonly said: Type;
}

/** The message of an entry; nothing where it is none, or cannot be read. */
export function placedIn(entry: ShownEntry): readonly Placed[] {
  const { seq, kind, sender, content, handling } = entry;
  if (kind !== 'message' || sender === null || content === null) return [];
  // It was read when it was taken in; the store keeps it as JSON, which has no types.
  const said = readContent(utf8(canonicalJson(content)), { kind: 'message', seq });
  const { person, state } = sender;
  return [{ by: { seq, person, state, handling }, entry, said }];
}
