import {
  chainStart,
  decodeEntry,
  entryHash,
  isSealedKind,
  nextChain,
  type ChainHead,
  type Entry,
  type Handling,
} from '@enlace/contracts';
import {
  handlingNumber,
  handlingOf,
  openWithEntryKey,
  readContent,
  type Content,
  type KnownDevice,
} from '@enlace/e2ee';
import {
  equalBytes,
  isDomainError,
  sha256,
  toHex,
  type DeviceId,
  type PersonId,
} from '@enlace/kernel';
import {
  emptyDirectory,
  isEntrySignedBy,
  parseTrustStore,
  replay,
  withQuorumCheckpoint,
  type Directory,
} from '@enlace/trust';

import { openDirectoryCheckpoint } from '../../directory/log-checkpoint.js';
import { rootOfEntries, type LogEntry } from '../../directory/statement-log.js';
import { DirectoryOfThreads } from '../directory-of-threads.js';
import type { BundledEntry, BundleHead, ThreadBundle } from './bundle-lines.js';

/** Why a part of a thread is not what it says; `seq` 0 is about the whole. */
export type BundleRule =
  | 'directory'
  | 'witnesses'
  | 'range'
  | 'thread'
  | 'time'
  | 'device'
  | 'revoked'
  | 'signature'
  | 'chain'
  | 'device-sequence'
  | 'key'
  | 'content'
  | 'handling';

export interface BundleProblem {
  readonly seq: number;
  readonly rule: BundleRule;
}

/** An entry that holds: who signed it, and what it says where its key is in the file. */
export interface ShownInBundle {
  readonly seq: number;
  readonly acceptedAtMs: number;
  readonly kind: Entry['header']['kind'] | null;
  readonly sender: {
    readonly person: PersonId;
    readonly state: string | null;
    readonly device: DeviceId;
  } | null;
  readonly handling: Handling | null;
  readonly content: Content | null;
  /** `clear`: everybody sees that kind, and nothing of it is told here. */
  readonly standing: 'opened' | 'clear' | 'sealed' | 'erased';
}

/** What is found of a part of a thread, with no network and no account. */
export interface BundleReport {
  readonly head: BundleHead;
  readonly entries: readonly ShownInBundle[];
  readonly problems: readonly BundleProblem[];
  /**
   * Up to where two people have signed the order themselves: one of them is not the exporter. After it the exporter and
   * the host could have left entries out; neither could have changed one of somebody else.
   */
  readonly confirmedSeq: number;
  /** Of the checkpoint of the directory that the witnesses cosigned; `null` without a quorum. */
  readonly witnessTimeMs: number | null;
}

/** Verifies a part of a thread under a trust store that the verifier brings along. Throws `trust-store.refused`. */
export function verifyThreadBundle(
  bundle: ThreadBundle,
  { trustStoreText, nowMs }: { readonly trustStoreText: string; readonly nowMs: number },
): BundleReport {
  const { directory, problems, witnessTimeMs } = directoryIn(bundle, trustStoreText);
  const reading = new BundleReading(bundle, directory, nowMs);
  for (const entry of bundle.entries) reading.take(entry);
  return { ...reading.report(problems), witnessTimeMs };
}

function directoryIn(
  { statements, checkpoint }: ThreadBundle,
  trustStoreText: string,
): {
  readonly directory: Directory;
  readonly problems: readonly BundleProblem[];
  readonly witnessTimeMs: number | null;
} {
  const empty = emptyDirectory(parseTrustStore(trustStoreText), null);
  const witnessed = checkpointOver(checkpoint, statements, empty);
  if (witnessed === null) {
    return { directory: empty, problems: [{ seq: 0, rule: 'directory' }], witnessTimeMs: null };
  }
  const { directory } = replay(empty, statements);
  const { size, witnessTimeMs } = witnessed;
  if (witnessTimeMs === null) {
    return { directory, problems: [{ seq: 0, rule: 'witnesses' }], witnessTimeMs };
  }
  const quorum = withQuorumCheckpoint(directory, { size, witnessTimeMs });
  return { directory: quorum, problems: [], witnessTimeMs };
}

