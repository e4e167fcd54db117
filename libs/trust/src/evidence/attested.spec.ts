import { beforeEach, describe, expect, it } from '@jest/globals';
import type { JsonObject } from '@enlace/kernel';
import { EvidenceCase, nodeEvidenceCrypto, testId } from '@enlace/testing';

import { parseTrustStore } from '../trust-store/trust-store.js';
import { verifyBundle } from './verify-bundle.js';

const ORIGIN = 'https://example.test';
const PEER = testId('cr-ines', 4);
let evidence: EvidenceCase;

beforeEach(async () => {
  evidence = await EvidenceCase.begun();
  evidence.signIn('cr-rosa', { origin: ORIGIN });
});

/** What the auditor of the region finds in the evidence: counts of what devices signed, and what does not hold. */
function judged() {
  const trustStore = parseTrustStore(evidence.trustStoreText);
  const bundle = evidence.bundle('xr-saul');
  const { devices, problems, events } = verifyBundle(nodeEvidenceCrypto, bundle, {
    policy: evidence.policy,
    trustStore,
  });
  expect(events.failed).toBe(0);
  return { devices, problems: problems.map(({ index, detail }) => `${index} ${detail}`) };
}
const refused = () => judged().problems;

/** The request to see the card of a person, and what the server makes of it. */
const consulted = (
  said: JsonObject = {},
  { path = `/directory/people/${PEER}`, type = 'person.consulted', seq = 7 } = {},
) => evidence.act('cr-rosa', { type, method: 'GET', path, seq }, { objectId: PEER, ...said });

describe('a request that a device signed', () => {
  it('proves the act that it asked for', () => {
    consulted();
    evidence.act('cr-rosa', { type: 'session.connected', method: 'SOCKET', path: '/socket' });
    expect(judged()).toEqual({
      devices: { proven: 3, unbound: 0, notApplicable: 0 },
      problems: [],
    });
  });

  it('proves one act, however many the server invents beside it', () => {
    for (let times = 0; times < 3; times += 1) consulted();
    expect(judged()).toEqual({
      devices: { proven: 1, unbound: 0, notApplicable: 0 },
      problems: ['1 replayed', '2 replayed', '3 replayed'],
    });
  });

  it('proves no act of another kind', () => {
    consulted({}, { type: 'vault.fetched' });
    consulted({}, { type: 'person.revoked', seq: 8 });
    consulted({}, { path: '/people', seq: 9 });
    expect(refused()).toEqual(['1 other-act', '2 other-act', '3 other-act']);
  });

  it('proves no act on another object', () => {
    consulted({ objectId: testId('gt-delia', 4) });
    expect(refused()).toEqual(['1 other-object']);
  });

  it.each([
    ['another person', { actorId: PEER, deviceId: testId('device:cr-rosa', 7) }, 'other-person'],
    ['another device', { actorId: PEER, deviceId: testId('device:cr-ines', 7) }, 'other-device'],
    ['the server itself', { actor: 'system', node: 'a' }, 'other-device'],
    [
      'somebody of another State',
      {
        actorId: testId('cr-rosa', 4),
        deviceId: testId('device:cr-rosa', 7),
        actorState: 'GT',
      },
      'other-state',
    ],
  ])('proves no act of %s', (_, who, rule) => {
    const request = { type: 'person.listed', method: 'GET', path: '/people' };
    evidence.act('cr-rosa', request, { who });
    expect(refused()).toEqual([`1 ${rule}`]);
  });

  it('proves no act in the name of another State', () => {
    consulted({ actorState: 'GT', states: ['GT'] });
    expect(refused()).toEqual(['1 other-state']);
  });

  it('proves nothing under another deployment than the one it was signed for', () => {
    evidence = new EvidenceCase(evidence.region);
    evidence.signIn('cr-rosa', { origin: 'https://other.test' });
    evidence.list('cr-rosa');
    expect(refused()).toEqual(['1 other-origin']);
  });

  it('is not called proven for a route that nobody here knows', () => {
    evidence.act('cr-rosa', { type: 'case.consulted', path: '/from/the/future' });
    expect(judged()).toEqual({
      devices: { proven: 1, unbound: 1, notApplicable: 0 },
      problems: [],
    });
  });
});

