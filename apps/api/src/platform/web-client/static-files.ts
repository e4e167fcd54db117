import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { extname, join } from 'node:path';
import { brotliCompressSync, constants, gzipSync } from 'node:zlib';

import { BuildRefused, type ManifestFile } from './web-manifest.js';

export type Coding = 'identity' | 'br' | 'gzip';

/** A file as it stands in the manifest, in memory: what changes on disk later is not served. */
export interface StaticFile {
  readonly contentType: string;
  /** Of the file before any coding, lower-case hex. */
  readonly sha256: string;
  readonly bodies: ReadonlyMap<Coding, Buffer>;
}

interface MediaType {
  readonly contentType: string;
  readonly isCompressible: boolean;
}

const text = (contentType: string): MediaType => ({ contentType, isCompressible: true });

/** Anything else has no place in a build: with `nosniff` a wrong type is a broken page. */
const MEDIA_TYPES: Readonly<Record<string, MediaType>> = {
  '.css': text('text/css; charset=utf-8'),
  '.html': text('text/html; charset=utf-8'),
  '.js': text('text/javascript; charset=utf-8'),
  '.json': text('application/json'),
  '.note': text('text/plain; charset=utf-8'),
  '.svg': text('image/svg+xml'),
  '.ttf': text('font/ttf'),
  '.wasm': text('application/wasm'),
  '.webmanifest': text('application/manifest+json'),
  '.woff2': { contentType: 'font/woff2', isCompressible: false },
};

/** Below this a compressed answer saves no packet. */
const COMPRESSION_FLOOR_BYTES = 1_024;
/** Nearly the best ratio at a twentieth of the time: the files are compressed at each start. */
const BROTLI_QUALITY = 6;

/** Reads a file of the build and checks it. Throws `BuildRefused` when it is missing, or not the one that was built. */
export async function readBuiltFile(folder: string, file: ManifestFile): Promise<StaticFile> {
  const name = file.path === '/' ? '/index.html' : file.path;
  const bytes = await readNamed(folder, name);
  const built = toStaticFile(name, bytes);
  if (bytes.length !== file.size || built.sha256 !== file.sha256) {
    throw new BuildRefused(`${name} is not the file that the manifest names`);
  }
  return built;
}

export function toStaticFile(name: string, bytes: Buffer): StaticFile {
  const mediaType = MEDIA_TYPES[extname(name)];
  if (!mediaType) throw new BuildRefused(`${name} is of a type that is not served`);
  const bodies = new Map<Coding, Buffer>([['identity', bytes]]);
  if (mediaType.isCompressible && bytes.length >= COMPRESSION_FLOOR_BYTES) {
    const params = { [constants.BROTLI_PARAM_QUALITY]: BROTLI_QUALITY };
    bodies.set('br', brotliCompressSync(bytes, { params }));
    bodies.set('gzip', gzipSync(bytes));
  }
  return {
    contentType: mediaType.contentType,
    sha256: createHash('sha256').update(bytes).digest('hex'),
    bodies,
  };
}

export async function readNamed(folder: string, name: string): Promise<Buffer> {
  try {
    return await readFile(join(folder, name));
  } catch {
    throw new BuildRefused(`${name} cannot be read`);
  }
}
