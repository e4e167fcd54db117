import { sha256 } from '@enlace/kernel';

import type { ServerConfig } from '../config/config.js';
import { StartupRefusal } from '../config/startup-refusal.js';
import { readBuiltFile, readNamed, toStaticFile, type StaticFile } from './static-files.js';
import { BuildRefused, MANIFEST_PATH, parseApiOrigin, parseWebManifest } from './web-manifest.js';

const TRUST_STORE_PATH = '/trust-store.json';

/** The browser client, checked and ready to be served. */
export interface WebClient {
  readonly files: ReadonlyMap<string, StaticFile>;
  readonly headers: Readonly<Record<string, string>>;
  /** SHA-256 of the bytes of the manifest. */
  readonly manifestHash: Uint8Array;
  /** Hosts whose requests get the files; `null`: all, since the API and the files share one origin. */
  readonly hosts: ReadonlySet<string> | null;
}

/**
 * Loads the client from the folder of its build. Every file must be the one that the manifest names; nothing else of
 * the folder is read. Throws `StartupRefusal` with the name of the first file that is missing or differs.
 */
export async function loadWebClient(
  folder: string,
  config: Pick<ServerConfig, 'publicOrigin' | 'clientOrigins'>,
): Promise<WebClient> {
  try {
    const manifestBytes = await readNamed(folder, MANIFEST_PATH);
    const manifest = parseWebManifest(manifestBytes);
    const files = new Map<string, StaticFile>();
    for (const file of manifest.files) files.set(file.path, await readBuiltFile(folder, file));
    files.set(MANIFEST_PATH, toStaticFile(MANIFEST_PATH, manifestBytes));
    const deployment = files.get('/deployment.json')?.bodies.get('identity');
    const apiOrigin = parseApiOrigin(deployment ?? Buffer.alloc(0));
    return {
      files,
      manifestHash: sha256(manifestBytes),
      headers: fillHeaders(manifest.headers, apiOrigin, config),
      hosts: apiOrigin === null ? null : clientHosts(apiOrigin, config),
    };
  } catch (cause) {
    if (!(cause instanceof BuildRefused)) throw cause;
    const reason = `web client: ${cause.message}; build it again with npm run build:web`;
    throw new StartupRefusal([`${reason} (${folder})`], { cause });
  }
}

/**
 * The client beside the trust store of this installation, which is no part of the build: a page believes it only when
 * its hash is the one that a registrar printed on paper.
 */
export function withTrustStore(client: WebClient, text: string | null): WebClient {
  if (text === null) return client;
  const file = toStaticFile(TRUST_STORE_PATH, Buffer.from(text));
  return { ...client, files: new Map([...client.files, [TRUST_STORE_PATH, file]]) };
}

function fillHeaders(
  templates: ReadonlyMap<string, string>,
  apiOrigin: string | null,
  { publicOrigin }: Pick<ServerConfig, 'publicOrigin'>,
): Record<string, string> {
  const api = apiOrigin === null ? '' : `${apiOrigin} ${apiOrigin.replace(/^https:/, 'wss:')}`;
  const isTls = apiOrigin !== null || publicOrigin?.startsWith('https:') === true;
  return Object.fromEntries(
    [...templates]
      .filter(([name]) => isTls || name !== 'strict-transport-security') // RFC 6797, section 7.2
      .map(([name, template]) => [name, template.replaceAll('{api}', api)]),
  );
}

/**
 * With two origins, the session cookie must never travel with a static file: the host of the API serves none. Refuses
 * settings that contradict each other, since the page would call another API than this one.
 */
function clientHosts(
  apiOrigin: string,
  config: Pick<ServerConfig, 'publicOrigin' | 'clientOrigins'>,
): ReadonlySet<string> {
  const clientOrigins = config.clientOrigins ?? [];
  if (config.publicOrigin !== apiOrigin) {
    throw new StartupRefusal([
      'PUBLIC_ORIGIN: differs from apiOrigin of the web client (deployment.json); correct one of them',
    ]);
  }
  if (clientOrigins.length === 0 || clientOrigins.includes(apiOrigin)) {
    throw new StartupRefusal([
      'CLIENT_ORIGINS: the web client calls another origin (deployment.json); name the origin of its files only',
    ]);
  }
  return new Set(clientOrigins.map((origin) => new URL(origin).host));
}
