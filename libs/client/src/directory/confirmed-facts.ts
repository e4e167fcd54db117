import type { FactStatement } from '@enlace/mla';
import { currentOf, isTrustedHere, publicSince, type BodyOf, type Directory } from '@enlace/trust';

/**
 * What States and the secretariat confirmed of the packs and said of rules, as this client's own directory has it:
 * the newest of each State and path, of States that are trusted here, seen by the witnesses. What only this client
 * was shown counts for nothing, and of what was signed twice neither does.
 */
export function confirmedFactsOf(directory: Directory): readonly FactStatement[] {
  const slots = new Map<string, Pick<BodyOf<'fact-confirmation'>, 'state' | 'path'>>();
  for (const { statement } of directory.statements.values()) {
    const { body } = statement;
    if (body.type !== 'fact-confirmation') continue;
    slots.set(`${body.path}\n${body.state}`, body);
  }
  return [...slots.values()].flatMap(({ state, path: subject }) => {
    const found = currentOf(directory, { type: 'fact-confirmation', state, subject });
    if (found === null || !isTrustedHere(directory, state)) return [];
    if (publicSince(directory, found.index) === null) return [];
    return [asFact(found.statement.id, found.statement.body)];
  });
}

function asFact(id: string, body: BodyOf<'fact-confirmation'>): FactStatement {
  const { state, path, value, source, sourceDate, validFrom, validTo, reviewBy, note } = body;
  const on = body.issuedAt.slice(0, 10);
  return { id, state, path, value, source, sourceDate, validFrom, validTo, reviewBy, note, on };
}
