import { toHex, utf8, writeStoredZip } from '@enlace/kernel';
import { formatEventLine, type EvidenceEvent, type Hasher } from '@enlace/tlog';

import type { Seed } from '../sign-object.js';
import { checkpointName, EVIDENCE_LIMITS, logNameOf, proofName } from './bundle-names.js';
import { formatManifest, signManifest, type EvidenceManifest } from './evidence-manifest.js';
import { formatStatementLine, type EvidenceStatement } from './statement-line.js';

/** What goes into a bundle; the writer believes it, whoever reads it does not. */
export interface BundleContent {
  readonly head: Omit<EvidenceManifest, 'v' | 'files'>;
  readonly events: readonly EvidenceEvent[];
  /** In the order of the directory. */
  readonly statements: readonly EvidenceStatement[];
  /** `.tlog-proof` files, one for each event and statement. */
  readonly proofs: readonly {
    readonly origin: string;
    readonly index: number;
    readonly file: Uint8Array;
  }[];
  /** One a log. */
  readonly checkpoints: readonly { readonly origin: string; readonly note: Uint8Array }[];
  readonly policy: Uint8Array;
  /** Texts for people and tokens, by the names that a bundle has for them. */
  readonly sideFiles: readonly { readonly name: string; readonly bytes: Uint8Array }[];
}

/** The bundle, signed by the device of whoever exports it. Throws `RangeError` above a limit. */
export function writeBundle(
  hasher: Hasher,
  content: BundleContent,
  signer: { readonly deviceId: string; readonly seed: Seed },
): Uint8Array<ArrayBuffer> {
  const { events, statements, proofs, checkpoints } = content;
  if (events.length > EVIDENCE_LIMITS.events || statements.length > EVIDENCE_LIMITS.statements) {
    throw new RangeError('more than one bundle holds');
  }
  const sorted = events.toSorted((a, b) =>
    a.origin === b.origin ? a.index - b.index : a.origin < b.origin ? -1 : 1,
  );
  const files = [
    { name: 'events.jsonl', bytes: linesOf(sorted.map(formatEventLine)) },
    { name: 'statements.jsonl', bytes: linesOf(statements.map(formatStatementLine)) },
    { name: 'policy.txt', bytes: content.policy },
    ...proofs.map(({ origin, index, file }) => ({
      name: proofName(logNameOf(origin), index),
      bytes: file,
    })),
    ...checkpoints.map(({ origin, note }) => ({
      name: checkpointName(logNameOf(origin)),
      bytes: note,
    })),
    ...content.sideFiles,
  ];
  const hashes = files.map(({ name, bytes }) => [name, toHex(hasher.sha256(bytes))] as const);
  const manifest = formatManifest({ v: 1, ...content.head, files: Object.fromEntries(hashes) });
  const zip = writeStoredZip([
    { name: 'manifest.json', bytes: manifest },
    { name: 'manifest.sig', bytes: signManifest(manifest, signer) },
    ...files,
  ]);
  if (zip.length > EVIDENCE_LIMITS.bytes) throw new RangeError('more than one bundle holds');
  return zip;
}

function linesOf(lines: readonly string[]): Uint8Array {
  return utf8(lines.map((line) => `${line}\n`).join(''));
}
