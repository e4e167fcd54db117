import { concatBytes } from '@enlace/kernel';
import { formatEventLine, hashLeaf, type EvidenceEvent, type HashTile } from '@enlace/tlog';
import type { BundleContent } from '@enlace/trust';

import { nodeTlogCrypto } from '../node-tlog-crypto.js';
import type { EvidenceCase } from './evidence-case.js';

/** What the server of a case has and answers, honestly, to the auditor of Costa Rica. */
export interface ServedEvidence {
  readonly content: BundleContent;
  /** The log of statements, as a device holds it. */
  readonly entries: readonly { index: number; wire: string; acceptedAtMs: number }[];
  /** What it exports of these events. */
  lines(events: readonly EvidenceEvent[]): string;
  witnessed(origin: string): Uint8Array | null;
  tile(origin: string, tile: HashTile): Uint8Array;
}

export function servedEvidence(evidence: EvidenceCase): ServedEvidence {
  const content = contentOf(evidence);
  const { statements, checkpoints } = content;
  const leavesOf = (origin: string) =>
    (origin.startsWith('directory.') ? statements : evidence.events).map(({ leaf }) => leaf);
  const acceptedAtMs = evidence.region.nowMs;
  return {
    content,
    entries: statements.map(({ index, wire }) => ({ index, wire, acceptedAtMs })),
    lines: (events) => events.map((event) => `${formatEventLine(event)}\n`).join(''),
    witnessed: (log) => checkpoints.find(({ origin }) => origin === log)?.note ?? null,
    tile: (log, { width }) =>
      concatBytes(...leavesOf(log).map((leaf) => hashLeaf(nodeTlogCrypto, leaf))).subarray(
        0,
        width * 32,
      ),
  };
}

function contentOf(of: EvidenceCase): BundleContent {
  const captured: BundleContent[] = [];
  of.bundle('cr-ines', { content: (content) => (captured.push(content), content) });
  const [content] = captured;
  if (content === undefined) throw new Error('no content');
  return content;
}
