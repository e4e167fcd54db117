import { isJsonObject, parseStrictJson, parseUtf8, toHex, type JsonValue } from '@enlace/kernel';

import { DeliveryMalformed, DeliveryMismatch, ServerUnreachable } from './delivery-errors.js';

/** What this server delivered, as it says itself, and the hash that names exactly that list of files. */
export interface Delivery {
  /** SHA-256 of the bytes of `web-manifest.json`, hex: the id of the build. */
  readonly manifestHash: string;
  readonly version: string;
  /** `<version>+<first 12 hex digits of the manifest hash>`. */
  readonly releaseId: string;
  /** `null`: built from files that no commit identifies. */
  readonly commit: string | null;
  readonly node: string;
  readonly fileCount: number;
  readonly deployment: Deployment;
}

export interface Deployment {
  readonly name: string;
  /** Origin of the API in the profile with two origins; `null`: the API serves these files. */
  readonly apiOrigin: string | null;
  /** Domain of the passkeys; `null`: the host of this page. */
  readonly rpId: string | null;
}

export type ReadFile = (path: string) => Promise<Uint8Array<ArrayBuffer>>;

const DEPLOYMENT_PATH = '/deployment.json';

/**
 * Reads the manifest and the deployment's settings, and compares the settings with the manifest. Throws
 * `client.unreachable`, `client.delivery-malformed` or `client.delivery-mismatch`.
 */
// Attacker-controlled: both files come from the server. A server that lies consistently passes; it cannot, though,
// show two people the same hash for different lists.
export async function readDelivery(readFile: ReadFile): Promise<Delivery> {
  const manifestBytes = await readFile('/web-manifest.json');
  const manifestHash = await sha256(manifestBytes);
  const manifest = readObject(manifestBytes);
  const { v, version, commit, node, files } = manifest;
  if (
    v !== 1 ||
    typeof version !== 'string' ||
    typeof node !== 'string' ||
    !isNullableText(commit) ||
    !Array.isArray(files)
  ) {
    throw new DeliveryMalformed('/web-manifest.json');
  }
  const deploymentBytes = await readFile(DEPLOYMENT_PATH);
  if ((await sha256(deploymentBytes)) !== hashOf(files, DEPLOYMENT_PATH)) {
    throw new DeliveryMismatch(DEPLOYMENT_PATH);
  }
  return {
    manifestHash,
    version,
    releaseId: `${version}+${manifestHash.slice(0, 12)}`,
    commit,
    node,
    fileCount: files.length,
    deployment: parseDeployment(deploymentBytes),
  };
}

function hashOf(files: readonly JsonValue[], path: string): JsonValue | undefined {
  return files.filter(isJsonObject).find((file) => file.path === path)?.sha256;
}

function parseDeployment(bytes: Uint8Array): Deployment {
  const { v, name, apiOrigin, rpId } = readObject(bytes);
  if (v !== 1 || typeof name !== 'string' || !isNullableText(apiOrigin) || !isNullableText(rpId)) {
    throw new DeliveryMalformed(DEPLOYMENT_PATH);
  }
  return { name, apiOrigin, rpId };
}

function readObject(bytes: Uint8Array) {
  let value: JsonValue;
  try {
    value = parseStrictJson(parseUtf8(bytes));
  } catch (cause) {
    throw new DeliveryMalformed('json', { cause });
  }
  if (!isJsonObject(value)) throw new DeliveryMalformed('json');
  return value;
}

function isNullableText(value: JsonValue | undefined): value is string | null {
  return value === null || typeof value === 'string';
}

async function sha256(bytes: Uint8Array<ArrayBuffer>): Promise<string> {
  return toHex(new Uint8Array(await crypto.subtle.digest('SHA-256', bytes)));
}

/**
 * Reads a static file past the browser's cache and without credentials: this must be what the server delivers today.
 */
export const fetchStaticFile: ReadFile = async (path) => {
  const unreachable = (cause: unknown): never => {
    throw new ServerUnreachable(path, { cause });
  };
  // oxlint-disable-next-line no-restricted-globals -- own static files; the API is called by the worker alone
  const response = await fetch(path, { cache: 'no-store', credentials: 'omit' }).catch(unreachable);
  const bytes = new Uint8Array(await response.arrayBuffer().catch(unreachable));
  if (!response.ok) throw new ServerUnreachable(path);
  return bytes;
};
