import { ServerUnreachable } from '@enlace/client';
import {
  isJsonObject,
  parseStrictJson,
  parseUtf8,
  sha256,
  toBase64Url,
  toHex,
} from '@enlace/kernel';

/** More of a static file is not read. In bytes. */
const FILE_LIMIT_BYTES = 256 * 1024;

/** Where the API of this client is, and which host its passkeys belong to. */
export interface Place {
  readonly apiOrigin: string;
  readonly rpId: string;
}

/** What `deployment.json` says; by default both are the host of this page. Throws `client.unreachable`. */
export async function readPlace(): Promise<Place> {
  const value = parseStrictJson(parseUtf8(await readFile('/deployment.json')));
  const { apiOrigin, rpId } = isJsonObject(value) ? value : {};
  return {
    apiOrigin: typeof apiOrigin === 'string' ? apiOrigin : location.origin,
    rpId: typeof rpId === 'string' ? rpId : location.hostname,
  };
}

/** The trust store that this server hands out; nothing until its hash is found on paper. */
export async function readTrustStore(): Promise<string> {
  return parseUtf8(await readFile('/trust-store.json'));
}

/** Hash of the manifest of this client, as a sign-in names it. */
export async function readBuild(): Promise<string> {
  return toBase64Url(sha256(await readFile('/web-manifest.json')));
}

/**
 * A file of this client, which is the one that it was built with or none: a letter that looks like another one would
 * change what is printed. Throws `client.unreachable`.
 */
export async function readBuilt(path: string, expected: BuiltFile): Promise<Uint8Array> {
  const bytes = await readFile(path, expected.size);
  if (toHex(sha256(bytes)) !== expected.sha256) throw new ServerUnreachable(`${path} is another`);
  return bytes;
}

export interface BuiltFile {
  /** In bytes. */
  readonly size: number;
  /** In hexadecimal. */
  readonly sha256: string;
}

async function readFile(path: string, limitBytes = FILE_LIMIT_BYTES): Promise<Uint8Array> {
  const unreachable = (cause?: unknown): never => {
    throw new ServerUnreachable(`${path} cannot be read`, { cause });
  };
  // oxlint-disable-next-line no-restricted-globals -- own static files, without credentials; the API has its transport
  const response = await fetch(path, { cache: 'no-store', credentials: 'omit' }).catch(unreachable);
  const bytes = new Uint8Array(await response.arrayBuffer().catch(unreachable));
  if (!response.ok || bytes.length > limitBytes) unreachable();
  return bytes;
}
