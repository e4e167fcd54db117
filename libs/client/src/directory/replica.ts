import type { LoggedStatement, StateCode } from '@enlace/contracts';
import { equalBytes } from '@enlace/kernel';
import {
  emptyDirectory,
  parseTrustStore,
  replay,
  verifyTrustStoreChange,
  withQuorumCheckpoint,
  type Directory,
  type LogCopy,
} from '@enlace/trust';

import type { LocalStore } from '../store/local-store.js';
import { StoreDamaged } from '../store/sealed-store.js';
import { DirectoryRefused, type DirectoryAlert } from './directory-alert.js';
import { openDirectoryCheckpoint, type DirectoryCheckpoint } from './log-checkpoint.js';
import { ReplicaFile } from './replica-file.js';
import { rootOfEntries, type LogEntry } from './statement-log.js';

/** Statements asked for at once. */
const PAGE = 500;
/** A directory of the whole region has some tens of thousands; a server that sends without end is stopped here. */
const ENTRIES_LIMIT = 1_000_000;

/** Where the log comes from. Attacker-controlled: everything it answers. */
export interface DirectorySource {
  /** At most `limit` statements from the index on, in order; fewer only at the end of the log. */
  statements(from: number, limit: number): Promise<readonly LoggedStatement[]>;
  /** The newest signed checkpoint; null where the server has none yet. */
  checkpoint(): Promise<string | null>;
}

/**
 * The directory as this device holds it: all statements of the log, folded by itself. Certificates count once they are
 * in a tree that the witness quorum cosigned; what the server says of keys, people and times counts for nothing.
 */
export class DirectoryReplica {
  readonly #file: ReplicaFile;
  #entries: readonly LogEntry[];
  #directory: Directory;
  #checkpoint: DirectoryCheckpoint | null;

  private constructor(
    file: ReplicaFile,
    held: {
      readonly entries: readonly LogEntry[];
      readonly directory: Directory;
      readonly checkpoint: DirectoryCheckpoint | null;
    },
  ) {
    this.#file = file;
    this.#entries = held.entries;
    this.#directory = held.directory;
    this.#checkpoint = held.checkpoint;
  }

  /**
   * What the store holds, under the trust store that it was begun with. Another trust store is taken when statements of
   * the log explain every difference. Throws `trust-store.refused`, `store.damaged`.
   */
  static async open(
    store: LocalStore,
    trust: { readonly trustStoreText: string; readonly viewpoint: StateCode | null },
  ): Promise<DirectoryReplica> {
    const file = new ReplicaFile(store);
    const pinned = (await file.pinnedTrustStore()) ?? trust.trustStoreText;
    const entries = await file.entries();
    const fold = (text: string) =>
      replay(emptyDirectory(parseTrustStore(text), trust.viewpoint), entries).directory;
    let directory = fold(pinned);
    if (pinned !== trust.trustStoreText) {
      verifyTrustStoreChange(directory, parseTrustStore(trust.trustStoreText));
      directory = fold(trust.trustStoreText);
    }
    await file.pinTrustStore(trust.trustStoreText);
    const progress = await file.progress();
    if (progress === null)
      return new DirectoryReplica(file, { entries, directory, checkpoint: null });
    directory = progress.quorum.reduce(withQuorumCheckpoint, directory);
    const checkpoint = openDirectoryCheckpoint(progress.note, directory.trustStore);
    assertHeld(entries, checkpoint);
    directory = withWitnesses(directory, checkpoint);
    return new DirectoryReplica(file, { entries, directory, checkpoint });
  }

  get directory(): Directory {
    return this.#directory;
  }

  /** Every statement that is held, in the order of the log. */
  get entries(): readonly LogEntry[] {
    return this.#entries;
  }

  /** The newest checkpoint that these entries were found to agree with. */
  get checkpoint(): DirectoryCheckpoint | null {
    return this.#checkpoint;
  }

