import { readFileSync } from 'node:fs';
import { beforeEach, describe, expect, it } from '@jest/globals';
import {
  EvidenceCase,
  flipBit,
  frozenEvidence,
  forTestsOnlySeed,
  nodeEvidenceCrypto,
  testId,
  withheldFrom,
  type EvidenceEdit,
} from '@enlace/testing';
import { utf8 } from '@enlace/kernel';
import { formatErasedRange, parsePolicy, readStoredZip, type EvidenceEvent } from '@enlace/tlog';

import { parseTrustStore } from '../trust-store/trust-store.js';
import { EVIDENCE_LIMITS, EVIDENCE_NAME } from './bundle-names.js';
import type { BundleReport } from './bundle-report.js';
import { verifyBundle } from './verify-bundle.js';
import type { BundleContent } from './write-bundle.js';

const VECTORS = `${import.meta.dirname}/../../vectors/evidence`;
let evidence: EvidenceCase;

beforeEach(async () => {
  evidence = await EvidenceCase.begun();
  evidence.signIn('cr-rosa');
  evidence.list('cr-rosa');
  evidence.list('gt-delia');
  evidence.record({ type: 'node.started', observedBy: 'server' });
  evidence.state('cr-rosa', { type: 'safety-number.verified' });
});

function check(bundle: Uint8Array, policyText = evidence.policyText): BundleReport {
  const policy = parsePolicy(nodeEvidenceCrypto, utf8(policyText));
  const trustStore = parseTrustStore(evidence.trustStoreText);
  return verifyBundle(nodeEvidenceCrypto, bundle, { policy, trustStore });
}

function codesOf(edit: EvidenceEdit, slug = 'cr-ines'): readonly string[] {
  return told(check(evidence.bundle(slug, edit)));
}

function told({ problems }: BundleReport): readonly string[] {
  return [...new Set(problems.map(({ kind, code, detail }) => `${kind} ${code} ${detail}`.trim()))];
}

/** Of the people of Guatemala and of the server itself, this auditor sees less. */
const withholding = (events: readonly EvidenceEvent[]) => withheldFrom(events, [2, 3]);

function without(event: EvidenceEvent, name: 'where' | 'who'): EvidenceEvent {
  const { [name]: gone, ...sections } = event.sections;
  expect(gone).toBeDefined();
  return { ...event, sections };
}

const inContent =
  (change: (content: BundleContent) => Partial<BundleContent>) =>
  (content: BundleContent): BundleContent => ({ ...content, ...change(content) });

