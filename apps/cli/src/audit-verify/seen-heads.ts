import { existsSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { canonicalJson, isJsonObject, sha256, toHex, utf8 } from '@enlace/kernel';
import { judgeCheckpoint, type JudgedCheckpoint, type Policy } from '@enlace/tlog';
import { replaceFile } from '../files/durable-file.js';
import { malformed, readInputFile, readJsonObject, refusing } from '../files/input-file.js';
import { noteCrypto } from '../log/note-crypto.js';

/** A note a log, of some hundred logs. In bytes. */
const STATE_LIMIT_BYTES = 16 * 1024 * 1024;

/**
 * The newest checkpoint of each log that was verified here before, byte for byte: what a server cannot take back, and
 * the evidence when it tries.
 */
export class SeenHeads {
  readonly #notes: Map<string, string>;

  private constructor(
    /** Null: nothing is remembered. */
    private readonly path: string | null,
    notes: ReadonlyMap<string, string>,
  ) {
    this.#notes = new Map(notes);
  }

  /** Throws `input.malformed` for a file that is no such file; one that does not exist is empty. */
  static open(path: string | null): SeenHeads {
    if (path === null || !existsSync(path)) return new SeenHeads(path, new Map());
    const { v, logs } = readJsonObject(path, readInputFile(path, STATE_LIMIT_BYTES));
    if (v !== 1 || !isJsonObject(logs)) throw malformed(path, 'not-a-state-file');
    const notes = Object.entries(logs).map(([origin, note]): [string, string] => {
      if (typeof note !== 'string') throw malformed(path, 'not-a-state-file');
      return [origin, note];
    });
    return new SeenHeads(path, new Map(notes));
  }

  /** The checkpoint that was verified before, opened again with the keys of the policy; null when there is none. */
  find(origin: string, policy: Policy): JudgedCheckpoint | null {
    const note = this.#notes.get(origin);
    if (note === undefined) return null;
    return refusing(this.path ?? '', () => judgeCheckpoint(noteCrypto, utf8(note), policy));
  }

  /** Durable when it returns. */
  keep(origin: string, note: Uint8Array): void {
    if (this.path === null) return;
    this.#notes.set(origin, Buffer.from(note).toString());
    const logs = Object.fromEntries(this.#notes);
    replaceFile(this.path, `${canonicalJson({ v: 1, logs })}\n`);
  }

  /** Writes both notes beside the state file, once. Returns where they are. */
  keepEvidence(origin: string, size: number, offered: Uint8Array): string {
    const hash = toHex(sha256(utf8(origin))).slice(0, 16);
    const folder = this.path === null ? '.' : dirname(this.path);
    const file = join(folder, `split-${hash}-${size}.txt`);
    const text = `${this.#notes.get(origin) ?? ''}\n---\n${Buffer.from(offered).toString()}`;
    if (!existsSync(file)) writeFileSync(file, text, { mode: 0o600, flag: 'wx', flush: true });
    return file;
  }
}
