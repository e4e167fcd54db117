import { createHash, createPublicKey, verify } from 'node:crypto';

/**
 * A second reading of C2SP signed-note, tlog-checkpoint and tlog-tiles, and of RFC 6962, section 2.1: it shares no code
 * with the library that the product verifies with, and knows nothing of what a leaf means.
 */
export type Fetch = (path: string) => Promise<Buffer>;

export interface PlainLog {
  readonly origin: string;
  readonly size: number;
  readonly root: string;
  readonly entries: readonly Buffer[];
}

const sha256 = (...parts: readonly Uint8Array[]) =>
  createHash('sha256').update(Buffer.concat(parts)).digest();
const hashLeaf = (entry: Uint8Array) => sha256(Buffer.of(0), entry);
const hashNode = (left: Uint8Array, right: Uint8Array) => sha256(Buffer.of(1), left, right);

/** MTH of RFC 6962, by its recursion. */
function rootOf(hashes: readonly Buffer[]): Buffer {
  const [only] = hashes;
  if (only === undefined) return sha256();
  if (hashes.length === 1) return only;
  let split = 1;
  while (split * 2 < hashes.length) split *= 2;
  return hashNode(rootOf(hashes.slice(0, split)), rootOf(hashes.slice(split)));
}

/** `<name>+<key id>+<base64 of type and key>`. */
export function openNote(note: string, vkey: string): string {
  const [, name = '', keyId = '', key = ''] = /^([^+]+)\+([0-9a-f]{8})\+(.+)$/.exec(vkey) ?? [];
  const material = Buffer.from(key, 'base64');
  const expected = sha256(Buffer.from(`${name}\n`), material)
    .subarray(0, 4)
    .toString('hex');
  if (material[0] !== 1 || expected !== keyId) throw new Error('not an Ed25519 verifier key');
  const at = note.lastIndexOf('\n\n');
  const text = note.slice(0, at + 1);
  const blobs = note
    .slice(at + 2)
    .split('\n')
    .map((line) => /^\u2014 (\S+) (\S+)$/.exec(line))
    .filter((match) => match?.[1] === name)
    .map((match) => Buffer.from(match?.[2] ?? '', 'base64'))
    .filter((blob) => blob.subarray(0, 4).toString('hex') === keyId);
  const spki = Buffer.concat([
    Buffer.from('302a300506032b6570032100', 'hex'),
    material.subarray(1),
  ]);
  const publicKey = createPublicKey({ key: spki, format: 'der', type: 'spki' });
  const isSigned = blobs.some((blob) =>
    verify(null, Buffer.from(text), publicKey, blob.subarray(4)),
  );
  if (!isSigned) throw new Error('the log did not sign its checkpoint');
  return text;
}

function indexPath(index: number): string {
  const digits = String(index).padStart(Math.ceil(String(index).length / 3) * 3, '0');
  const groups = digits.match(/\d{3}/g) ?? [];
  return groups.map((group, at) => (at === groups.length - 1 ? group : `x${group}`)).join('/');
}

/** Paths of a row of tiles that cover so many hashes. */
function rowPaths(row: string, hashes: number): readonly string[] {
  return Array.from({ length: Math.ceil(hashes / 256) }, (_, index) => {
    const width = Math.min(256, hashes - index * 256);
    return `tile/${row}/${indexPath(index)}${width === 256 ? '' : `.p/${width}`}`;
  });
}

function splitBundle(bundle: Buffer): readonly Buffer[] {
  const entries: Buffer[] = [];
  for (let at = 0; at < bundle.length;) {
    const length = bundle.readUInt16BE(at);
    entries.push(bundle.subarray(at + 2, at + 2 + length));
    at += 2 + length;
  }
  return entries;
}

/** Reads a checkpoint; throws unless the key of the log signed it. */
export async function readCheckpoint(fetch: Fetch, vkey: string) {
  const text = openNote((await fetch('checkpoint')).toString(), vkey);
  const [origin = '', size = '', root = ''] = text.split('\n');
  return { origin, size: Number(size), root };
}

/** Reads the whole log and rebuilds every tile and the root; throws where the server says otherwise. */
export async function readLog(
  fetch: Fetch,
  head: Awaited<ReturnType<typeof readCheckpoint>>,
): Promise<PlainLog> {
  const bundles: Buffer[] = [];
  for (const path of rowPaths('entries', head.size)) bundles.push(await fetch(path));
  const entries = bundles.flatMap(splitBundle);
  if (entries.length !== head.size) throw new Error('entries are missing');
  let hashes: readonly Buffer[] = entries.map(hashLeaf);
  const root = rootOf(hashes).toString('base64');
  for (let level = 0; hashes.length > 0; level += 1) {
    const served: Buffer[] = [];
    for (const path of rowPaths(String(level), hashes.length)) served.push(await fetch(path));
    if (!Buffer.concat(served).equals(Buffer.concat(hashes))) throw new Error('a tile is wrong');
    const full = Math.floor(hashes.length / 256);
    hashes = Array.from({ length: full }, (_, at) =>
      rootOf(hashes.slice(at * 256, at * 256 + 256)),
    );
  }
  return { ...head, root, entries };
}
