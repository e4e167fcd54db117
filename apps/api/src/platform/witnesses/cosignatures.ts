import { REGIONAL_AUTHORITY, STATES } from '@enlace/contracts';
import { equalBytes, newId, type Clock, type Random } from '@enlace/kernel';
import {
  openCheckpoint,
  parseVkey,
  RolledBack,
  SplitView,
  TlogError,
  type TreeHead,
  type VerifiedCheckpoint,
} from '@enlace/tlog';

import type { Database, Transaction } from '../database/database.js';
import { proveGrowth } from '../sequencer/publish.js';
import type { EventWriter } from '../tlog/event-writer.js';
import { nodeTlogCrypto } from '../tlog/node-tlog-crypto.js';
import type { Stream } from '../tlog/log-writer.js';
import {
  becameLate,
  findLastSize,
  findNewest,
  findSignedRoot,
  findTree,
  insertCosignature,
  wasLate,
  type OpenCheckpoint,
} from './cosignature-rows.js';
import type { KnownWitness, WitnessList } from './witness-list.js';

export interface CosignaturePorts {
  /** As `enl_sequencer`: nobody else writes below a checkpoint. */
  readonly database: Database;
  readonly witnesses: WitnessList;
  readonly writer: EventWriter;
  readonly clock: Clock;
  readonly random: Random;
}

/** What our own key signed, and what it says against our tree; `null` when it agrees. */
export interface Shown {
  readonly checkpoint: VerifiedCheckpoint;
  readonly contradiction: TlogError | null;
}

/**
 * What witnesses put below checkpoints, and who of them is late. Cosignatures are never events: each would call for
 * the next.
 */
export class Cosignatures {
  constructor(private readonly ports: CosignaturePorts) {}

  async witnesses(): Promise<readonly KnownWitness[]> {
    return this.ports.witnesses.list();
  }

  /** The newest checkpoint of each log of the stream that witnesses are to see, the older log first. */
  async newest(stream: Stream): Promise<readonly OpenCheckpoint[]> {
    return this.ports.database.asServer((tx) => findNewest(tx, stream));
  }

  /**
   * Opens a note that somebody shows as a checkpoint of the log, and keeps the lines of known witnesses when it is
   * one
   * that was published. Throws what `openCheckpoint` throws; a contradiction keeps nothing.
   */
  async take(
    log: Pick<OpenCheckpoint, 'logId' | 'origin' | 'vkey'>,
    note: Uint8Array,
  ): Promise<Shown> {
    const known = await this.ports.witnesses.list();
    const checkpoint = openCheckpoint(nodeTlogCrypto, note, {
      origin: log.origin,
      logKeys: [parseVkey(nodeTlogCrypto, log.vkey)],
      witnessKeys: known.map(({ key }) => key),
    });
    return this.ports.database.asServer(async (tx) => {
      const { contradiction, isPublished } = await judge(tx, log.logId, checkpoint);
      if (isPublished) await this.#keep(tx, log, { checkpoint, known });
      return { checkpoint, contradiction };
    });
  }

  /** Writes down who of the witnesses has become late with the log. */
  async noteDelays(
    { logId }: Pick<OpenCheckpoint, 'logId'>,
    witnesses: readonly KnownWitness[],
  ): Promise<void> {
    await this.ports.database.asServer(async (tx) => {
      for (const { name, state } of witnesses) {
        const row = { logId, witness: name };
        if (await becameLate(tx, row)) await this.#tell(tx, 'witness.delayed', { ...row, state });
      }
    });
  }

  async #keep(
    tx: Transaction,
    { logId }: Pick<OpenCheckpoint, 'logId'>,
    {
      checkpoint,
      known,
    }: { readonly checkpoint: VerifiedCheckpoint; readonly known: readonly KnownWitness[] },
  ): Promise<void> {
    for (const { key, line, timeSeconds } of checkpoint.cosignatures) {
      const row = { logId, witness: key.name };
      const state = known.find(({ name }) => name === key.name)?.state;
      if (timeSeconds === null || state === undefined) continue;
      await insertCosignature(tx, { ...row, size: checkpoint.size, timeSeconds, line });
      if (await wasLate(tx, row)) await this.#tell(tx, 'witness.recovered', { ...row, state });
    }
  }

  /** Only a change is told: twice the same would let the log grow by being watched. */
  async #tell(
    tx: Transaction,
    type: 'witness.delayed' | 'witness.recovered',
    { logId, witness, state }: Pick<KnownWitness, 'state'> & { logId: string; witness: string },
  ): Promise<void> {
    const { writer, clock, random } = this.ports;
    await writer.writeOwn(
      tx,
      {
        type,
        outcome: type === 'witness.delayed' ? 'failed' : 'success',
        object: { type: 'witness', id: witness, ownerState: state },
        states: [...STATES, REGIONAL_AUTHORITY],
        fields: { witnessName: witness, lastSize: await findLastSize(tx, { logId, witness }) },
      },
      { kind: 'life', correlationId: newId(clock, random) },
    );
  }
}

interface Judged {
  readonly contradiction: TlogError | null;
  /** Our tables know that it was signed. */
  readonly isPublished: boolean;
}

/**
 * A head that our key signed and our tree does not hold: the tables were set back, or somebody else has the key. One
 * that only the list of what was signed does not know is of a log that was filled again, and contradicts nothing.
 */
async function judge(tx: Transaction, logId: string, head: VerifiedCheckpoint): Promise<Judged> {
  const { size, root } = head;
  const signed = await findSignedRoot(tx, { logId, size });
  if (signed !== null) {
    const isPublished = equalBytes(signed, root);
    const split = new SplitView('our key signed two heads of one size', { facts: { size } });
    return { contradiction: isPublished ? null : split, isPublished };
  }
  const isOurs = await isOfOurTree(tx, logId, head);
  const lost = new RolledBack('a head is shown that our key signed and our tables do not hold', {
    facts: { size },
  });
  return { contradiction: isOurs ? null : lost, isPublished: false };
}

async function isOfOurTree(tx: Transaction, logId: string, head: TreeHead): Promise<boolean> {
  const tree = await findTree(tx, logId);
  if (tree === null || tree.size < head.size) return false;
  try {
    await proveGrowth(tx, { ...tree, logId }, head);
    return true;
  } catch (error) {
    if (error instanceof TlogError) return false;
    throw error;
  }
}
