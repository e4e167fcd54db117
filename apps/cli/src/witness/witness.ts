import { equalBytes, isDomainError, systemClock, toHex, utf8, type Clock } from '@enlace/kernel';
import {
  formatNote,
  formatVkey,
  isSameKey,
  openCheckpoint,
  parseAddCheckpoint,
  parseVkey,
  TlogError,
  witnessStep,
  type NoteSigner,
  type VerifiedCheckpoint,
  type VerifierKey,
  type WitnessAnswer,
} from '@enlace/tlog';
import { isLostHead, type VerifiedLoss } from '@enlace/trust';
import type { ContinuedLoss } from '../audit-verify/continued-losses.js';
import { CliError } from '../command-line/cli-error.js';
import { lockHome } from '../home/home-lock.js';
import { noteCrypto, noteSigner } from '../log/note-crypto.js';
import type { FoldVerdict, StatementFold } from './statement-fold.js';
import {
  createWitnessFolder,
  heldCheckpoint,
  isWitnessFolder,
  readHeldLogs,
  readWitnessKey,
  writeEvidence,
  writeHeldLogs,
  type HeldLog,
  type HeldLogs,
} from './witness-folder.js';

/** Logs that a witness watches at most: a directory may announce any number. */
const LOGS_LIMIT = 64;

/** Why a directory was not cosigned although it only grew. */
export type Unfounded = Exclude<FoldVerdict, { readonly kind: 'sound' }> & {
  readonly origin: string;
  readonly size: number;
};

/** What a log was caught at. */
export interface SplitFound {
  readonly origin: string;
  readonly size: number;
  /** Both notes, and the proof that was tried. */
  readonly file: string;
}

/** The statements could not be read: nothing was decided, and the log asks again. */
const UNREAD = { status: 503, body: '', cause: null } as const;

interface WitnessPorts {
  readonly signer: NoteSigner;
  readonly clock: Clock;
  readonly lock: { release(): void };
  readonly onSplit: (split: SplitFound) => void;
}

/**
 * The witness of a State: remembers the largest checkpoint of each log, and cosigns only what continues it. One
 * process
 * owns its folder. `onSplit` is told when a log signed two truths; that log is then never cosigned again.
 */
export class Witness {
  readonly #logs: Map<string, HeldLog>;
  #fold: StatementFold | null = null;
  /** Logs that lost entries, and go on in others. */
  #over: ReadonlySet<string> = new Set();
  #onUnfounded: (unfounded: Unfounded) => void = () => undefined;

  private constructor(
    private readonly folder: string,
    private readonly ports: WitnessPorts,
    logs: HeldLogs,
  ) {
    this.#logs = new Map(logs);
  }

  /** As `open`, after a folder with a key of this name was made where there is none. */
  static obtain(folder: string, name: string, onSplit?: (split: SplitFound) => void): Witness {
    if (!isWitnessFolder(folder)) createWitnessFolder(folder, name);
    return Witness.open(folder, onSplit);
  }

  /** Throws `witness.absent`, `input.malformed`, `home.locked`. */
  static open(
    folder: string,
    onSplit: (split: SplitFound) => void = () => undefined,
    clock: Clock = systemClock,
  ): Witness {
    const signing = readWitnessKey(folder);
    const lock = lockHome(folder);
    try {
      const ports = { signer: noteSigner(signing), clock, lock, onSplit };
      return new Witness(folder, ports, readHeldLogs(folder));
    } catch (error) {
      lock.release();
      throw error;
    }
  }

  get key(): VerifierKey {
    return this.ports.signer.key;
  }

  close(): void {
    this.ports.lock.release();
  }

