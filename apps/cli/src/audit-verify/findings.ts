import type { Cosigner } from '@enlace/tlog';
import { EXIT } from '../exit-codes.js';

/** Numbers of `enlace audit verify` beyond those of every verb. */
export const VERIFY_EXIT = {
  ...EXIT,
  /** Proven, but fewer witnesses cosigned than the policy demands. */
  quorum: EXIT.reservations,
  /** Two histories, or one that was taken back; the evidence is in a file. */
  split: 5,
  /** A part of what was signed is not there. */
  missing: 6,
} as const;

/** From the worst down: what a script should hear of, when several things are wrong. */
const SEVERITY: readonly number[] = [
  VERIFY_EXIT.split,
  VERIFY_EXIT.alert,
  VERIFY_EXIT.missing,
  VERIFY_EXIT.malformed,
  VERIFY_EXIT.quorum,
];

/** Something that is wrong with a log. */
export interface Problem {
  readonly code: string;
  readonly exit: number;
  /** The first entry that is wrong, where it can be told; up to `lastIndex` when it lies in between. */
  readonly index: number | null;
  readonly lastIndex: number | null;
  readonly detail: string;
}

/** How much of a log the manifests of one's own State cover. */
export interface ManifestCount {
  readonly covered: number;
  readonly manifests: number;
  readonly events: number;
  /** Acts of which the server shows no `what`, because it was erased. */
  readonly erased: number;
}

/** What became of one log. */
export interface LogFinding {
  readonly origin: string;
  readonly size: number;
  /** base64; empty when no checkpoint could be opened. */
  readonly root: string;
  readonly signed: boolean;
  readonly witnesses: readonly Cosigner[];
  readonly quorum: boolean;
  /** Size of the newest head that the quorum cosigned; 0 for none. */
  readonly witnessed: number;
  /** Entries that were read and are in the signed tree. */
  readonly proven: number;
  /** Size of the head that was seen here before; null for none. */
  readonly seen: number | null;
  readonly problems: readonly Problem[];
  /** Absent where nobody could compute them: who verifies is no auditor. */
  readonly manifests?: ManifestCount;
}

export function exitOf(findings: readonly LogFinding[]): number {
  return worstOf(findings.flatMap(({ problems }) => problems.map(({ exit }) => exit)));
}

/** What a script should hear of several exit codes. */
export function worstOf(exits: readonly number[]): number {
  return SEVERITY.find((exit) => exits.includes(exit)) ?? VERIFY_EXIT.done;
}

export function problemOf(
  code: string,
  exit: number,
  told: { readonly detail?: string; readonly index?: number; readonly lastIndex?: number } = {},
): Problem {
  const { detail = '', index = null, lastIndex = null } = told;
  return { code, exit, index, lastIndex, detail };
}
