import { ROUTES } from '@enlace/contracts';
import { equalBytes, isDomainError, isJsonObject, parseStrictJson, utf8 } from '@enlace/kernel';
import {
  decodeDirectoryLeaf,
  digestWire,
  isAfterLoss,
  parseVkey,
  type VerifierKey,
} from '@enlace/tlog';
import { currentOf, emptyDirectory, replay, type Directory, type TrustStore } from '@enlace/trust';
import { CliError } from '../command-line/cli-error.js';
import { noteCrypto } from '../log/note-crypto.js';
import type { PartReader } from '../log/log-reader.js';

/** Statements asked for at once. */
const PAGE = 500;

/** The key of a log that the directory announced, and since when it may be used. */
export interface AnnouncedLog {
  readonly key: VerifierKey;
  readonly notBeforeMs: number;
}

interface DirectorySource {
  readonly read: PartReader;
  readonly trustStore: TrustStore;
  /** The entries of the directory's log that the quorum of witnesses cosigned, from a log that was verified whole. */
  readonly witnessed: readonly Uint8Array[];
}

/**
 * The statements of a directory, folded, as far as the quorum cosigned them: whose keys count, and which keys of later
 * logs are announced. Nothing else makes a verifier believe a key that its policy does not name. Throws
 * `server.answered` when the statements are not those of the log.
 */
export async function readDirectory(source: DirectorySource): Promise<Directory> {
  const wires = await readWires(source);
  const entries = wires.map((wire, index) => ({ index, wire }));
  return replay(emptyDirectory(source.trustStore, null), entries).directory;
}

/**
 * The keys of later years that the first statements of a directory announce, each under the key of the directory's
 * log. That key alone never announces a log that goes on after a loss: this takes States.
 */
export function announcedIn(directory: Directory, size: number): readonly AnnouncedLog[] {
  const found: AnnouncedLog[] = [];
  for (const { statement, index } of directory.statements.values()) {
    const { body } = statement;
    if (body.type !== 'log-key' || body.use !== 'audit' || index >= size) continue;
    if (isAfterLoss(body.origin)) continue;
    const key = { type: 'log-key', state: body.state, subject: body.origin } as const;
    if (currentOf(directory, key)?.statement.id !== statement.id) continue;
    const parsed = readKey(body.vkey);
    if (parsed?.name === body.origin) {
      found.push({ key: parsed, notBeforeMs: Date.parse(body.notBefore) });
    }
  }
  return found;
}

// Attacker-controlled: every page. A statement counts when it is the one whose hash stands in the log.
async function readWires({ read, witnessed }: DirectorySource): Promise<readonly string[]> {
  const wires: string[] = [];
  while (wires.length < witnessed.length) {
    const limit = Math.min(PAGE, witnessed.length - wires.length);
    const body = await read(`${ROUTES.directoryStatements}?from=${wires.length}&limit=${limit}`);
    const page = body === null ? [] : parseStrictJson(Buffer.from(body).toString());
    if (!Array.isArray(page) || page.length === 0 || page.length > limit) throw unread();
    for (const item of page) {
      const wire = isJsonObject(item) ? item['wire'] : null;
      const leaf = witnessed[wires.length];
      if (typeof wire !== 'string' || leaf === undefined) throw unread();
      const { wireDigest } = decodeDirectoryLeaf(leaf);
      if (!equalBytes(wireDigest, digestWire(noteCrypto, utf8(wire)))) throw unread();
      wires.push(wire);
    }
  }
  return wires;
}

function readKey(vkey: string): VerifierKey | null {
  try {
    return parseVkey(noteCrypto, vkey);
  } catch (error) {
    if (isDomainError(error)) return null;
    throw error;
  }
}

function unread(): CliError {
  return new CliError('server.answered', { problem: 'statements' });
}
