import { equalBytes, isJsonObject, parseStrictJson, parseUtf8 } from '@enlace/kernel';
import {
  formatProof,
  hashLeaf,
  openWitnessedCheckpoint,
  parseEventLine,
  RootMismatch,
  verifyEvent,
  VerifiedTiles,
  type EvidenceEvent,
  type HashTile,
  type TlogCrypto,
  type Policy,
} from '@enlace/tlog';
import {
  logNameOf,
  timestampName,
  writeBundle,
  type BundleContent,
  type Seed,
} from '@enlace/trust';

import type { DirectoryReplica } from '../../directory/replica.js';
import { AnswerMalformed } from '../../transport/client-error.js';
import { evidenceStatements } from './evidence-statements.js';

/** Where parts of logs come from. Attacker-controlled: everything it answers. */
export interface LogParts {
  /**
   * The newest checkpoint that the quorum cosigned, as the server says; null where there is none. The caller may wait
   * until witnesses have come by for one of at least this size.
   */
  witnessed(origin: string, size: number): Promise<Uint8Array | null>;
  readTile(origin: string, tile: HashTile): Promise<Uint8Array>;
}

export interface BundleTask extends Pick<BundleContent, 'head' | 'policy' | 'sideFiles'> {
  /** JSON Lines, as the server exports them for a bundle. */
  readonly lines: string;
  readonly replica: Pick<DirectoryReplica, 'directory' | 'entries'>;
  readonly logs: LogParts;
  /** Has a checkpoint stamped by an authority of time; null: nobody is asked. Rejects when it does not. */
  readonly timestamp: ((note: Uint8Array) => Promise<Uint8Array>) | null;
  /** What the exporter believes; `policy` is its text. */
  readonly judgedBy: Policy;
  readonly signer: { readonly deviceId: string; readonly seed: Seed };
}

interface Place {
  readonly origin: string;
  readonly index: number;
  readonly leaf: Uint8Array;
}

/**
 * Makes a bundle of what a server exported: finds for each event and each statement of the people concerned its proof,
 * from tiles that were checked against a checkpoint that the quorum cosigned, and signs the whole with the device.
 * Nothing is signed before each line is what its leaf commits to and each leaf stands where the line says. Throws
 * `tlog.*` for what does not hold or is not witnessed yet, `client.answer-malformed`.
 */
export async function assembleBundle(
  crypto: TlogCrypto,
  task: BundleTask,
): Promise<Uint8Array<ArrayBuffer>> {
  const { head, replica, policy, sideFiles, signer } = task;
  const events = readLines(task.lines);
  for (const { leaf, digests, sections } of events)
    verifyEvent(crypto, { leaf, digests, sections });
  const { directory, entries } = replica;
  const { origin } = directory.trustStore.directory;
  const personIds = new Set([head.madeBy.personId, ...events.flatMap(actorOf)]);
  const statements = evidenceStatements(entries, directory, { origin, personIds });
  const logs = [...new Set([...events, ...statements].map((place) => place.origin))];
  const proven = await Promise.all(
    logs.map(async (log) => {
      const places = [...events, ...statements].filter((place) => place.origin === log);
      return proveAll(crypto, task, { log, places });
    }),
  );
  const { timestamp } = task;
  const stamps = await Promise.all(
    proven.map(async ({ checkpoint }) => {
      const name = timestampName(logNameOf(checkpoint.origin));
      return timestamp === null ? [] : [{ name, bytes: await timestamp(checkpoint.note) }];
    }),
  );
  const content = {
    head,
    events,
    statements,
    proofs: proven.flatMap(({ proofs }) => proofs),
    checkpoints: proven.map(({ checkpoint }) => checkpoint),
    policy,
    sideFiles: [...sideFiles, ...stamps.flat()],
  };
  return writeBundle(crypto, content, signer);
}

async function proveAll(
  crypto: TlogCrypto,
  { logs, judgedBy }: BundleTask,
  { log, places }: { readonly log: string; readonly places: readonly Place[] },
) {
  const note = await logs.witnessed(log, 1 + Math.max(...places.map(({ index }) => index)));
  if (note === null) throw new AnswerMalformed('checkpoint');
  const { origin, ...head } = openWitnessedCheckpoint(crypto, note, judgedBy);
  if (origin !== log) throw new AnswerMalformed('checkpoint');
  const reader = { readTile: (tile: HashTile) => logs.readTile(log, tile) };
  const tiles = await VerifiedTiles.open(crypto, reader, head);
  const proofs: BundleContent['proofs'][number][] = [];
  for (const { index, leaf } of places) {
    if (!equalBytes(await tiles.leafHash(index), hashLeaf(crypto, leaf))) {
      throw new RootMismatch('the log holds another leaf at this place', { facts: { index } });
    }
    const proof = await tiles.inclusionProof(index);
    const file = formatProof({ index, proof, checkpoint: note, extra: null });
    proofs.push({ origin, index, file });
  }
  return { checkpoint: { origin, note }, proofs };
}

// Attacker-controlled: what the server says it exports.
function readLines(text: string): readonly EvidenceEvent[] {
  const lines = text.split('\n');
  if (lines.pop() !== '') throw new AnswerMalformed('export');
  return lines.map(parseEventLine);
}

function actorOf({ sections: { who } }: EvidenceEvent): readonly string[] {
  if (who === undefined) return [];
  const said = parseStrictJson(parseUtf8(who.bytes));
  const actorId = isJsonObject(said) ? said['actorId'] : undefined;
  return typeof actorId === 'string' ? [actorId] : [];
}