  /** Watches these logs too. A log has one key for ever: throws `witness.other-key` for another one. */
  trustLogs(vkeys: readonly string[]): void {
    for (const key of vkeys.map((vkey) => parseVkey(noteCrypto, vkey))) {
      const held = this.#logs.get(key.name);
      if (held !== undefined && !isSameKey(held.key, key)) {
        throw new CliError('witness.other-key', { origin: key.name });
      }
      this.#logs.set(key.name, held ?? { key, note: null, isSplit: false });
    }
    writeHeldLogs(this.folder, this.#logs);
  }

  /**
   * Folds the statements of the directory from now on, before it is cosigned. `onUnfounded` is told of each checkpoint
   * that is not: of a statement in the State's name that does not apply, and of statements that are not of the tree.
   */
  foldWith(fold: StatementFold, onUnfounded: (unfounded: Unfounded) => void): void {
    this.#fold = fold;
    this.#onUnfounded = onUnfounded;
  }

  /** As `answer`, after the statements of a directory were folded: 422 where they do not hold, 503 while unread. */
  async answerFolded(body: Uint8Array): Promise<WitnessAnswer | typeof UNREAD> {
    const offered = this.#offered(body);
    const fold = this.#fold;
    if (fold === null || offered?.origin !== fold.origin) return this.answer(body);
    try {
      const verdict = await fold.judge(offered);
      if (verdict.kind === 'sound') {
        this.#watch(fold.announced());
        return this.answer(body);
      }
      const { origin, size } = offered;
      this.#onUnfounded({ ...verdict, origin, size });
      return { status: 422, body: '', cause: null };
    } catch (error) {
      if (isDomainError(error)) return UNREAD;
      throw error;
    }
  }

  /**
   * A log that goes on after a loss is watched from now on, by what States signed and never by less; the one that it
   * continues is over: what is held of it stays, and is more than there is. States that named less than what was
   * cosigned here were shown less: nothing is followed then, and the log that was set back goes on being refused.
   */
  followLosses(losses: readonly ContinuedLoss[]): void {
    const named = losses.filter(({ loss }) => this.#isWholeLoss(loss));
    this.#over = new Set(named.map(({ loss }) => loss.lost.origin));
    this.#watch(named.map(({ key }) => key));
  }

  #isWholeLoss(loss: VerifiedLoss): boolean {
    const log = this.#logs.get(loss.lost.origin);
    const held = log === undefined ? null : heldCheckpoint(log);
    return held === null || isLostHead(loss, held, 0);
  }

  /** What is held of each log that is not over. */
  watched(): readonly HeldLog[] {
    return this.held().filter(({ key }) => !this.#over.has(key.name));
  }

  /** Logs that the directory announces are watched from now on; the key of one that is held stays. */
  #watch(announced: readonly VerifierKey[]): void {
    const fresh = announced
      .filter(({ name }) => !this.#logs.has(name))
      .slice(0, Math.max(0, LOGS_LIMIT - this.#logs.size));
    if (fresh.length > 0) this.trustLogs(fresh.map(formatVkey));
  }

  /** What is held of each log. */
  held(): readonly HeldLog[] {
    return [...this.#logs.values()];
  }

  /** The note that is held of the log with this hash of its origin, with the own line; null when there is none. */
  findNote(originHash: string): Uint8Array | null {
    const log = this.held().find(
      ({ key }) => toHex(noteCrypto.sha256(utf8(key.name))) === originHash,
    );
    return log?.note ?? null;
  }

  /**
   * C2SP tlog-witness, `add-checkpoint`: decided and durable before it returns, without anything between. Killed
   * before
   * the write: nothing happened. Killed after it: the log asks again from the new size, and gets its line then.
   */
  answer(body: Uint8Array): WitnessAnswer {
    const logs = new Map(
      this.held().map((log) => [log.key.name, { keys: [log.key], latest: heldCheckpoint(log) }]),
    );
    const { signer, clock } = this.ports;
    const timeSeconds = Math.floor(clock.nowMs() / 1_000);
    const answer = witnessStep(noteCrypto, { logs, signer, timeSeconds }, body);
    const offered = this.#offered(body);
    if (offered !== null && this.#isContradiction(offered)) this.#keepEvidence(offered, body);
    if (answer.status !== 200) return answer;
    const log = this.#logs.get(answer.next.origin);
    if (log === undefined || log.isSplit) return { status: 422, body: '', cause: null };
    const lines = [...answer.next.logSignatures.map(({ line }) => line), answer.body.trimEnd()];
    this.#keep({ ...log, note: formatNote(answer.next.text, lines) });
    return answer;
  }

  /** A head of the held size with another root: signed by the log, so nobody else can have made it. */
  #isContradiction(offered: VerifiedCheckpoint): boolean {
    const log = this.#logs.get(offered.origin);
    const held = log === undefined ? null : heldCheckpoint(log);
    return held?.size === offered.size && !equalBytes(held.root, offered.root);
  }

  /** The checkpoint of a request, when the log signed it. */
  #offered(body: Uint8Array): VerifiedCheckpoint | null {
    try {
      const { checkpoint } = parseAddCheckpoint(body);
      for (const { key } of this.held()) {
        const offered = openOf(checkpoint, key);
        if (offered !== null) return offered;
      }
      return null;
    } catch (error) {
      if (error instanceof TlogError) return null;
      throw error;
    }
  }

  #keepEvidence(offered: VerifiedCheckpoint, body: Uint8Array): void {
    const { origin, size } = offered;
    const log = this.#logs.get(origin);
    if (log === undefined) return;
    const text = `${Buffer.from(log.note ?? []).toString()}\n---\n${Buffer.from(body).toString()}`;
    const file = writeEvidence(this.folder, { origin, size, text });
    if (log.isSplit) return;
    this.#keep({ ...log, isSplit: true });
    this.ports.onSplit({ origin, size, file });
  }

  /** On the disk first; what is in memory never runs ahead of it. */
  #keep(log: HeldLog): void {
    const next = new Map(this.#logs).set(log.key.name, log);
    writeHeldLogs(this.folder, next);
    this.#logs.set(log.key.name, log);
  }
}

function openOf(note: Uint8Array, key: VerifierKey): VerifiedCheckpoint | null {
  try {
    return openCheckpoint(noteCrypto, note, { origin: key.name, logKeys: [key] });
  } catch (error) {
    if (error instanceof TlogError) return null;
    throw error;
  }
}
