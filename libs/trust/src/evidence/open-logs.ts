import { equalBytes } from '@enlace/kernel';
import {
  EvidenceRefused,
  hashLeaf,
  isAfterLoss,
  judgeCheckpoint,
  parseProof,
  RootMismatch,
  verifyInclusion,
  type NoteCrypto,
  type Policy,
} from '@enlace/tlog';

import { logNameOf, proofName } from './bundle-names.js';
import type { BundleLog, Problems, SplitEvidence } from './bundle-report.js';
import { reading } from './open-container.js';

interface OpenedLog {
  readonly log: BundleLog;
  readonly note: Uint8Array;
}

/** The logs of a bundle, each under its one checkpoint, and the proofs that lead to them. */
export class BundleLogs {
  readonly splits: SplitEvidence[] = [];
  readonly #logs = new Map<string, OpenedLog>();
  readonly #used = new Set<string>();

  constructor(
    private readonly crypto: NoteCrypto,
    private readonly files: ReadonlyMap<string, Uint8Array>,
    private readonly policy: Policy,
  ) {}

  get logs(): readonly BundleLog[] {
    return [...this.#logs.values()].map(({ log }) => log);
  }

  /** Opens each checkpoint under the policy of whoever verifies. */
  open(problems: Problems): void {
    for (const [file, note] of this.files) {
      const name = /^checkpoints\/(.+)\.txt$/.exec(file)?.[1];
      if (name === undefined) continue;
      const log = reading(problems, file, () => this.#openOne(name, note));
      if (log === null) continue;
      this.#logs.set(name, { log, note });
      if (!log.meetsQuorum) problems.add('quorum', 'tlog.quorum-unmet', { file });
      const detail = log.origin;
      if (isAfterLoss(detail)) problems.add('loss', 'log.loss-unshown', { file, detail });
    }
  }

  /** The leaf stands in the log of its origin at its index. Throws what says that it does not. */
  prove(problems: Problems, place: Place): Uint8Array | null {
    const name = logNameOf(place.origin);
    const file = proofName(name, place.index);
    return reading(problems, { file, index: place.index }, () => {
      const opened = this.#logs.get(name);
      if (opened === undefined) throw new EvidenceRefused('log-unknown');
      if (opened.log.origin !== place.origin) throw new EvidenceRefused('other-origin');
      const proof = this.files.get(file);
      if (proof === undefined) throw new EvidenceRefused('no-proof');
      this.#used.add(file);
      return this.#verify(opened, proof, place);
    });
  }

  /** Proofs that belong to nothing: one bundle has one content. */
  refuseUnused(problems: Problems): void {
    for (const file of this.files.keys()) {
      const isProof = file.startsWith('proofs/') && !this.#used.has(file);
      if (isProof) problems.add('integrity', 'proof.unused', { file });
    }
  }

  #openOne(name: string, note: Uint8Array): BundleLog {
    const { checkpoint, cosigners, meetsQuorum } = judgeCheckpoint(this.crypto, note, this.policy);
    const { origin, size, root } = checkpoint;
    if (logNameOf(origin) !== name) throw new EvidenceRefused('other-origin');
    const { witnesses, groups, quorum } = this.policy;
    const single = witnesses.some((witness) => witness.name === quorum) ? 1 : 0;
    const needed = groups.find((group) => group.name === quorum)?.threshold ?? single;
    const judged = { cosigners, witnesses: witnesses.length, needed, meetsQuorum };
    return { name, origin, size, root, signed: true, ...judged };
  }

  #verify({ log, note }: OpenedLog, file: Uint8Array, { index, leaf }: Place): Uint8Array {
    const { index: told, proof, checkpoint, extra } = parseProof(file);
    if (told !== index || extra !== null) throw new EvidenceRefused('other-index');
    if (!equalBytes(checkpoint, note)) this.#refuseOther({ log, note }, checkpoint);
    const leafHash = hashLeaf(this.crypto, leaf);
    const { size, root } = log;
    verifyInclusion(this.crypto, { leafHash, index, size, root, proof });
    return leafHash;
  }

  /** A second head in one bundle: evidence of two histories when the log signed it, a broken proof otherwise. */
  #refuseOther({ log, note }: OpenedLog, other: Uint8Array): never {
    const { checkpoint } = judgeCheckpoint(this.crypto, other, this.policy);
    const { origin, size, root } = checkpoint;
    if (origin === log.origin && size === log.size && !equalBytes(root, log.root)) {
      this.splits.push({ origin, size, notes: [note, other] });
    }
    throw new RootMismatch('a proof under another checkpoint');
  }
}

interface Place {
  readonly origin: string;
  readonly index: number;
  readonly leaf: Uint8Array;
}
