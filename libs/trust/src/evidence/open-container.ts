import { isDomainError, parseUtf8, toHex } from '@enlace/kernel';
import { readStoredZip, type Hasher } from '@enlace/tlog';

import { EVIDENCE_LIMITS, EVIDENCE_NAME, REQUIRED_FILES } from './bundle-names.js';
import type { Problems } from './bundle-report.js';
import {
  parseManifest,
  parseManifestSignature,
  type EvidenceManifest,
  type ManifestSignature,
} from './evidence-manifest.js';

/** The files of a bundle, its manifest and who signed that, where they can be read. */
export interface OpenedBundle {
  readonly files: ReadonlyMap<string, Uint8Array>;
  readonly manifest: EvidenceManifest | null;
  readonly signature: ManifestSignature | null;
}

// Attacker-controlled: the whole bundle.
/** Container, names, manifest and hashes of all files. What cannot be read is a problem and the rest is read on. */
export function openContainer(
  hasher: Hasher,
  bundle: Uint8Array,
  problems: Problems,
): OpenedBundle {
  const limits = { ...EVIDENCE_LIMITS, name: EVIDENCE_NAME };
  const zip = reading(problems, 'bundle', () => readStoredZip(bundle, limits));
  const files = zip?.files ?? new Map<string, Uint8Array>();
  if (zip === null) return { files, manifest: null, signature: null };
  for (const file of zip.damaged) problems.add('malformed', 'container.checksum', { file });
  for (const file of REQUIRED_FILES.filter((name) => !files.has(name))) {
    problems.add('malformed', 'file.missing', { file });
  }
  const manifest = readFile(files, 'manifest.json', { problems, read: parseManifest });
  const signature = readFile(files, 'manifest.sig', { problems, read: parseManifestSignature });
  if (manifest !== null) compareHashes(hasher, { files, manifest }, problems);
  return { files, manifest, signature };
}

function compareHashes(
  hasher: Hasher,
  { files, manifest }: Pick<OpenedBundle, 'files'> & { readonly manifest: EvidenceManifest },
  problems: Problems,
): void {
  const listed = new Map(Object.entries(manifest.files));
  for (const [file, hash] of listed) {
    const bytes = files.get(file);
    if (bytes === undefined) problems.add('integrity', 'file.missing', { file });
    else if (toHex(hasher.sha256(bytes)) !== hash) {
      problems.add('integrity', 'file.hash', { file });
    }
  }
  for (const file of files.keys()) {
    const isListed = listed.has(file) || file === 'manifest.json' || file === 'manifest.sig';
    if (!isListed) problems.add('integrity', 'file.unlisted', { file });
  }
}

/** The parsed lines of a file; those that cannot be read are problems. */
export function readLines<Line>(
  files: ReadonlyMap<string, Uint8Array>,
  file: string,
  {
    problems,
    limit,
    read,
  }: {
    readonly problems: Problems;
    readonly limit: number;
    readonly read: (line: string) => Line;
  },
): readonly Line[] {
  const text = readFile(files, file, { problems, read: parseUtf8 });
  if (text === null || text === '') return [];
  if (!text.endsWith('\n')) problems.add('malformed', 'line.unended', { file });
  const lines = text.split('\n', limit + 2);
  if (lines.length > limit + 1) problems.add('malformed', 'limit.lines', { file });
  return lines
    .slice(0, Math.min(limit, lines.length - (text.endsWith('\n') ? 1 : 0)))
    .flatMap((line) => reading(problems, file, () => read(line)) ?? []);
}

function readFile<Content>(
  files: ReadonlyMap<string, Uint8Array>,
  file: string,
  {
    problems,
    read,
  }: { readonly problems: Problems; readonly read: (bytes: Uint8Array) => Content },
): Content | null {
  const bytes = files.get(file);
  return bytes === undefined ? null : reading(problems, file, () => read(bytes));
}

/** Does something with input of unknown origin; what a library refuses becomes a problem of this file. */
export function reading<Result>(
  problems: Problems,
  place: string | { readonly file: string; readonly index: number },
  read: () => Result,
): Result | null {
  try {
    return read();
  } catch (error) {
    if (!isDomainError(error)) throw error;
    const kind = error.kind === 'malformed' ? 'malformed' : 'integrity';
    const at = typeof place === 'string' ? { file: place } : place;
    const detail = String(error.facts['rule'] ?? error.message);
    problems.add(kind, error.code, { ...at, detail });
    return null;
  }
}
