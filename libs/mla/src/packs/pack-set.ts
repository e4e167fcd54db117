import { DomainError, type ErrorDetail } from '@enlace/kernel';

import { pointer } from '../request/problem.js';
import { digestOf } from './digest.js';
import { packFile, type PackFile } from './pack-schema.js';

/** Country packs that were read and found sound; `sha256` is over the canonical encoding of what was read. */
export interface PackSet extends PackFile {
  readonly sha256: string;
}

/** Packs that cannot be read: not JSON, not of the format, or two files that define the same entry. */
export class PacksInvalid extends DomainError {
  override readonly code = 'packs.invalid';
  override readonly kind = 'invalid';
}

/** Problems named at most; a file of another kind has thousands. */
const DETAIL_LIMIT = 100;

/**
 * Reads one or several pack files as one set: entries merge by key, and a key that stands twice is a problem, because
 * silently preferring one file would hide a contradiction. Throws `packs.invalid` with every place.
 */
export function parsePacks(files: readonly string[]): PackSet {
  const packs = files.map((json, index) => readFile(json, index));
  const [first] = packs;
  if (!first) throw new PacksInvalid('no pack file');
  const merged = packs.length === 1 ? first : mergeAll(packs);
  return { ...merged, sha256: digestOf(merged) };
}

function readFile(json: string, index: number): PackFile {
  const parsed = packFile.safeParse(parseJson(json, index));
  if (parsed.success) return parsed.data;
  refuse(
    parsed.error.issues.map((issue) => ({
      pointer: pointer([index, ...issue.path]),
      code: 'packs.invalid',
      detail: issue.message,
    })),
  );
}

function parseJson(json: string, index: number): unknown {
  try {
    return JSON.parse(json);
  } catch {
    refuse([{ pointer: pointer([index]), code: 'packs.invalid', detail: 'not JSON' }]);
  }
}

function mergeAll(packs: readonly PackFile[]): PackFile {
  const doubled: ErrorDetail[] = [];
  const join = <T>(section: string, entries: readonly (readonly [string, T])[]) => {
    const merged = new Map<string, T>();
    for (const [key, value] of entries) {
      if (merged.has(key)) {
        doubled.push({
          pointer: pointer([section, key]),
          code: 'packs.invalid',
          detail: 'doubled',
        });
      }
      merged.set(key, value);
    }
    return merged;
  };
  const all = <T>(read: (pack: PackFile) => readonly T[]) => packs.flatMap(read);
  const merged: PackFile = {
    format: 'enlace-packs/1',
    id: packs.map((pack) => pack.id).join('+'),
    version: packs.map((pack) => pack.version).join('+'),
    generatedOn: packs.map((pack) => pack.generatedOn).toSorted()[0] ?? '',
    notice: {
      es: packs.map((pack) => pack.notice.es).join(' '),
      en: packs.map((pack) => pack.notice.en).join(' '),
    },
    authorities: [
      ...join(
        'authorities',
        all((pack) => pack.authorities.map((one) => [one.id, one])),
      ).values(),
    ],
    instruments: Object.fromEntries(
      join(
        'instruments',
        all((pack) => Object.entries(pack.instruments)),
      ),
    ),
    countries: Object.fromEntries(
      join(
        'countries',
        all((pack) => Object.entries(pack.countries)),
      ),
    ),
    pairs: [
      ...join(
        'pairs',
        all((pack) => pack.pairs.map((one) => [`${one.a}-${one.b}`, one])),
      ).values(),
    ],
  };
  const reviews = all((pack) => pack.reviews ?? []);
  join(
    'reviews',
    reviews.map((one) => [`${one.rule}/${one.version}/${one.state}`, one]),
  );
  if (doubled.length > 0) refuse(doubled);
  return reviews.length === 0 ? merged : { ...merged, reviews };
}

function refuse(errors: readonly ErrorDetail[]): never {
  throw new PacksInvalid('the packs cannot be read', { errors: errors.slice(0, DETAIL_LIMIT) });
}