/** The checkpoint, where the log of the trust store signed it for exactly these statements. */
function checkpointOver(
  note: string,
  statements: readonly LogEntry[],
  { trustStore }: Directory,
): ReturnType<typeof openDirectoryCheckpoint> | null {
  try {
    const opened = openDirectoryCheckpoint(note, trustStore);
    const isWhole =
      opened.size === statements.length && statements.every(({ index }, at) => index === at);
    return isWhole && equalBytes(rootOfEntries(statements), opened.root) ? opened : null;
  } catch (error) {
    if (!isDomainError(error)) throw error;
    return null;
  }
}

/** Entry by entry, as the chain of the log goes. */
class BundleReading {
  readonly #devices: DirectoryOfThreads;
  readonly #problems: BundleProblem[] = [];
  readonly #shown: ShownInBundle[] = [];
  readonly #chains = new Map<number, string>();
  readonly #last = new Map<DeviceId, { readonly seq: number; readonly hash: Uint8Array }>();
  readonly #seen = new Set<string>();
  /** How far each author had read of what is here. */
  readonly #readBy = new Map<PersonId, number>();
  #head: ChainHead;

  constructor(
    private readonly bundle: ThreadBundle,
    private readonly directory: Directory,
    nowMs: number,
  ) {
    const { fromSeq, toSeq, before, threadId } = bundle.head;
    this.#devices = new DirectoryOfThreads(directory, { nowMs, isCurrent: true });
    this.#head = { seq: fromSeq - 1, chain: before, acceptedAtMs: 0 };
    this.#chains.set(fromSeq - 1, toHex(before));
    const isBegun = fromSeq !== 1 || equalBytes(before, chainStart(threadId).chain);
    if (!isBegun) this.#problem(fromSeq, 'chain');
    const isWhole = bundle.entries.length === toSeq - fromSeq + 1 && fromSeq >= 1;
    if (!isWhole) this.#problem(0, 'range');
  }

  take(item: BundledEntry): void {
    const { seq, acceptedAtMs } = item;
    if (seq !== this.#head.seq + 1) this.#problem(seq, 'range');
    if (acceptedAtMs < this.#head.acceptedAtMs) this.#problem(seq, 'time');
    if (item.entry === null) {
      this.#move({ seq, acceptedAtMs, chain: item.chain ?? this.#head.chain });
      this.#shown.push(erased(item));
      return;
    }
    const entry = this.#decoded(item.seq, item.entry);
    if (entry === null) return;
    this.#judge(item, entry);
    const hash = entryHash(entry);
    this.#move(
      nextChain({ seq: seq - 1, chain: this.#head.chain }, { acceptedAtMs, entryHash: hash }),
    );
    this.#last.set(entry.header.deviceId, { seq: entry.header.deviceSeq, hash });
  }

  report(problems: readonly BundleProblem[]): Omit<BundleReport, 'witnessTimeMs'> {
    const { head } = this.bundle;
    return {
      head,
      entries: this.#shown,
      problems: [...problems, ...this.#problems],
      confirmedSeq: [...this.#readBy.values()].toSorted((a, b) => b - a)[1] ?? 0,
    };
  }

  #judge(item: BundledEntry, entry: Entry): void {
    const { seq } = item;
    const { header } = entry;
    const device = this.#authorOf(item, entry);
    if (header.threadId !== this.bundle.head.threadId) this.#problem(seq, 'thread');
    this.#judgePlace(seq, entry, device);
    const state = device === null ? null : this.directory.homes.get(`person|${device.personId}`);
    this.#shown.push({
      seq,
      acceptedAtMs: item.acceptedAtMs,
      kind: header.kind,
      sender:
        device === null
          ? null
          : { person: device.personId, state: state ?? null, device: device.deviceId },
      ...this.#opened(item, entry, device),
    });
  }

  /** The certified device that signed it; `null` is a problem. */
  #authorOf({ seq, acceptedAtMs }: BundledEntry, entry: Entry): KnownDevice | null {
    const device = this.#devices.findDevice(entry.header.deviceId);
    if (typeof device === 'string') {
      this.#problem(seq, 'device');
      return null;
    }
    const isSigned = isEntrySignedBy(entry, sha256(entry.body), device.signKey);
    if (!isSigned) this.#problem(seq, 'signature');
    const isEnded = device.revokedAtMs !== null && acceptedAtMs >= device.revokedAtMs;
    if (isEnded) this.#problem(seq, 'revoked');
    return isSigned && !isEnded ? device : null;
  }

  /** Where its author says that it stands: after what the author had read, and after the own entry before it. */
  #judgePlace(seq: number, { header }: Entry, device: KnownDevice | null): void {
    const { seenSeq, seenChain, deviceId, deviceSeq, prevHash, entryId } = header;
    const told = this.#chains.get(seenSeq);
    const isLater = seenSeq >= seq;
    if (isLater || (told !== undefined && told !== toHex(seenChain))) this.#problem(seq, 'chain');
    else if (told !== undefined && device !== null) {
      const { personId } = device;
      this.#readBy.set(personId, Math.max(this.#readBy.get(personId) ?? 0, seenSeq));
    }
    const last = this.#last.get(deviceId);
    const follows =
      last === undefined || (deviceSeq > last.seq && this.#isNext(last, { deviceSeq, prevHash }));
    if (!follows || this.#seen.has(`${deviceId}${entryId}`)) this.#problem(seq, 'device-sequence');
    this.#seen.add(`${deviceId}${entryId}`);
  }

  /** An erased one of the same device may stand between. */
  #isNext(
    last: { readonly seq: number; readonly hash: Uint8Array },
    { deviceSeq, prevHash }: { readonly deviceSeq: number; readonly prevHash: Uint8Array },
  ): boolean {
    return deviceSeq === last.seq + 1 ? equalBytes(prevHash, last.hash) : this.#hasErased;
  }

  get #hasErased(): boolean {
    return this.#shown.some(({ standing }) => standing === 'erased');
  }

