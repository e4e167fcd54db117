import { link, mkdir, open, readFile, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';

import { toBase64Url, type Random } from '@enlace/kernel';
import {
  formatSkey,
  formatVkey,
  newVerifierKey,
  parseSkey,
  type NoteSigner,
  type VerifierKey,
} from '@enlace/tlog';

import { StartupRefusal } from '../config/startup-refusal.js';
import { ed25519Signer, nodeTlogCrypto } from '../tlog/node-tlog-crypto.js';

const SEED_BYTES = 32;
const KEY_FOLDER = 'log-keys';

/** The private half of a log's key: in a file of this node, or in a module that never gives it out. */
export interface LogSigner {
  readonly key: VerifierKey;
  /** Ed25519 (RFC 8032): the same 64 bytes for the same message, so that a checkpoint can be signed again. */
  sign(message: Uint8Array): Uint8Array | Promise<Uint8Array>;
}

/**
 * Keys in the data folder, one file each, readable by the server alone. One key a log and another for receipts: no
 * signature can be taken for one of another kind.
 */
export class LogKeyFiles {
  readonly #folder: string;

  constructor(
    dataDir: string,
    private readonly random: Random,
  ) {
    this.#folder = join(dataDir, KEY_FOLDER);
  }

  /** `null` when there is none. Throws `StartupRefusal` for a file that is open to others or damaged. */
  async find(name: string): Promise<NoteSigner | null> {
    const path = this.#pathOf(name);
    const found = await stat(path).catch(() => null);
    if (found === null) return null;
    if (process.platform !== 'win32' && (found.mode & 0o077) !== 0) {
      throw new StartupRefusal([`${path} is open to others: run chmod 0600.`]);
    }
    return signerOf(path, name, await readFile(path, 'utf8'));
  }

  /** The key of the name, made if there is none. Two starts at the same moment get the same one. */
  async obtain(name: string): Promise<NoteSigner> {
    const known = await this.find(name);
    if (known !== null) return known;
    await mkdir(this.#folder, { recursive: true, mode: 0o700 });
    const seed = this.random.bytes(SEED_BYTES);
    const publicKey = nodeTlogCrypto.ed25519PublicKey(seed);
    const key = newVerifierKey(nodeTlogCrypto, { name, type: 'ed25519', publicKey });
    await this.#writeOnce(name, `${formatSkey({ key, seed })}\n`);
    const made = await this.find(name);
    if (made === null) throw new StartupRefusal([`${this.#pathOf(name)} cannot be written.`]);
    return made;
  }

  /** Written aside, made durable, then linked: a reader sees the whole key or none, and an existing one stays. */
  async #writeOnce(name: string, text: string): Promise<void> {
    const draft = `${this.#pathOf(name)}.${toBase64Url(this.random.bytes(9))}`;
    const file = await open(draft, 'wx', 0o600);
    await file.writeFile(text);
    await file.sync();
    await file.close();
    await link(draft, this.#pathOf(name)).catch(() => undefined);
    await rm(draft);
    const folder = await open(this.#folder, 'r');
    await folder.sync();
    await folder.close();
  }

  #pathOf(name: string): string {
    return join(this.#folder, `${fileNameOf(name)}.key`);
  }
}

/** The signers of all logs that this node has the key of, whichever of them a stream is written to. */
export class LogSigners {
  readonly #known = new Map<string, NoteSigner>();

  constructor(private readonly keys: LogKeyFiles) {}

  /** `null` while the key of the log is not on this node, or is another one. Throws `StartupRefusal`, as `find`. */
  async of({ origin, vkey }: LogName): Promise<NoteSigner | null> {
    const known = this.#known.get(origin) ?? (await this.keys.find(origin));
    if (known === null || formatVkey(known.key) !== vkey) return null;
    this.#known.set(origin, known);
    return known;
  }
}

interface LogName {
  readonly origin: string;
  readonly vkey: string;
}

/** An origin as the name of a file: its one slash stands before the year. */
export function fileNameOf(name: string): string {
  return name.replaceAll('/', '_');
}

function signerOf(path: string, name: string, text: string): NoteSigner {
  try {
    const { key, seed } = parseSkey(nodeTlogCrypto, text.trimEnd());
    if (key.name === name && key.type === 'ed25519') {
      return { key, sign: ed25519Signer(seed) };
    }
  } catch (cause) {
    throw new StartupRefusal([`${path} is damaged: restore it.`], { cause });
  }
  throw new StartupRefusal([`${path} holds the key of another log.`]);
}
