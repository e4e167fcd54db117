import { isJsonObject, parseStrictJson, parseUtf8, type JsonValue } from '@enlace/kernel';

/** What a manifest promises of each answer. */
export interface DeliveredManifest {
  readonly version: string;
  /** By lower-case name; `{api}` stands for the origins of the API. */
  readonly headers: ReadonlyMap<string, string>;
  readonly files: readonly {
    readonly path: string;
    readonly size: number;
    readonly sha256: string;
  }[];
}

// Attacker-controlled: all of it, until its hash is the one that was signed.
/** `null` for what is no manifest of version 1. */
export function readDeliveredManifest(bytes: Uint8Array): DeliveredManifest | null {
  const value = readJson(bytes);
  if (value === null || !isJsonObject(value)) return null;
  const { v, version, headers, files } = value;
  if (v !== 1 || typeof version !== 'string') return null;
  if (headers === undefined || !isJsonObject(headers) || !Array.isArray(files)) return null;
  const named = files.flatMap((file) => readFile(file) ?? []);
  const texts = Object.entries(headers).filter(
    (entry): entry is [string, string] => typeof entry[1] === 'string',
  );
  if (named.length !== files.length || texts.length !== Object.keys(headers).length) return null;
  return { version, headers: new Map(texts), files: named };
}

/** `apiOrigin` of `deployment.json`; `null` where the API serves the files, `undefined` for what is no such file. */
export function readApiOrigin(bytes: Uint8Array): string | null | undefined {
  const value = readJson(bytes);
  const apiOrigin = value !== null && isJsonObject(value) ? value['apiOrigin'] : undefined;
  return apiOrigin === null || typeof apiOrigin === 'string' ? apiOrigin : undefined;
}

function readJson(bytes: Uint8Array): JsonValue {
  try {
    return parseStrictJson(parseUtf8(bytes));
  } catch {
    return null;
  }
}

function readFile(value: JsonValue) {
  if (!isJsonObject(value)) return null;
  const { path, size, sha256 } = value;
  const isFile =
    typeof path === 'string' &&
    /^\/[\w./-]*$/.test(path) &&
    typeof size === 'number' &&
    typeof sha256 === 'string';
  return isFile ? { path, size, sha256 } : null;
}
