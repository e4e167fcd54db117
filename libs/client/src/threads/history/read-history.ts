import { decodeClearBody, decodeEntry, parseThreadStatement } from '@enlace/contracts';
import {
  openGranted,
  receiveEntry,
  startReading,
  withLateKeys,
  type LogItem,
  type Received,
  type ReceiveGround,
  type ThreadAlert,
  type ThreadEffect,
  type ThreadView,
} from '@enlace/e2ee';
import { equalBytes, isDomainError, toHex, type DeviceId, type EntryId } from '@enlace/kernel';

import { DirectoryOfThreads } from '../directory-of-threads.js';
import { keptEntryOf, type KeptEntry } from '../kept/kept-entry.js';
import type { ThreadShelf } from '../kept/thread-shelf.js';
import type { ThreadPorts } from '../thread-ports.js';
import { PageReader } from '../wire/read-pages.js';
import { fetchBlob } from '../wire/thread-wire.js';

type Granted = Extract<ThreadEffect, { readonly kind: 'granted' }>;
type Taken = Extract<Received, { readonly kind: 'taken' }>;

/** A range that was given, verified as every log is; its keys are in the view as far as they are here. */
export interface ReadHistory {
  readonly view: ThreadView;
  readonly entries: readonly KeptEntry[];
  /** Nothing of it is kept then. */
  readonly alert: ThreadAlert | null;
}

/** The grants of history to this person that a log shows. */
export function historyGrants(
  { self }: ThreadView,
  entries: readonly KeptEntry[],
): readonly { readonly entry: KeptEntry; readonly effect: Granted }[] {
  return entries.flatMap((entry) => {
    const { effect, bytes, author } = entry;
    if (effect['effect'] !== 'granted' || bytes === null || author?.personId === self.personId) {
      return [];
    }
    const { grantHash, statement: said } = decodeClearBody('grant', decodeEntry(bytes).body);
    const statement = parseThreadStatement('grant', said);
    if (statement.toPersonId !== self.personId || statement.basis === 'access') return [];
    return grantHash === undefined
      ? []
      : [{ entry, effect: { kind: 'granted', statement, grantHash } }];
  });
}

/**
 * Reads a range that a steward gave, apart from the thread: from the entry that begins its first epoch, by the checks
 * of every entry, and where it meets what this reader knows it has to be the same log. The keys are those that the
 * range itself names. Throws the refusal of the server, `client.*`.
 */
// Attacker-controlled: the range, by the server; the blob, by the giver as well.
export class HistoryReader {
  readonly #ports: ThreadPorts;
  readonly #shelf: ThreadShelf;
  /** The thread as this device reads it. */
  readonly #own: ThreadView;
  readonly #read: KeptEntry[] = [];
  #view: ThreadView;

  constructor(ports: ThreadPorts, shelf: ThreadShelf, own: ThreadView) {
    this.#ports = ports;
    this.#shelf = shelf;
    this.#own = own;
    this.#view = startReading({ threadId: own.threadId, self: own.self });
  }

  async read(effect: Granted): Promise<ReadHistory> {
    const alert = (await this.#follow(effect.statement)) ?? (await this.#open(effect));
    return { view: this.#view, entries: this.#read, alert };
  }

  async #follow({ fromSeq, toSeq }: Granted['statement']): Promise<ThreadAlert | null> {
    const { threadId, self } = this.#own;
    const pages = new PageReader(this.#ports.session, threadId);
    for (let after = fromSeq - 1; after < toSeq; after = this.#view.head.seq) {
      const page = await pages.after(after);
      const items = page.entries.filter(({ seq }) => seq <= toSeq);
      if (items[0]?.seq !== after + 1) return gap(after + 1, 'history');
      if (after === fromSeq - 1 && after > 0) {
        this.#view = startReading({
          threadId,
          self,
          before: { seq: after, chain: page.before },
        });
      }
      for (const item of items) {
        const alert = await this.#take(item);
        if (alert !== null) return alert;
      }
    }
    return null;
  }

