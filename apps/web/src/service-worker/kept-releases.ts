import type { Pin } from './release-note.js';

/** The release that this browser runs, and whose signatures every later one needs. */
export interface Active {
  readonly manifestHash: string;
  readonly releaseId: string;
  readonly issuedAt: string;
  readonly pin: Pin;
}

export interface ManifestFile {
  readonly path: string;
  readonly size: number;
  readonly sha256: string;
}

export interface Manifest {
  readonly headers: Readonly<Record<string, string>>;
  readonly files: readonly ManifestFile[];
}

export const MANIFEST_PATH = '/web-manifest.json';
const POINTER = { cache: 'enlace-active', path: '/active' } as const;
const RELEASE = 'release-';
const TYPES: Readonly<Record<string, string>> = {
  '': 'text/html; charset=utf-8',
  css: 'text/css; charset=utf-8',
  js: 'text/javascript; charset=utf-8',
  json: 'application/json',
  svg: 'image/svg+xml',
  ttf: 'font/ttf',
  wasm: 'application/wasm',
  webmanifest: 'application/manifest+json',
  woff2: 'font/woff2',
};

/** Null before a first release was kept. */
export async function readActive(): Promise<Active | null> {
  // To look makes no cache: whoever has wiped this browser has none.
  const kept = await caches.match(POINTER.path, { cacheName: POINTER.cache });
  const active: Active | null = kept === undefined ? null : await kept.json();
  return active;
}

/** From here on every page that is opened runs this release, whose files are all kept. */
export async function writeActive(active: Active): Promise<void> {
  await (await caches.open(POINTER.cache)).put(POINTER.path, Response.json(active));
}

export async function openRelease(manifestHash: string): Promise<Cache> {
  return caches.open(RELEASE + manifestHash);
}

/** The manifest is put last: a release that has it has all its files. */
export async function isComplete(manifestHash: string): Promise<boolean> {
  return (await (await openRelease(manifestHash)).match(MANIFEST_PATH)) !== undefined;
}

/** Lets go of every release but these: pages that were opened before a change go on with theirs until the next one. */
export async function keepOnly(...hashes: readonly string[]): Promise<void> {
  const kept = new Set([POINTER.cache, ...hashes.map((hash) => RELEASE + hash)]);
  for (const name of await caches.keys()) if (!kept.has(name)) await caches.delete(name);
}

/** A kept file; of an older release only what carries its hash in its name. */
export async function findFile(path: string, { manifestHash }: Active): Promise<Response> {
  const own = await caches.match(path, { cacheName: RELEASE + manifestHash });
  const found = own ?? (path.startsWith('/assets/') ? await caches.match(path) : undefined);
  return found ?? Response.error();
}

/** A file as it was released: its headers are those of the manifest that was signed, whatever came with it. */
export function asReleased(path: string, bytes: BodyInit, headers: Manifest['headers']): Response {
  const [, extension = ''] = /\.(\w+)$/.exec(path) ?? [];
  const type = TYPES[extension] ?? 'application/octet-stream';
  return new Response(bytes, { headers: { ...headers, 'content-type': type } });
}
