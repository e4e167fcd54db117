import { beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { formatInstant, parseStrictJson, sha256, toHex, utf8 } from '@enlace/kernel';
import {
  EvidenceCase,
  forTestsOnlySeed,
  nodeEvidenceCrypto as crypto,
  servedEvidence,
  testId,
} from '@enlace/testing';
import { cryptoReady, parseStatement, parseTrustStore, verifyBundle } from '@enlace/trust';

import { takeExport, type ExportGrounds } from './taken-export.js';

const EXPORT_ID = '0192f0aa-0000-7000-8000-000000000001';
const TASK = { exportId: EXPORT_ID, filter: { state: 'CR' }, timestamp: null } as const;

let evidence: EvidenceCase;
beforeAll(cryptoReady);
beforeEach(async () => {
  evidence = await EvidenceCase.begun();
  evidence.signIn('cr-rosa');
  evidence.list('cr-ines');
});

/** A device, and what it waited for; witnesses come by after so many pauses. */
function groundsOf(slug: string, { pauses = 0 } = {}): ExportGrounds & { waited(): number } {
  const served = servedEvidence(evidence);
  const { directory, nowMs, wires } = evidence.region;
  const trustStore = { ...directory.trustStore, audit: [], policy: evidence.policyText };
  let waited = 0;
  return {
    session: { request: async () => [] },
    replica: async () => ({
      directory: { ...directory, trustStore },
      entries: served.entries,
    }),
    device: {
      deviceCert: deviceCertIn(wires, slug),
      signSeed: forTestsOnlySeed(`device:${slug}`),
    },
    logs: {
      witnessed: async (origin) => (waited < pauses ? null : served.witnessed(origin)),
      readTile: async (origin, tile) => served.tile(origin, tile),
    },
    clock: { nowMs: () => nowMs },
    pause: async () => {
      waited += 1;
    },
    waited: () => waited,
  };
}

function deviceCertIn(wires: readonly string[], slug: string): string {
  const found = wires.find((wire) => {
    const { body } = parseStatement(wire);
    return body.type === 'device-cert' && body.personId === testId(slug, 4);
  });
  if (found === undefined) throw new Error(`no device of ${slug}`);
  return found;
}

function exported() {
  const lines = servedEvidence(evidence).lines(evidence.events);
  return { lines, exports: { content: async () => lines } };
}

describe('an export that a device takes', () => {
  it.each([
    ['jsonl', 2],
    ['csv', 1],
  ] as const)(
    'as %s is the text of the server, with what it is beside it',
    async (format, rows) => {
      const { lines, exports } = exported();
      const grounds = groundsOf('cr-ines');
      const taken = await takeExport(grounds, exports, { ...TASK, format });
      expect(taken).toMatchObject({ rows, file: utf8(lines) });
      expect(parseStrictJson(taken.about ?? '')).toEqual({
        v: 1,
        exportId: EXPORT_ID,
        format,
        sha256: toHex(sha256(utf8(lines))),
        madeBy: {
          personId: testId('cr-ines', 4),
          deviceId: testId('device:cr-ines', 7),
          state: 'CR',
        },
        madeAt: formatInstant(evidence.region.nowMs),
        filter: { state: 'CR' },
        expiresAt: formatInstant(evidence.region.nowMs + 366 * 86_400_000),
      });
    },
  );

  it('as a bundle verifies, once the witnesses have come by', async () => {
    const grounds = groundsOf('cr-ines', { pauses: 3 });
    const task = { ...TASK, format: 'bundle' } as const;
    const { file, about, rows } = await takeExport(grounds, exported().exports, task);
    const report = verifyBundle(crypto, file, {
      policy: evidence.policy,
      trustStore: parseTrustStore(evidence.trustStoreText),
    });
    expect([about, rows, report.problems]).toEqual([null, 2, []]);
    expect(report.events.proven).toBe(2);
    expect(report.made).toMatchObject({
      state: 'CR',
      scope: { kind: 'national', filter: '{"state":"CR"}' },
      isSigned: true,
    });
    expect(grounds.waited()).toBeGreaterThan(2);
  });

  it('as a bundle is not made while no witness comes by', async () => {
    const grounds = groundsOf('cr-ines', { pauses: Infinity });
    const task = { ...TASK, format: 'bundle' } as const;
    await expect(takeExport(grounds, exported().exports, task)).rejects.toMatchObject({
      code: 'client.answer-malformed',
      facts: { part: 'checkpoint' },
    });
    expect(grounds.waited()).toBeGreaterThan(20);
  });

  it('is no evidence of somebody who is no auditor', async () => {
    const grounds = groundsOf('cr-rosa');
    const task = { ...TASK, format: 'bundle' } as const;
    await expect(takeExport(grounds, exported().exports, task)).rejects.toMatchObject({
      code: 'audit.no-scope',
    });
  });
});