  /** All that is held, for a server that lost its own. */
  async copy(): Promise<LogCopy> {
    const progress = await this.#file.progress();
    return { checkpoint: progress?.note ?? null, entries: this.#entries };
  }

  /**
   * Takes in what is new. Returns what everybody should hear of and nothing stops for: rubbish in the log, a State that
   * signed two truths. Throws `directory.refused` with the alert when the log is not an extension of what is held, and
   * `tlog.*` for a checkpoint that the log's key did not sign; the replica then stays as it was, in memory and on disk.
   */
  async sync(source: DirectorySource): Promise<readonly DirectoryAlert[]> {
    const note = await source.checkpoint();
    const checkpoint =
      note === null ? null : openDirectoryCheckpoint(note, this.#directory.trustStore);
    this.#assertNotSmaller(checkpoint);
    const fresh = await this.#pull(source, checkpoint?.size ?? null);
    const entries = [...this.#entries, ...fresh];
    if (checkpoint !== null) assertSameTree(entries, checkpoint);
    const { directory, skipped } = replay(this.#directory, fresh);
    const told: DirectoryAlert[] = [
      ...skipped.map(({ index }) => ({ kind: 'UNCERTIFIED', facts: { index } }) as const),
      ...directory.forks
        .slice(this.#directory.forks.length)
        .map(({ index }) => ({ kind: 'FORK', facts: { index } }) as const),
    ];
    const witnessed = checkpoint === null ? directory : withWitnesses(directory, checkpoint);
    if (note !== null) {
      await this.#file.append(this.#checkpoint?.size ?? 0, entries);
      await this.#file.keepProgress({ note, quorum: witnessed.quorum });
    }
    this.#entries = entries;
    this.#directory = witnessed;
    this.#checkpoint = checkpoint;
    return told;
  }

  #assertNotSmaller(offered: DirectoryCheckpoint | null): void {
    const known = this.#checkpoint;
    if (known === null || (offered !== null && offered.size >= known.size)) return;
    throw new DirectoryRefused({
      kind: 'ROLLBACK',
      facts: { offered: offered?.size ?? 0, known: known.size },
    });
  }

  async #pull(source: DirectorySource, size: number | null): Promise<readonly LogEntry[]> {
    const fresh: LogEntry[] = [];
    for (;;) {
      const from = this.#entries.length + fresh.length;
      const limit = Math.min(PAGE, (size ?? ENTRIES_LIMIT) - from);
      if (limit <= 0) return fresh;
      const page = await source.statements(from, limit);
      fresh.push(...readPage(page, from, limit));
      if (page.length < limit && size !== null && from + page.length < size) {
        throw new DirectoryRefused({ kind: 'WITHHELD', facts: { index: from + page.length } });
      }
      if (page.length < limit) return fresh;
    }
  }
}

// Attacker-controlled: indexes and times are the server's word until the root of the tree agrees with them.
function readPage(
  page: readonly LoggedStatement[],
  from: number,
  limit: number,
): readonly LogEntry[] {
  if (page.length > limit) throw new DirectoryRefused({ kind: 'FORK', facts: { index: from } });
  return page.map(({ index, acceptedAt, wire }, at) => {
    if (index !== from + at) {
      throw new DirectoryRefused({ kind: 'WITHHELD', facts: { index: from + at } });
    }
    return { index, acceptedAtMs: Date.parse(acceptedAt), wire };
  });
}

// A checkpoint is written after the statements it covers; fewer of them means that the store was tampered with.
function assertHeld(entries: readonly LogEntry[], checkpoint: DirectoryCheckpoint): void {
  if (entries.length < checkpoint.size) throw new StoreDamaged('statements are missing');
  assertSameTree(entries, checkpoint);
}

function assertSameTree(entries: readonly LogEntry[], { size, root }: DirectoryCheckpoint): void {
  if (!equalBytes(rootOfEntries(entries.slice(0, size)), root)) {
    throw new DirectoryRefused({ kind: 'FORK', facts: { size } });
  }
}

function withWitnesses(directory: Directory, checkpoint: DirectoryCheckpoint): Directory {
  const { size, witnessTimeMs } = checkpoint;
  return witnessTimeMs === null
    ? directory
    : withQuorumCheckpoint(directory, { size, witnessTimeMs });
}
