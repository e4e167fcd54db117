import { beforeAll, beforeEach, describe, expect, it } from '@jest/globals';

import { concatBytes } from '@enlace/kernel';
import {
  EvidenceCase,
  forTestsOnlySeed,
  nodeEvidenceCrypto as crypto,
  testId,
} from '@enlace/testing';
import { formatEventLine, hashLeaf, type EvidenceEvent } from '@enlace/tlog';
import { cryptoReady, parseTrustStore, verifyBundle, type BundleContent } from '@enlace/trust';

import { assembleBundle, type LogParts } from './assemble-bundle.js';

let evidence: EvidenceCase;
beforeAll(cryptoReady);
beforeEach(async () => {
  evidence = await EvidenceCase.begun();
  evidence.signIn('cr-rosa');
  evidence.list('cr-rosa');
  evidence.list('cr-ines');
});

/** What the auditor of Costa Rica signs when a server exports these events, from a log that holds the true ones. */
async function assembled(
  exported: (events: readonly EvidenceEvent[]) => readonly EvidenceEvent[] = (events) => events,
): Promise<Uint8Array> {
  const content = contentOf(evidence);
  const { statements, checkpoints } = content;
  const leavesOf = (origin: string) =>
    (origin.startsWith('directory.') ? statements : evidence.events).map(({ leaf }) => leaf);
  const logs: LogParts = {
    witnessed: async (log) => checkpoints.find(({ origin }) => origin === log)?.note ?? null,
    readTile: async (log, { width }) =>
      concatBytes(...leavesOf(log).map((leaf) => hashLeaf(crypto, leaf))).subarray(0, width * 32),
  };
  const { directory, nowMs } = evidence.region;
  const entries = statements.map(({ index, wire }) => ({ index, wire, acceptedAtMs: nowMs }));
  return assembleBundle(crypto, {
    ...content,
    lines: exported(evidence.events)
      .map((event) => `${formatEventLine(event)}\n`)
      .join(''),
    replica: { directory, entries },
    logs,
    timestamp: null,
    judgedBy: evidence.policy,
    signer: {
      deviceId: testId('device:cr-ines', 7),
      seed: forTestsOnlySeed('device:cr-ines'),
    },
  });
}

function contentOf(of: EvidenceCase): BundleContent {
  const captured: BundleContent[] = [];
  of.bundle('cr-ines', { content: (content) => (captured.push(content), content) });
  const [content] = captured;
  if (content === undefined) throw new Error('no content');
  return content;
}

const editing =
  (edit: (event: EvidenceEvent) => EvidenceEvent) => (events: readonly EvidenceEvent[]) =>
    events.map((event) => (event.index === 1 ? edit(event) : event));

describe('a bundle that an auditor makes of an export', () => {
  it('verifies, with the statements of the people in it and no others', async () => {
    const report = verifyBundle(crypto, await assembled(), {
      policy: evidence.policy,
      trustStore: parseTrustStore(evidence.trustStoreText),
    });
    expect(report.problems).toEqual([]);
    expect(report.made).toMatchObject({ state: 'CR', isSigned: true });
    expect(report.events.proven).toBe(3);
  });

  it.each<[string, (event: EvidenceEvent) => EvidenceEvent, string]>([
    [
      'a section that the leaf does not commit to',
      (event) => {
        const { what } = event.sections;
        const other = evidence.events[0]?.sections.what;
        expect(what).toBeDefined();
        return { ...event, sections: { ...event.sections, ...(other && { what: other }) } };
      },
      'tlog.commitment-mismatch',
    ],
    [
      'digests of another event',
      (event) => ({ ...event, digests: { ...event.digests, where: new Uint8Array(32) } }),
      'tlog.commitment-mismatch',
    ],
    [
      'a leaf that stands elsewhere',
      (event) => {
        const { index } = event;
        return { ...(evidence.events[2] ?? event), index };
      },
      'tlog.root-mismatch',
    ],
  ])('is not signed with %s', async (_, edit, code) => {
    await expect(assembled(editing(edit))).rejects.toMatchObject({ code });
  });
});