describe('a bundle of evidence', () => {
  it('verifies whole, and counts what is shown, withheld, signed and not tied to a sign-in', () => {
    const report = check(evidence.bundle('cr-ines', { events: withholding }));
    expect(told(report)).toEqual([]);
    expect(report.events).toEqual({ proven: 5, failed: 0 });
    expect(report.sections).toEqual({ shown: 19, erased: 0, withheld: 6, missing: 0 });
    expect(report.devices).toEqual({ proven: 3, unbound: 0, notApplicable: 2 });
    expect(report.logs.map(({ name, needed, witnesses }) => [name, needed, witnesses])).toEqual([
      ['2027', 2, 3],
      ['directory', 2, 3],
    ]);
  });

  it('says so when the sign-in that ties a request to its device is not in it', () => {
    const events = (all: readonly EvidenceEvent[]) => withholding(all).slice(1);
    const report = check(evidence.bundle('cr-ines', { events }));
    expect(told(report)).toEqual([]);
    expect(report.devices).toEqual({ proven: 1, unbound: 1, notApplicable: 2 });
  });

  it('counts what is erased when an event of the log says so', () => {
    const range = { origin: 'audit.example.test/2027', first: 1, last: 1 };
    evidence.record({
      type: 'section.erased',
      outcome: 'success',
      sections: ['where'],
      ranges: [formatErasedRange(range)],
    });
    const events = (all: readonly EvidenceEvent[]) =>
      withholding(all).map((event) => (event.index === 1 ? without(event, 'where') : event));
    const report = check(evidence.bundle('cr-ines', { events }));
    expect(told(report)).toEqual([]);
    expect(report.sections).toEqual({ shown: 23, erased: 1, withheld: 6, missing: 0 });
    expect(report.erasures).toBe(1);
  });

  it('raises the alarm for a section that nothing explains, whatever the exporter says', () => {
    const events = (all: readonly EvidenceEvent[]) =>
      withholding(all).map((event) => {
        if (event.index !== 1) return event;
        return { ...without(event, 'where'), absent: { where: 'withheld' } as const };
      });
    expect(codesOf({ events })).toEqual(['missing section.missing where']);
    const erased = (all: readonly EvidenceEvent[]) =>
      withholding(all).map((event) => {
        if (event.index !== 1) return event;
        return { ...without(event, 'where'), absent: { where: 'erased' } as const };
      });
    expect(codesOf({ events: erased })).toEqual(['missing section.missing where']);
  });

  it('believes no scope that the State did not certify', () => {
    const scope = { kind: 'regional', state: 'CR', caseId: null, filter: '{}' } as const;
    const content = inContent(({ head }) => ({ head: { ...head, scope } }));
    expect(codesOf({ events: withholding, content })).toContain(
      'integrity tlog.evidence-refused scope',
    );
    expect(codesOf({}, 'xr-saul')).toEqual([]);
  });

  it('tells who made it, of what and for how long, and whether that is signed', () => {
    const { made } = check(evidence.bundle('cr-ines', { events: withholding }));
    expect(made).toMatchObject({
      personId: testId('cr-ines', 4),
      deviceId: testId('device:cr-ines', 7),
      scope: { kind: 'national', state: 'CR', filter: '{}' },
      isSigned: true,
    });
    const content = inContent(({ head }) => ({
      head: { ...head, madeBy: { ...head.madeBy, personId: testId('xr-saul', 4) } },
    }));
    expect(check(evidence.bundle('cr-ines', { content })).made?.isSigned).toBe(false);
  });

  it('has the scope of an auditor: one case is none that anybody could show', () => {
    const scope = { kind: 'case', state: 'CR', caseId: testId('case', 7), filter: '{}' };
    const content = inContent(({ head }) => ({ head: { ...head, scope: scope as never } }));
    expect(() => evidence.bundle('cr-ines', { content })).toThrow('not the form of a manifest');
  });

  it('is signed by an auditor, with the device that it names', () => {
    expect(codesOf({ events: withholding }, 'cr-rosa')).toEqual([
      'integrity tlog.evidence-refused scope',
    ]);
    const madeBy = { personId: testId('cr-rosa', 4), deviceId: testId('device:cr-rosa', 7) };
    const content = inContent(({ head }) => ({
      head: { ...head, madeBy: { ...madeBy, state: 'CR' } },
    }));
    expect(codesOf({ events: withholding, content })).toEqual([
      'integrity tlog.evidence-refused other-signer',
    ]);
  });

  it('proves a device by statements of the directory, or not at all', () => {
    const content = inContent(({ statements, proofs }) => ({
      statements: statements.slice(0, -1),
      proofs: proofs.slice(0, -1),
    }));
    expect(codesOf({ events: withholding, content }, 'xr-saul')).toContain(
      'integrity tlog.evidence-refused signer-unknown',
    );
  });

  it('wants enough witnesses, a known log and one head', () => {
    expect(told(check(evidence.cosignedBy(1).bundle()))).toEqual(['quorum tlog.quorum-unmet']);
    const other = evidence.policyText.replace(/^log audit.*\n/, '');
    const codes = told(check(evidence.cosignedBy(3).bundle(), other));
    expect(codes).toContain('integrity tlog.origin-mismatch the policy names no such log');
    expect(codes).toContain('integrity tlog.evidence-refused log-unknown');
  });

  it('keeps both notes when one bundle shows two heads that cannot both be true', () => {
    const lied = new EvidenceCase(evidence.region);
    for (let acts = 0; acts < 5; acts += 1) lied.list('cr-rosa');
    let foreign: BundleContent['proofs'] = [];
    lied.bundle('cr-ines', { content: (content) => ((foreign = content.proofs), content) });
    const content = inContent(({ proofs }) => ({
      proofs: [...foreign.slice(0, 1), ...proofs.slice(1)],
    }));
    const report = check(evidence.bundle('cr-ines', { events: withholding, content }));
    expect(report.problems.map(({ kind }) => kind)).toContain('split');
    expect(report.splits.map(({ size }) => size)).toEqual([5]);
  });
});

describe('a bundle that somebody changed', () => {
  it('fails for each bit: in what was signed as a lie, in the container as unreadable', () => {
    const bundle = evidence.bundle('cr-ines', { events: withholding });
    const limits = { ...EVIDENCE_LIMITS, name: EVIDENCE_NAME };
    const { files } = readStoredZip(bundle, limits);
    const sampled = [...files.keys()].filter(
      (name) => !name.startsWith('proofs/') || /\/(?:0|3)\.tlog-proof$/.test(name),
    );
    for (const name of sampled) {
      const bytes = files.get(name) ?? new Uint8Array();
      const start = bytes.byteOffset - bundle.byteOffset;
      const step = Math.ceil((bytes.length * 8) / 6);
      for (let bit = 1; bit < bytes.length * 8; bit += step) {
        const kinds = check(flipBit(bundle, start * 8 + bit)).problems.map(({ kind }) => kind);
        expect([name, bit, kinds.includes('integrity')]).toEqual([name, bit, true]);
      }
    }
    for (let bit = 0; bit < 22 * 8; bit += 1) {
      const kinds = check(flipBit(bundle, (bundle.length - 22) * 8 + bit)).problems;
      expect(kinds[0]?.kind).toBe('malformed');
    }
  });

  it('is made again byte for byte as it was frozen', async () => {
    const frozen = readFileSync(`${VECTORS}/case.enlace-evidence.zip`);
    expect(Buffer.compare((await frozenEvidence()).bundle, frozen)).toBe(0);
  });

  it('never throws, whatever it is given', () => {
    for (const bytes of [new Uint8Array(), utf8('PK'), forTestsOnlySeed('noise')]) {
      expect(check(bytes).problems.length).toBeGreaterThan(0);
    }
  });
});
