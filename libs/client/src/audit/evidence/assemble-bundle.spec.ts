import { beforeAll, beforeEach, describe, expect, it } from '@jest/globals';

import {
  EvidenceCase,
  forTestsOnlySeed,
  nodeEvidenceCrypto as crypto,
  servedEvidence,
  testId,
} from '@enlace/testing';
import type { EvidenceEvent } from '@enlace/tlog';
import { cryptoReady, parseTrustStore, verifyBundle } from '@enlace/trust';

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
  const served = servedEvidence(evidence);
  const logs: LogParts = {
    witnessed: async (origin) => served.witnessed(origin),
    readTile: async (origin, tile) => served.tile(origin, tile),
  };
  const { directory } = evidence.region;
  return assembleBundle(crypto, {
    ...served.content,
    lines: served.lines(exported(evidence.events)),
    replica: { directory, entries: served.entries },
    logs,
    timestamp: null,
    judgedBy: evidence.policy,
    signer: {
      deviceId: testId('device:cr-ines', 7),
      seed: forTestsOnlySeed('device:cr-ines'),
    },
  });
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
