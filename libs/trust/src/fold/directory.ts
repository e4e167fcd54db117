import { REGIONAL_AUTHORITY, type StateCode } from '@enlace/contracts';

import type { StatementId } from '../fingerprint.js';
import type {
  BodyOf,
  Statement,
  StatementBody,
  StatementType,
  StateRoot,
} from '../statements/statement.js';
import type { TrustStore } from '../trust-store/trust-store.js';
import { Table } from './table.js';

/** A key that may sign, and in which capacity; in an accepted statement, one that did. */
export interface SignerKey {
  readonly kind: 'root' | 'registrar' | 'identity' | 'own' | 'log';
  readonly state: StateCode;
  /** registrarId, personId, or empty for a root. */
  readonly id: string;
  readonly key: string;
  /** Root generation of a root, or the one that certified a registrar. */
  readonly generation: number;
  /** Serial of the registrar's certificate. */
  readonly serial: number;
}

/** A statement that the fold took in, where it stands in the log, and whose valid signatures it carries. */
export interface Accepted<Body = StatementBody> {
  readonly statement: Statement<Body>;
  readonly index: number;
  readonly signers: readonly SignerKey[];
}

/** All serials of one type, State and subject. */
export interface Slot {
  readonly accepted: readonly Accepted[];
  /** The newest serial was signed twice with different bodies: neither is used until the next serial. */
  readonly isForked: boolean;
}

/** A root key and the span in which it speaks for its State. */
export interface RootGeneration {
  readonly key: string;
  readonly index: number;
  /** Hours that must pass after the first quorum checkpoint that holds the rotation; 0 for first and replaced roots. */
  readonly waitHours: number;
  readonly fromMs: number;
  readonly untilMs: number;
  /** Descends from a key that was lost: nothing it signed counts. */
  readonly isCancelled: boolean;
}

export interface Authority {
  readonly state: StateCode;
  readonly root: Statement<StateRoot>;
  /** Never changes, whatever is rotated; safety numbers rest on it. */
  readonly firstRootKey: string;
  /** The States whose roots signed the admission; null when the trust store names the root. */
  readonly admittedBy: readonly StateCode[] | null;
  readonly generations: readonly RootGeneration[];
  /** Position of the generation in force; a later one is pending. */
  readonly active: number;
  readonly isRemoved: boolean;
  readonly registrars: readonly string[];
}

/** One key has one owner and one purpose, for ever and in the whole region. */
export interface KeyOwner {
  readonly owner: string;
  readonly key: string;
  /** Revoked as lost or compromised: never certified again. */
  readonly isBurned: boolean;
}

/** What revocations say about one subject. */
export interface RevocationMark {
  /** Serials up to this one are revoked; a device is revoked for every serial. */
  readonly through: number;
  /**
   * From this index on, what a compromised registrar signed under the serials up to `suspectThrough` does not count.
   */
  readonly suspectFrom: number | null;
  readonly suspectThrough: number;
}

/** A checkpoint that the witness quorum cosigned: what it covers was public at that time at the latest. */
export interface QuorumCheckpoint {
  readonly size: number;
  readonly witnessTimeMs: number;
}

/** Evidence that somebody signed two truths, kept for the alert `FORK`. */
export interface Fork {
  readonly index: number;
  readonly statement: StatementId;
  readonly twin: StatementId;
}

/**
 * What the statements of the log add up to. Never changed: `apply` returns the next one. The same statements in the
 * same order give the same directory on the server and on every client; `viewpoint` and `quorum` matter to chains
 * only.
 */
export interface Directory {
  /** The State whose client this is: a new State counts only when that State's root admitted it. Null on the server. */
  readonly viewpoint: StateCode | null;
  readonly trustStore: TrustStore;
  /** The index that the next statement has at least. */
  readonly size: number;
  readonly quorum: readonly QuorumCheckpoint[];
  /** The newest moment at which a quorum stood behind the log, whatever had grown since; null before the first. */
  readonly witnessedMs: number | null;
  readonly forks: readonly Fork[];
  readonly slots: Table<Slot>;
  readonly statements: Table<Accepted>;
  readonly candidates: Table<Statement<StateRoot>>;
  readonly authorities: ReadonlyMap<StateCode, Authority>;
  readonly keys: Table<KeyOwner>;
  /** The one State in which a registrar, office, person, device or contact exists. */
  readonly homes: Table<StateCode>;
  readonly revocations: Table<RevocationMark>;
  /** Ids of revocations that arrived ahead of the log: seeing one again adds nothing. */
  readonly seenRevocations: Table<true>;
  /** Ids of a person's devices. */
  readonly devices: Table<readonly string[]>;
}

/** The directory of an empty log under a trust store. */
export function emptyDirectory(trustStore: TrustStore, viewpoint: StateCode | null): Directory {
  return {
    viewpoint,
    trustStore,
    size: 0,
    quorum: [],
    witnessedMs: null,
    forks: [],
    slots: new Table(),
    statements: new Table(),
    candidates: new Table(),
    authorities: new Map(),
    keys: new Table(),
    homes: new Table(),
    revocations: new Table(),
    seenRevocations: new Table(),
    devices: new Table(),
  };
}

export interface SlotKey<Type extends StatementType = StatementType> {
  readonly type: Type;
  readonly state: StateCode;
  readonly subject: string;
}

export function slotOf(directory: Directory, { type, state, subject }: SlotKey): Slot {
  return directory.slots.get(`${type}|${state}|${subject}`) ?? { accepted: [], isForked: false };
}

/** The directory as it was while a serial was the newest of its slot; everything else stays as it is. */
export function whileNewest(directory: Directory, key: SlotKey, serial: number): Directory {
  const { accepted, isForked } = slotOf(directory, key);
  const until = accepted.slice(0, serial);
  const slot = { accepted: until, isForked: isForked && until.length === accepted.length };
  const name = `${key.type}|${key.state}|${key.subject}`;
  return { ...directory, slots: directory.slots.with(name, slot) };
}

/** The newest serial, or null when there is none or when it is forked. Revocation and validity are asked apart. */
export function currentOf<Type extends StatementType>(
  directory: Directory,
  key: SlotKey<Type>,
): Accepted<BodyOf<Type>> | null {
  const slot = slotOf(directory, key);
  const newest = slot.isForked ? undefined : slot.accepted.at(-1);
  return newest && isOfType(newest, key.type) ? newest : null;
}

export function isOfType<Type extends StatementType>(
  accepted: Accepted<unknown>,
  type: Type,
): accepted is Accepted<BodyOf<Type>> {
  return accepted.statement.type === type;
}

/** The States that count for a quorum: admitted, not removed; the regional body does not count. */
export function memberStates(directory: Directory): readonly StateCode[] {
  return [...directory.authorities.values()]
    .filter(({ state, isRemoved }) => state !== REGIONAL_AUTHORITY && !isRemoved)
    .map(({ state }) => state);
}

/** How many of n States must agree: floor(3n/5) + 1, as many as witnesses must cosign. */
export function quorumSize(states: number): number {
  return Math.floor((3 * states) / 5) + 1;
}
