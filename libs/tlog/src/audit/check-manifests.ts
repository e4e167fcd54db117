import {
  equalBytes,
  isDomainError,
  isJsonObject,
  parseBase64Url,
  parseStrictJson,
  parseUtf8,
  type JsonObject,
} from '@enlace/kernel';

import { readErasure, type Erasure } from '../evidence/erased-range.js';
import { decodeLeaf, type AuditLeaf } from '../events/leaf.js';
import { manifestHead } from '../events/manifest.js';
import { verifyEvent, type SaltedSection, type SectionDigests } from '../events/sections.js';
import type { TlogCrypto } from '../tlog-crypto.js';
import { hashLeaf } from '../tree/hash.js';

/** What is shown of an event to whoever may read its `what`. */
export interface ShownEvent {
  readonly index: number;
  readonly digests: SectionDigests;
  readonly what: SaltedSection;
}

export interface ManifestClaim {
  readonly origin: string;
  readonly state: string;
  /** Leaves of a log that was verified as a whole, by index. */
  readonly leaves: readonly Uint8Array[];
  /** The manifests of the State that were shown. */
  readonly manifests: readonly ShownEvent[];
  /** The acts of the log that concern the State and were shown, and what says that sections were erased. */
  readonly events: readonly ShownEvent[];
  /** Acts that concern the State, as the server says, and whose `what` was erased: a manifest proves that they do. */
  readonly erased: readonly number[];
}

/** Something that is wrong with manifests; `isMissing`: something that must be there was not shown. */
export interface ManifestProblem {
  readonly code:
    | 'manifest.refused'
    | 'manifest.gap'
    | 'manifest.overdue'
    | 'manifest.root'
    | 'event.refused'
    | 'event.withheld'
    | 'event.unmanifested';
  readonly isMissing: boolean;
  readonly index: number;
  readonly lastIndex: number;
}

export interface ManifestReport {
  /** Leaves that manifests cover, from 0 on without a gap. */
  readonly covered: number;
  readonly manifests: number;
  readonly events: number;
  /** What events of this log say is gone, here and in the logs before: whether it explains all that is not shown. */
  readonly erasures: readonly ProvenErasure[];
  readonly problems: readonly ManifestProblem[];
}

/** What is gone, and where the log says so. */
export interface ProvenErasure extends Erasure {
  readonly index: number;
}

/** A manifest that is later than this after leaves that it should cover is withheld, or was never made. */
export const MANIFEST_LATE_MS = 2 * 3_600_000;

interface Opened {
  readonly index: number;
  readonly leaf: AuditLeaf;
  readonly what: JsonObject;
}

interface Manifest {
  readonly index: number;
  readonly fromIndex: number;
  readonly toIndex: number;
  readonly count: number;
  readonly root: Uint8Array;
  /** Where the manifest before stands; null for the first. */
  readonly previousIndex: number | null;
}

/**
 * Computes each manifest of a State again from the events that its auditor was shown. Ranges must follow each other
 * from 0 on, each manifest must name the one before, and none may be overdue; a count above what was shown is an event
 * withheld from the auditor, one below it an event that was withheld from the manifest. Never throws: what is wrong is
 * a problem of the report, the first of each range.
 */
export function checkManifests(crypto: TlogCrypto, claim: ManifestClaim): ManifestReport {
  const problems: ManifestProblem[] = [];
  const opened = openAll(crypto, claim, claim.manifests);
  problems.push(...opened.refused.map((index) => problemAt('manifest.refused', index)));
  const manifests = opened.events.flatMap((event) => {
    const manifest = readManifest(event, claim);
    if (manifest === null) problems.push(problemAt('manifest.refused', event.index));
    return manifest === null ? [] : [manifest];
  });
  const covered = coveredBy(manifests, problems);
  const acts = openAll(crypto, claim, claim.events);
  problems.push(...acts.refused.map((index) => problemAt('event.refused', index)));
  const erasures = acts.events.flatMap(({ index, what }) => {
    const erasure = readErasure(what);
    return erasure === null ? [] : [{ ...erasure, index }];
  });
  const concerning = acts.events.filter((event) => {
    // What the server erased by itself is life of the log: in no manifest, and for everybody concerned.
    if (event.leaf.kind === 'life' && event.what['type'] === 'section.erased') return false;
    const isConcerning = event.leaf.kind === 'act' && concerns(event, claim.state);
    if (!isConcerning) problems.push(problemAt('event.refused', event.index));
    return isConcerning;
  });
  const places = placesOf(claim, concerning, problems);
  for (const manifest of manifests) {
    problems.push(...compare(crypto, claim, { manifest, places }));
  }
  problems.push(...overdue(claim, covered));
  return { covered, manifests: manifests.length, events: concerning.length, erasures, problems };
}

/** Where what concerns the State stands, shown or erased, in the order of the log. */
function placesOf(
  { leaves, erased }: ManifestClaim,
  concerning: readonly Opened[],
  problems: ManifestProblem[],
): readonly number[] {
  const isAct = (index: number) => {
    const leaf = leaves[index];
    return leaf !== undefined && decodeLeaf(leaf).kind === 'act';
  };
  problems.push(
    ...erased.filter((at) => !isAct(at)).map((index) => problemAt('event.refused', index)),
  );
  const places = [...concerning.map(({ index }) => index), ...erased.filter(isAct)];
  return [...new Set(places)].toSorted((a, b) => a - b);
}

