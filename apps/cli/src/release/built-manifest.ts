import { isJsonObject, parseStrictJson, parseUtf8, sha256, type JsonValue } from '@enlace/kernel';
import { releaseIdOf } from '@enlace/trust';
import { malformed, readInputBytes, refusing } from '../files/input-file.js';

/** A build names some hundred files. */
const MANIFEST_LIMIT_BYTES = 1024 * 1024;

/** What a manifest says of its build, and the hash of its very bytes. */
export interface BuiltManifest {
  readonly manifestHash: Uint8Array;
  readonly releaseId: string;
  readonly commit: string | null;
  readonly node: string;
  readonly lockfileSha256: string;
  readonly fileCount: number;
}

/** Throws `input.malformed`. */
export function readBuiltManifest(path: string): BuiltManifest {
  const bytes = readInputBytes(path, MANIFEST_LIMIT_BYTES);
  const value = refusing(path, (): JsonValue => parseStrictJson(parseUtf8(bytes)));
  if (!isJsonObject(value)) throw malformed(path, 'not-a-manifest');
  const { v, version, commit, node, lockfileSha256, files } = value;
  const isManifest =
    v === 1 &&
    typeof version === 'string' &&
    (commit === null || typeof commit === 'string') &&
    typeof node === 'string' &&
    typeof lockfileSha256 === 'string' &&
    Array.isArray(files);
  if (!isManifest) throw malformed(path, 'not-a-manifest');
  const manifestHash = sha256(bytes);
  return {
    manifestHash,
    releaseId: releaseIdOf(version, manifestHash),
    commit,
    node,
    lockfileSha256,
    fileCount: files.length,
  };
}