  async #take(item: LogItem): Promise<ThreadAlert | null> {
    const received = await this.#receive(item);
    if (received.kind === 'waits') return gap(item.seq, 'blob');
    if (received.kind === 'stopped') return received.alert;
    const alert = await this.#compared(received);
    if (alert !== null) return alert;
    this.#view = received.view;
    const bytes = item.entry instanceof Uint8Array ? item.entry : null;
    this.#read.push(keptEntryOf(received, bytes));
    return null;
  }

  /** Where the range meets the log that is known here, it is the same log. */
  async #compared({ view: { head } }: Taken): Promise<ThreadAlert | null> {
    const { startSeq, startChain, threadId } = this.#own;
    if (head.seq < startSeq) return null;
    const known =
      head.seq === startSeq
        ? startChain
        : ((await this.#shelf.entryAt(threadId, head.seq))?.chain ?? head.chain);
    if (equalBytes(known, head.chain)) return null;
    return { kind: 'FORK', facts: { seq: head.seq, rule: 'history' } };
  }

  async #receive(item: LogItem): Promise<Received> {
    const blobs = new Map<string, Uint8Array>();
    let isCurrent = false;
    for (;;) {
      const received = await receiveEntry(this.#view, item, this.#ground(blobs, isCurrent));
      if (received.kind !== 'waits') return received;
      const { need } = received;
      if (need.kind === 'directory') {
        await this.#ports.refreshDirectory();
        isCurrent = true;
        continue;
      }
      const blob = await this.#blobOf(need.hash);
      if (blob === null) return received;
      blobs.set(toHex(need.hash), blob);
    }
  }

  #ground(blobs: ReadonlyMap<string, Uint8Array>, isCurrent: boolean): ReceiveGround {
    const { clock, directory, groups, device } = this.#ports;
    const find = (test: (entry: KeptEntry) => boolean) => this.#read.find(test);
    return {
      port: groups,
      directory: new DirectoryOfThreads(directory(), { nowMs: clock.nowMs(), isCurrent }),
      kemSeed: device.kemSeed,
      pending: null,
      isHistory: true,
      // What was written then counts as of then.
      wasRevoked: () => false,
      entryAt: async (seq) => {
        const entry = find((one) => one.seq === seq);
        if (entry === undefined) return null;
        const { chain, kind, author } = entry;
        return { chain, kind, personId: author?.personId ?? null };
      },
      findEntry: async (deviceId: DeviceId, entryId: EntryId) =>
        find((one) => one.entryId === entryId && one.author?.deviceId === deviceId)?.seq ?? null,
      blobOf: async (hash) => blobs.get(toHex(hash)) ?? null,
    };
  }

  /** The keys: those for this device, which a device that came after the grant has from the vault alone. */
  async #open(effect: Granted): Promise<ThreadAlert | null> {
    const blob = await this.#blobOf(effect.grantHash);
    const { toSeq: seq } = effect.statement;
    if (blob === null) return gap(seq, 'blob');
    try {
      const { kemSeed } = this.#ports.device;
      this.#view = withLateKeys(this.#view, openGranted(this.#view, blob, { effect, kemSeed }));
      return null;
    } catch (error) {
      if (!isDomainError(error, 'grant.refused')) throw error;
      return { kind: 'BAD_GRANT', facts: { seq, rule: String(error.facts['rule']) } };
    }
  }

  async #blobOf(hash: Uint8Array): Promise<Uint8Array | null> {
    try {
      return await fetchBlob(this.#ports.session, this.#own.threadId, hash);
    } catch (error) {
      if (isDomainError(error, 'blob.not-found', 'client.answer-malformed')) return null;
      throw error;
    }
  }
}

function gap(seq: number, rule: string): ThreadAlert {
  return { kind: 'GAP', facts: { seq, rule } };
}