/** In the order of the log, each once; indices of those whose bytes are not what the log commits to. */
function openAll(
  crypto: TlogCrypto,
  { leaves }: ManifestClaim,
  shown: readonly ShownEvent[],
): { readonly events: readonly Opened[]; readonly refused: readonly number[] } {
  const events = new Map<number, Opened>();
  const refused: number[] = [];
  for (const event of shown) {
    const opened = openOne(crypto, leaves[event.index], event);
    if (opened === null) refused.push(event.index);
    else events.set(event.index, opened);
  }
  return { events: [...events.values()].toSorted((a, b) => a.index - b.index), refused };
}

// Attacker-controlled: what is shown. Null where the log does not commit to it.
function openOne(
  crypto: TlogCrypto,
  leaf: Uint8Array | undefined,
  { index, digests, what }: ShownEvent,
): Opened | null {
  if (leaf === undefined) return null;
  try {
    const verified = verifyEvent(crypto, { leaf, digests, sections: { what } });
    const said = parseStrictJson(parseUtf8(verified.sections.what ?? new Uint8Array()));
    return isJsonObject(said) ? { index, leaf: verified.leaf, what: said } : null;
  } catch (error) {
    if (isDomainError(error)) return null;
    throw error;
  }
}

// Attacker-controlled: what the event says. Null for what is no manifest of this State and log.
function readManifest(event: Opened, claim: ManifestClaim): Manifest | null {
  const { index, what } = event;
  if (!isOwnManifest(event, claim)) return null;
  const { fromIndex, toIndex, count, previousIndex = null } = what;
  if (!isIndex(fromIndex) || !isIndex(toIndex) || !isIndex(count)) return null;
  if (previousIndex !== null && !isIndex(previousIndex)) return null;
  const root = readRoot(what['root']);
  const isRange = fromIndex < toIndex && toIndex <= index;
  return isRange && root !== null
    ? { index, fromIndex, toIndex, count, root, previousIndex }
    : null;
}

function isOwnManifest({ leaf, what }: Opened, { origin, state }: ManifestClaim): boolean {
  const isManifest = leaf.kind === 'manifest' && what['type'] === 'log.manifest-issued';
  return isManifest && what['state'] === state && what['origin'] === origin;
}

function readRoot(text: unknown): Uint8Array | null {
  if (typeof text !== 'string') return null;
  try {
    return parseBase64Url(text);
  } catch (error) {
    if (isDomainError(error)) return null;
    throw error;
  }
}

/** How far the manifests follow each other from 0 on without a gap, each naming the one before. */
function coveredBy(manifests: readonly Manifest[], problems: ManifestProblem[]): number {
  let [covered, next, before]: [number, number, number | null] = [0, 0, null];
  for (const { index, fromIndex, toIndex, previousIndex } of manifests) {
    if (fromIndex !== next || previousIndex !== before) {
      const lastIndex = Math.max(next, fromIndex - 1);
      problems.push({ code: 'manifest.gap', isMissing: true, index: next, lastIndex });
    } else if (covered === fromIndex) covered = toIndex;
    [next, before] = [toIndex, index];
  }
  return covered;
}

function compare(
  crypto: TlogCrypto,
  { leaves }: ManifestClaim,
  { manifest, places }: { readonly manifest: Manifest; readonly places: readonly number[] },
): readonly ManifestProblem[] {
  const { fromIndex, toIndex, count, root } = manifest;
  const rows = places
    .filter((index) => index >= fromIndex && index < toIndex)
    .map((index) => ({ index, leafHash: hashLeaf(crypto, leaves[index] ?? new Uint8Array()) }));
  const place = { index: fromIndex, lastIndex: toIndex - 1 };
  if (rows.length < count) return [{ code: 'event.withheld', isMissing: true, ...place }];
  if (rows.length > count) return [{ code: 'event.unmanifested', isMissing: true, ...place }];
  if (equalBytes(manifestHead(crypto, rows).root, root)) return [];
  return [{ code: 'manifest.root', isMissing: false, ...place }];
}

/** The oldest leaf that no manifest covers is too old: measured by the log itself, not by a clock of the reader. */
function overdue({ leaves }: ManifestClaim, covered: number): readonly ManifestProblem[] {
  const first = timeOf(leaves[covered]);
  const last = timeOf(leaves.at(-1));
  if (first === null || last === null || last - first <= MANIFEST_LATE_MS) return [];
  const lastIndex = leaves.length - 1;
  return [{ code: 'manifest.overdue', isMissing: true, index: covered, lastIndex }];
}

function timeOf(leaf: Uint8Array | undefined): number | null {
  return leaf === undefined ? null : decodeLeaf(leaf).occurredAtMs;
}

function problemAt(code: ManifestProblem['code'], index: number): ManifestProblem {
  return { code, isMissing: false, index, lastIndex: index };
}

function concerns({ what }: Opened, state: string): boolean {
  const { states } = what;
  return Array.isArray(states) && states.includes(state);
}

function isIndex(value: unknown): value is number {
  return Number.isSafeInteger(value) && Number(value) >= 0;
}
