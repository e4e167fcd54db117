import { RELEASE_FILES } from '@enlace/contracts';
import { isJsonObject, parseStrictJson, parseUtf8, type JsonValue } from '@enlace/kernel';

/** What the server reads of `web-manifest.json`: the files it may serve and the headers it must serve them with. */
export interface WebManifest {
  /** Values by lower-case name; `{api}` stands for the API's origins. */
  readonly headers: ReadonlyMap<string, string>;
  readonly files: readonly ManifestFile[];
}

export interface ManifestFile {
  /** Path at which it is served; `/` is `index.html`. */
  readonly path: string;
  readonly size: number;
  /** Lower-case hex. */
  readonly sha256: string;
}

/** The manifest, or a file that it names, is not what a build leaves. The message names the file and the fault. */
export class BuildRefused extends Error {}

export const MANIFEST_PATH = RELEASE_FILES.manifest;
/** What stands beside a build describes it, and is no part of it. */
const OUTSIDE: ReadonlySet<string> = new Set(Object.values(RELEASE_FILES));

/** `/` or segments that start with a letter or digit: none is `..`, hidden or empty. */
const SERVED_PATH = /^\/(?:[A-Za-z0-9][\w.-]*\/)*(?:[A-Za-z0-9][\w.-]*)?$/;
const HEADER_NAME = /^[a-z][a-z-]*$/;
/** Visible ASCII and spaces (RFC 9110, section 5.5), so that no value ends the header. */
const HEADER_VALUE = /^[\x20-\x7e]+$/;
const SHA256_HEX = /^[0-9a-f]{64}$/;

/** A page without one of these would run without its protection. */
const REQUIRED_HEADERS = ['content-security-policy', 'x-content-type-options'];

export function parseWebManifest(bytes: Uint8Array): WebManifest {
  const manifest = parseObject(bytes, MANIFEST_PATH);
  if (manifest.v !== 1) throw new BuildRefused(`${MANIFEST_PATH} is of an unknown version`);
  const files = parseFiles(manifest.files);
  for (const path of ['/', '/deployment.json']) {
    if (!files.some((file) => file.path === path)) {
      throw new BuildRefused(`${MANIFEST_PATH} does not name ${path}`);
    }
  }
  return { headers: parseHeaders(manifest.headers), files };
}

/** `apiOrigin` of the deployment's settings: `null` where the API serves the files itself. */
export function parseApiOrigin(deployment: Uint8Array): string | null {
  const { v, apiOrigin } = parseObject(deployment, '/deployment.json');
  if (v !== 1) throw new BuildRefused('/deployment.json is of an unknown version');
  if (apiOrigin === null) return null;
  if (typeof apiOrigin === 'string' && URL.canParse(apiOrigin)) {
    const url = new URL(apiOrigin);
    if (url.protocol === 'https:' && url.origin === apiOrigin) return apiOrigin;
  }
  throw new BuildRefused('/deployment.json: apiOrigin is neither null nor an https origin');
}

function parseObject(bytes: Uint8Array, path: string) {
  let value: JsonValue;
  try {
    value = parseStrictJson(parseUtf8(bytes));
  } catch {
    throw new BuildRefused(`${path} is not valid JSON`);
  }
  if (!isJsonObject(value)) throw new BuildRefused(`${path} is not an object`);
  return value;
}

function parseFiles(value: JsonValue | undefined): ManifestFile[] {
  if (!Array.isArray(value)) throw new BuildRefused(`${MANIFEST_PATH} has no list of files`);
  const files = value.map(parseFile);
  if (new Set(files.map(({ path }) => path)).size !== files.length) {
    throw new BuildRefused(`${MANIFEST_PATH} names a file twice`);
  }
  return files;
}

function parseFile(value: JsonValue): ManifestFile {
  if (isJsonObject(value)) {
    const { path, size, sha256 } = value;
    if (
      typeof path === 'string' &&
      SERVED_PATH.test(path) &&
      !OUTSIDE.has(path) &&
      typeof size === 'number' &&
      typeof sha256 === 'string' &&
      SHA256_HEX.test(sha256)
    ) {
      return { path, size, sha256 };
    }
  }
  throw new BuildRefused(`${MANIFEST_PATH} has a malformed file entry`);
}

function parseHeaders(value: JsonValue | undefined): Map<string, string> {
  const headers = new Map<string, string>();
  for (const [name, text] of Object.entries(isJsonObject(value) ? value : {})) {
    if (!HEADER_NAME.test(name) || typeof text !== 'string' || !HEADER_VALUE.test(text)) {
      throw new BuildRefused(`${MANIFEST_PATH} has a malformed header`);
    }
    headers.set(name, text);
  }
  const missing = REQUIRED_HEADERS.find((name) => !headers.has(name));
  if (missing !== undefined) throw new BuildRefused(`${MANIFEST_PATH} lacks the header ${missing}`);
  if (headers.has('set-cookie')) throw new BuildRefused(`${MANIFEST_PATH} sets a cookie`);
  return headers;
}
