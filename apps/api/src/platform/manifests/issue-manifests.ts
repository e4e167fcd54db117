import type { StateCode } from '@enlace/contracts';
import { newId, toBase64Url, type Clock, type Random } from '@enlace/kernel';
import { hashLeaf, ManifestBuilder } from '@enlace/tlog';

import type { Transaction } from '../database/database.js';
import { EVERYBODY } from '../sequencer/everybody.js';
import type { LogRow } from '../sequencer/log-rows.js';
import type { EventWriter } from '../tlog/event-writer.js';
import { nodeTlogCrypto } from '../tlog/node-tlog-crypto.js';
import { findLast, insertManifest, visitLeaves, type ManifestRange } from './manifest-rows.js';

export interface IssuePorts {
  readonly writer: EventWriter;
  readonly clock: Clock;
  readonly random: Random;
}

/**
 * Writes one manifest a State over all leaves of the log that have none yet; no State is left out, also where it has
 * nothing in the range. Resolves with the ids of their events, in the order of the States; `null` while the manifests
 * before wait in the outbox, because the new ones name where those stand. The caller leads (`tryToIssue`). Throws when
 * a leaf has lost its event: a manifest that leaves it out would be false.
 */
export async function issueManifests(
  tx: Transaction,
  log: Pick<LogRow, 'logId' | 'origin' | 'size'>,
  ports: IssuePorts,
): Promise<readonly string[] | null> {
  const last = await findLast(tx, log.logId);
  if (last.some(({ index }) => index === null)) return null;
  const fromIndex = Math.max(0, ...last.map(({ toIndex }) => toIndex));
  if (fromIndex >= log.size) return null;
  const range = { logId: log.logId, fromIndex, toIndex: log.size };
  const builders = await readRange(tx, range);
  const correlationId = newId(ports.clock, ports.random);
  const issuedAtMs = ports.clock.nowMs();
  const ids: string[] = [];
  for (const [state, builder] of builders) {
    const previousIndex = last.find((manifest) => manifest.state === state)?.index ?? null;
    const { size: count, root } = builder.head();
    const { eventId } = await ports.writer.writeOwn(
      tx,
      {
        type: 'log.manifest-issued',
        outcome: 'success',
        object: { type: 'log', id: log.origin },
        states: [state],
        fields: {
          origin: log.origin,
          state,
          fromIndex,
          toIndex: log.size,
          count,
          root: toBase64Url(root),
          ...(previousIndex === null ? {} : { previousIndex }),
        },
      },
      { kind: 'manifest', correlationId },
    );
    await insertManifest(tx, range, { state, eventId, issuedAtMs });
    ids.push(eventId);
  }
  return ids;
}

async function readRange(
  tx: Transaction,
  range: ManifestRange,
): Promise<ReadonlyMap<StateCode, ManifestBuilder>> {
  const builders = new Map(EVERYBODY.map((state) => [state, new ManifestBuilder(nodeTlogCrypto)]));
  await visitLeaves(tx, range, ({ index, leaf, states }) => {
    if (states === null) throw new Error(`the event of the leaf ${index} is not there`);
    const row = { index, leafHash: hashLeaf(nodeTlogCrypto, leaf) };
    for (const [state, builder] of builders) if (states.includes(state)) builder.push(row);
  });
  return builders;
}