describe('a request that was refused', () => {
  const denied = (said: JsonObject = {}, seq = 7) =>
    consulted(
      {
        outcome: 'denied',
        objectId: testId('correlation', 7),
        target: 'GET /directory/people/:id',
        ...said,
      },
      { type: 'access.denied', seq },
    );

  it('proves that it was asked for', () => {
    denied();
    denied({ type: 'access.throttled', seqs: ['3-9', '12'] }, 8);
    expect(judged()).toEqual({
      devices: { proven: 3, unbound: 0, notApplicable: 0 },
      problems: [],
    });
  });

  it('proves nothing more when somebody sends it again', () => {
    consulted();
    denied({ reasonCode: 'proof.replayed' });
    expect(judged()).toEqual({
      devices: { proven: 2, unbound: 0, notApplicable: 1 },
      problems: [],
    });
  });

  it('is no refusal of something else', () => {
    denied({ target: 'POST /people/:id/revocation' });
    denied({ type: 'person.revoked' }, 8);
    denied({ type: 'access.throttled', seqs: ['1-8', '10'] }, 9);
    expect(refused()).toEqual(['1 other-act', '2 other-act', '3 other-act']);
  });

  it('is nobody-s when the session had ended by then', () => {
    const request = { type: 'access.denied', method: 'GET', path: '/people' };
    evidence.act('cr-rosa', request, { outcome: 'denied', who: { via: 'cli' } });
    expect(judged().devices).toEqual({ proven: 1, unbound: 0, notApplicable: 1 });
  });
});

describe('what a device stated', () => {
  const type = 'vault.rollback-detected';
  const found = { expected: 4, found: 3 };

  it('proves what the event says in its words', () => {
    evidence.state('cr-rosa', { type, ...found });
    const people = { peerId: PEER, peerState: 'CR' };
    const verified = { type: 'safety-number.verified', method: 'in-person', ...people };
    const said = { method: 'in-person', peerAlias: 'abcdefghij' };
    evidence.state('cr-rosa', verified, said);
    // Whoever gave a file is a person to the device, and an alias to the auditors of other States.
    const custody = { custodyId: PEER, sealCommitment: 'A'.repeat(43) };
    const taken = { type: 'attachment.transferred', fromId: PEER, fromState: 'CR', ...custody };
    const aliases = { fromAlias: 'abcdefghij', toAlias: 'bcdefghija' };
    evidence.state('cr-rosa', taken, { ...custody, ...aliases });
    expect(judged()).toEqual({
      devices: { proven: 4, unbound: 0, notApplicable: 0 },
      problems: [],
    });
  });

  it('proves nothing else, and nothing twice', () => {
    evidence.state('cr-rosa', { type, ...found }, { ...found, found: 2 });
    evidence.state('cr-rosa', { type }, found);
    expect(refused()).toEqual(['1 other-statement', '2 other-statement']);
    evidence.state('cr-rosa', { type, ...found });
    evidence.state('cr-rosa', { type, ...found });
    expect(refused().slice(2)).toEqual(['3 replayed', '4 replayed']);
  });

  it('opens no session by another build or under other numbers', () => {
    const said = { build: 'b'.repeat(43), abandoned: ['1-4'] };
    evidence.signIn('cr-rosa', said, { ...said, build: 'c'.repeat(43) });
    evidence.signIn('cr-rosa', said, { ...said, abandoned: [] });
    evidence.signIn('cr-rosa', said);
    expect(refused()).toEqual(['1 other-statement', '2 other-statement']);
  });
});

describe('a section that is no event', () => {
  it.each([
    ['no JSON', '{'],
    ['no object', '[]'],
    ['not in NFC', '{"type":"e\u0301"}'],
  ])('is a problem and never an exception: %s', (_, text) => {
    evidence.recordBytes({ what: text, attest: text });
    expect(refused()).toEqual(['1 form', '1 form']);
  });
});