  #opened(
    { seq, key }: BundledEntry,
    entry: Entry,
    device: KnownDevice | null,
  ): Pick<ShownInBundle, 'handling' | 'content' | 'standing'> {
    const { kind, handling: outer } = entry.header;
    if (!isSealedKind(kind)) return { handling: null, content: null, standing: 'clear' };
    const handling = handlingOf(outer);
    const closed = { handling, content: null, standing: 'sealed' } as const;
    // Nothing is opened for somebody unknown.
    if (key === null || device === null) return closed;
    const bytes = this.#unsealed(seq, entry, key);
    if (bytes === null || (kind !== 'message' && kind !== 'receipt')) return closed;
    try {
      const content = readContent(bytes, { kind, seq });
      const inner = content.handling.code;
      if (inner !== handling) this.#problem(seq, 'handling');
      const stricter = handlingNumber(inner) > outer ? inner : handling;
      return { handling: stricter, content, standing: 'opened' };
    } catch (error) {
      if (!isDomainError(error)) throw error;
      if (error.code !== 'content.newer') this.#problem(seq, 'content');
      return closed;
    }
  }

  #unsealed(seq: number, entry: Entry, key: Uint8Array): Uint8Array | null {
    try {
      return openWithEntryKey(entry, key);
    } catch (error) {
      if (!isDomainError(error)) throw error;
      this.#problem(seq, 'key');
      return null;
    }
  }

  #decoded(seq: number, bytes: Uint8Array): Entry | null {
    try {
      return decodeEntry(bytes);
    } catch (error) {
      if (!isDomainError(error)) throw error;
      this.#problem(seq, 'content');
      return null;
    }
  }

  #move(head: ChainHead): void {
    this.#head = head;
    this.#chains.set(head.seq, toHex(head.chain));
  }

  #problem(seq: number, rule: BundleRule): void {
    this.#problems.push({ seq, rule });
  }
}

function erased({ seq, acceptedAtMs }: BundledEntry): ShownInBundle {
  const nothing = { kind: null, sender: null, handling: null, content: null } as const;
  return { seq, acceptedAtMs, ...nothing, standing: 'erased' };
}
