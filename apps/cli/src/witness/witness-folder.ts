import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import {
  canonicalJson,
  isJsonObject,
  systemRandom,
  toHex,
  utf8,
  type JsonObject,
  type JsonValue,
} from '@enlace/kernel';
import {
  formatSkey,
  formatVkey,
  newVerifierKey,
  openCheckpoint,
  parseSkey,
  parseVkey,
  type SigningKey,
  type VerifiedCheckpoint,
  type VerifierKey,
} from '@enlace/tlog';
import { CliError } from '../command-line/cli-error.js';
import { replaceFile } from '../files/durable-file.js';
import { malformed, readInputFile, readJsonObject, refusing } from '../files/input-file.js';
import { writeNewFiles } from '../files/new-files.js';
import { noteCrypto } from '../log/note-crypto.js';

const KEY_FILE = 'witness.key';
const STATE_FILE = 'witness.json';
const SEED_BYTES = 32;
/** A state file holds one note a log; more than some hundred logs are no state of a witness. In bytes. */
const STATE_LIMIT_BYTES = 16 * 1024 * 1024;

/** What a witness holds of one log. */
export interface HeldLog {
  readonly key: VerifierKey;
  /** The largest checkpoint it cosigned, with its own line; null before the first. */
  readonly note: Uint8Array | null;
  /** The log signed two truths: nothing of it is cosigned any more. */
  readonly isSplit: boolean;
}

export type HeldLogs = ReadonlyMap<string, HeldLog>;

/** A fresh folder with a key of its own. Throws `file.exists`. */
export function createWitnessFolder(folder: string, name: string): VerifierKey {
  const seed = systemRandom.bytes(SEED_BYTES);
  const publicKey = noteCrypto.ed25519PublicKey(seed);
  const key = newVerifierKey(noteCrypto, { name, type: 'cosignature', publicKey });
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  const secret = `${formatSkey({ key, seed })}\n`;
  writeNewFiles([
    { path: join(folder, KEY_FILE), text: secret, isSecret: true },
    { path: join(folder, STATE_FILE), text: formatState(new Map()), isSecret: true },
  ]);
  return key;
}

export function isWitnessFolder(folder: string): boolean {
  return existsSync(join(folder, KEY_FILE));
}

/** Throws `witness.absent`, `input.malformed`. */
export function readWitnessKey(folder: string): SigningKey {
  const path = join(folder, KEY_FILE);
  if (!isWitnessFolder(folder)) throw new CliError('witness.absent', { folder });
  const signing = refusing(path, () => parseSkey(noteCrypto, readInputFile(path)));
  if (signing.key.type !== 'cosignature') throw malformed(path, 'not-a-witness-key');
  return signing;
}

/**
 * What the witness holds, verified again. A state file that is missing is a fault, never an empty state: a witness
 * that
 * forgot what it cosigned would cosign another history. Throws `input.malformed`.
 */
export function readHeldLogs(folder: string): HeldLogs {
  const path = join(folder, STATE_FILE);
  if (!existsSync(path)) throw malformed(path, 'missing');
  const { v, logs } = readJsonObject(path, readInputFile(path, STATE_LIMIT_BYTES));
  if (v !== 1 || !Array.isArray(logs)) throw malformed(path, 'not-a-witness-state');
  const held = logs.map((log) => refusing(path, () => readHeld(path, log)));
  return new Map(held.map((log) => [log.key.name, log]));
}

/** Durable when it returns. */
export function writeHeldLogs(folder: string, logs: HeldLogs): void {
  replaceFile(join(folder, STATE_FILE), formatState(logs));
}

/** The checkpoint that is held, as its log signed it. */
export function heldCheckpoint({ key, note }: HeldLog): VerifiedCheckpoint | null {
  if (note === null) return null;
  return openCheckpoint(noteCrypto, note, { origin: key.name, logKeys: [key] });
}

/** Keeps what proves that a log signed two truths; the same evidence is written once. Returns its file. */
export function writeEvidence(
  folder: string,
  { origin, size, text }: { readonly origin: string; readonly size: number; readonly text: string },
): string {
  const hash = toHex(noteCrypto.sha256(utf8(origin))).slice(0, 16);
  const path = join(folder, `split-${hash}-${size}.txt`);
  if (!existsSync(path)) writeFileSync(path, text, { mode: 0o600, flag: 'wx', flush: true });
  return path;
}

function readHeld(path: string, value: JsonValue): HeldLog {
  const log: JsonObject = isJsonObject(value) ? value : {};
  const { vkey, note, split } = log;
  const isForm =
    typeof vkey === 'string' &&
    (note === null || typeof note === 'string') &&
    typeof split === 'boolean';
  if (!isForm) throw malformed(path, 'not-a-witness-state');
  const key = parseVkey(noteCrypto, vkey);
  const held = { key, note: note === null ? null : utf8(note), isSplit: split };
  heldCheckpoint(held);
  return held;
}

function formatState(logs: HeldLogs): string {
  const held = [...logs.values()].map(({ key, note, isSplit }) => ({
    vkey: formatVkey(key),
    note: note === null ? null : Buffer.from(note).toString(),
    split: isSplit,
  }));
  return `${canonicalJson({ v: 1, logs: held })}\n`;
}
