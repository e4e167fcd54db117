import type { Language } from '../catalogue/labels.js';
import type { Fact } from '../packs/fact.js';
import type { PackSet } from '../packs/pack-set.js';
import { inWords } from './offence-facts.js';
import { TableWriter, type Table } from './table.js';

/** The facts that two versions of packs tell differently, by path: value, confidence, source or date. */
export function packDifference(
  { before, after }: { readonly before: PackSet; readonly after: PackSet },
  { language, today }: { readonly language: Language; readonly today: string },
): Table {
  const write = new TableWriter(language, today);
  const say = (value: unknown): string =>
    typeof value === 'boolean' ? write.yesOrNo(value) : inWords(value);
  const [old, fresh] = [factsOf(before), factsOf(after)];
  const paths = [...new Set([...old.keys(), ...fresh.keys()])].toSorted();
  const changed = paths.filter((path) => said(old.get(path)) !== said(fresh.get(path)));
  const rows = changed.map((path) => [
    write.plain(path),
    write.fact(old.get(path), say),
    write.fact(fresh.get(path), say),
  ]);
  return write.table('difference', ['path', 'before', 'after'], rows);
}

/** Every fact of the packs by its path, as reports name it. */
function factsOf({ countries, instruments, pairs }: PackSet): ReadonlyMap<string, Fact<unknown>> {
  const found = new Map<string, Fact<unknown>>();
  collect({ countries, instruments }, '', found);
  for (const { a, b, bilateral } of pairs) collect(bilateral, `/pairs/${a}-${b}/bilateral`, found);
  return found;
}

function collect(value: unknown, path: string, found: Map<string, Fact<unknown>>): void {
  if (typeof value !== 'object' || value === null) return;
  if (isFact(value)) {
    found.set(path, value);
    return;
  }
  for (const [name, member] of Object.entries(value)) collect(member, `${path}/${name}`, found);
}

function isFact(value: object): value is Fact<unknown> {
  return 'confidence' in value && 'sourceDate' in value && 'value' in value;
}

function said(fact: Fact<unknown> | undefined): string {
  return fact === undefined
    ? ''
    : JSON.stringify([fact.value, fact.confidence, fact.source, fact.sourceDate]);
}
