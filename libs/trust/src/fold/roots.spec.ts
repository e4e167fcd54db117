import { beforeEach, describe, expect, it } from '@jest/globals';

import { formatInstant } from '@enlace/kernel';
import {
  personaOf,
  Region,
  refusalOf,
  stateRootOf,
  testId,
  testPublicKey,
  type AnyDraft,
  type Draft,
} from '@enlace/testing';

import { verifyDevice } from '../chain.js';
import { append } from './apply.js';
import { memberStates, quorumSize } from './directory.js';
import { isTrustedHere } from './root-rules.js';

const DAY_MS = 86_400_000;
const STATES = ['CR', 'PA', 'GT', 'MX', 'XR'] as const;

let region: Region;
beforeEach(async () => {
  region = await Region.founded(STATES, 'CR');
});

const refused = (draft: AnyDraft, ...signers: string[]) =>
  refusalOf(() => region.add(draft, signers));
const until = (days: number) => formatInstant(region.nowMs + days * DAY_MS);
const rotation = (state: 'CR' | 'GT', to = 2): Draft<'root-rotation'> => ({
  type: 'root-rotation',
  state,
  oldKey: testPublicKey(`root:${state}`),
  newKey: testPublicKey(`root:${state}:${to}`),
  notAfter: until(1_000),
  effectiveAfterHours: 168,
});
const replacement = (state: 'CR' | 'GT', lost = `root:${state}`): Draft<'root-replacement'> => ({
  type: 'root-replacement',
  state,
  lostKey: testPublicKey(lost),
  newKey: testPublicKey(`root:${state}:new`),
  notAfter: until(1_000),
});
const witness = (state: 'CR' | 'GT' | 'US'): AnyDraft => ({
  type: 'witness-key',
  state,
  vkey: `w.${state}+00000000+AAAA`,
});

describe('a quorum of States', () => {
  it('is as large as that of the witnesses', () => {
    expect([1, 4, 5, 11].map(quorumSize)).toEqual([1, 3, 4, 7]);
  });

  it('does not count the regional body', () => {
    expect(memberStates(region.directory)).toEqual(['CR', 'PA', 'GT', 'MX']);
  });
});

describe('a State root', () => {
  it('is only the one of the trust store, however well another signs itself', () => {
    const forged = { ...stateRootOf('CR'), rootKey: testPublicKey('thief') };
    expect(refused(forged, 'thief')).toBe('root-exists');
    expect(refused(stateRootOf('CR'), 'root:CR')).toBe('repeated');
  });

  it('cannot take the place of a pinned root that has not spoken yet', async () => {
    const { trustStore } = await Region.founded(['CR', 'PA'], 'CR');
    const early = await Region.founded(['CR'], 'CR');
    early.directory = { ...early.directory, trustStore };
    const forged = { ...stateRootOf('PA'), rootKey: testPublicKey('thief') };
    expect(refusalOf(() => early.add(forged, ['thief']))).toBe('not-the-pinned-root');
  });

  it('signs itself, alone', () => {
    expect(refused(stateRootOf('US'), 'thief')).toBe('signer');
    expect(refused(stateRootOf('US'), 'root:US', 'root:CR')).toBe('signer');
  });

  it.each([
    ['term', { notAfter: '2027-01-04T12:00:00.000Z' }],
    ['term', { notAfter: '2027-01-03T12:00:00.000Z', notBefore: '2027-01-01T12:00:00.000Z' }],
    ['term-length', { notAfter: '2032-03-04T12:00:00.000Z' }],
    ['member-notAfter', { notAfter: '2032-03-04T12:00:00Z' }],
    ['member-notAfter', { notAfter: '2032-13-04T12:00:00.000Z' }],
    ['member-rootKey', { rootKey: 'AAAA' }],
  ])('is refused by the rule %s for %o', (rule, change) => {
    expect(refused({ ...stateRootOf('US'), ...change }, 'root:US')).toBe(rule);
  });
});

describe('the admission of a State', () => {
  const admission = (admitted: string): AnyDraft => ({
    type: 'state-admission',
    state: 'US',
    admitted,
  });

  it('needs a quorum, and the own State among it', () => {
    const { id } = region.add(stateRootOf('US'), ['root:US']);
    expect(isTrustedHere(region.directory, 'US')).toBe(false);
    expect(refused(witness('US'), 'root:US')).toBe('state-unknown');
    expect(refused(admission(id), 'root:CR', 'root:PA')).toBe('quorum');
    expect(refused(admission(id), 'root:CR', 'root:PA', 'root:XR')).toBe('signer');
    region.add(admission(id), ['root:PA', 'root:GT', 'root:MX']);
    expect(memberStates(region.directory)).toContain('US');
    expect(isTrustedHere(region.directory, 'US')).toBe(false);
    expect(isTrustedHere({ ...region.directory, viewpoint: 'PA' }, 'US')).toBe(true);
    expect(isTrustedHere({ ...region.directory, viewpoint: null }, 'US')).toBe(true);
    expect(isTrustedHere(region.directory, 'BZ')).toBe(false);
  });

  it('names a root that presented itself, of that State and no other', () => {
    region.add(stateRootOf('US'), ['root:US']);
    const nothing = testPublicKey('nothing');
    expect(refused(admission(nothing), 'root:CR', 'root:PA', 'root:GT')).toBe('no-such-root');
    const { id } = region.add({ ...stateRootOf('US'), state: 'BZ' }, ['root:US']);
    expect(refused(admission(id), 'root:CR', 'root:PA', 'root:GT')).toBe('no-such-root');
  });

  it('lets many roots present themselves, takes one, and says the same twice without harm', () => {
    const forged = { ...stateRootOf('US'), rootKey: testPublicKey('thief') };
    region.add(forged, ['thief']);
    const { id } = region.add(stateRootOf('US'), ['root:US']);
    const quorum = ['root:CR', 'root:PA', 'root:GT'];
    region.add(admission(id), quorum);
    const again = { ...admission(id), serial: 2 };
    region.add(again, [...quorum, 'root:MX']);
    const other = region.draft(forged, ['thief']).id;
    expect(refused(admission(other), ...quorum, 'root:MX')).toBe('root-exists');
    region.add(witness('US'), ['root:US']);
    expect(region.directory.forks).toEqual([]);
  });

  it('does not take a key that another owner has', () => {
    const { id } = region.add({ ...stateRootOf('US'), rootKey: testPublicKey('root:PA') }, [
      'root:PA',
    ]);
    expect(refused(admission(id), 'root:CR', 'root:PA', 'root:GT')).toBe('key-in-use');
  });
});

describe('the removal of a State', () => {
  const removal: AnyDraft = { type: 'state-removal', state: 'PA', removed: 'PA' };

  it('is the others’ decision, and ends what the State says', () => {
    expect(refused(removal, 'root:CR', 'root:PA')).toBe('signer');
    expect(refused(removal, 'root:CR')).toBe('quorum');
    expect(refused({ ...removal, state: 'GT' }, 'root:CR', 'root:GT')).toBe('other-state');
    region.add(removal, ['root:CR', 'root:GT']);
    expect(isTrustedHere(region.directory, 'PA')).toBe(false);
    expect(refused({ ...witness('CR'), state: 'PA' }, 'root:PA')).toBe('state-unknown');
    expect(refused({ ...removal, serial: 2 }, 'root:CR', 'root:GT')).toBe('state-unknown');
  });

  it('lets the State come back by an admission, and nothing of before with it', () => {
    region.addOffices('PA');
    region.enrol(personaOf('pa-yara'));
    region.witness();
    const judge = () =>
      refusalOf(() => verifyDevice(region.directory, testId('device:pa-yara', 7), region));
    expect(judge()).toBe('accepted');
    region.add(removal, ['root:CR', 'root:GT']);
    const { id } = region.add(
      { ...stateRootOf('PA'), rootKey: testPublicKey('root:PA:again'), serial: 2 },
      ['root:PA:again'],
    );
    region.add({ type: 'state-admission', state: 'PA', admitted: id }, [
      'root:CR',
      'root:GT',
      'root:MX',
    ]);
    region.witness();
    expect(memberStates(region.directory)).toContain('PA');
    expect(isTrustedHere(region.directory, 'PA')).toBe(true);
    expect(judge()).toBe('person-revoked');
    expect(refused(region.office('PA', 'audit'), 'registrar:PA:1', 'registrar:PA:2')).toBe(
      'signer',
    );
    region.add({ ...witness('CR'), state: 'PA' }, ['root:PA:again']);
    expect(region.directory.authorities.get('PA')?.firstRootKey).toBe(testPublicKey('root:PA'));
  });
});

describe('the rotation of a root', () => {
  it('needs both keys, the right old one, and a term beyond its wait', () => {
    expect(refused(rotation('GT'), 'root:GT')).toBe('both-roots');
    expect(refused(rotation('GT'), 'root:GT:2')).toBe('both-roots');
    expect(refused(rotation('GT'), 'root:GT', 'root:CR')).toBe('signer');
    const other = { ...rotation('GT'), oldKey: testPublicKey('root:CR') };
    expect(refused(other, 'root:CR', 'root:GT:2')).toBe('old-key');
    expect(refused({ ...rotation('GT'), notAfter: until(7) }, 'root:GT', 'root:GT:2')).toBe('term');
    const hasty = { ...rotation('GT'), effectiveAfterHours: 167 };
    expect(refused(hasty, 'root:GT', 'root:GT:2')).toBe('member-effectiveAfterHours');
    const taken = { ...rotation('GT'), newKey: testPublicKey('registrar:CR:1') };
    expect(refused(taken, 'root:GT', 'registrar:CR:1')).toBe('key-in-use');
  });

  it('leaves the old root in force during the wait and the new one after it', () => {
    region.add(rotation('GT'), ['root:GT', 'root:GT:2']);
    expect(refused(witness('GT'), 'root:GT:2')).toBe('signer');
    region.add(witness('GT'), ['root:GT']);
    region.nowMs += 7 * DAY_MS;
    expect(refused(witness('GT'), 'root:GT')).toBe('signer');
    region.add(witness('GT'), ['root:GT:2']);
    region.nowMs -= 7 * DAY_MS;
    expect(refused(witness('GT'), 'root:GT')).toBe('signer');
  });

  it('does not certify anybody before the witnesses saw it for its whole wait', async () => {
    region = await Region.complete('GT');
    // A thief who has the root dates the rotation back, so that the fold takes its statements at once.
    region.nowMs += 9 * DAY_MS;
    const early = { ...rotation('GT'), issuedAt: until(-8) };
    region.add(early, ['root:GT', 'root:GT:2']);
    for (const number of [3, 4]) {
      const name = `registrar:GT:${number}`;
      region.add(
        {
          type: 'registrar-cert',
          state: 'GT',
          registrarId: testId(name, 4),
          key: testPublicKey(name),
          ...region.term(365),
        },
        ['root:GT:2'],
      );
    }
    const spy = { ...personaOf('gt-delia'), slug: 'gt-spy' };
    region.add(region.person(spy), ['registrar:GT:3', 'registrar:GT:4']);
    region.add(region.device(spy), ['identity:gt-spy']);
    region.witness();
    const device = testId('device:gt-spy', 7);
    const judge = () => refusalOf(() => verifyDevice(region.directory, device, region));
    expect(judge()).toBe('root-not-in-force');
    region.nowMs += 7 * DAY_MS - 1;
    expect(judge()).toBe('root-not-in-force');
    region.nowMs += 1;
    expect(judge()).toBe('accepted');
    // The State takes its root back: everything the stolen one led to is over.
    region.add(replacement('GT'), ['root:GT:new', 'root:CR', 'root:PA', 'root:MX']);
    region.witness();
    expect(judge()).toBe('person-revoked');
    expect(
      refusalOf(() => verifyDevice(region.directory, testId('device:gt-delia', 7), region)),
    ).toBe('accepted');
    expect(
      refused(region.person({ ...spy, slug: 'gt-more' }), 'registrar:GT:3', 'registrar:GT:4'),
    ).toBe('signer');
  });

  it('is undone when two different ones carry the same serial', () => {
    const one = region.draft(rotation('GT', 2), ['root:GT', 'root:GT:2']);
    const two = region.draft(rotation('GT', 3), ['root:GT', 'root:GT:3']);
    region.apply(one);
    expect(refusalOf(() => append(region.directory, two, 99))).toBe('fork');
    region.apply(two);
    expect(region.directory.forks).toHaveLength(1);
    region.nowMs += 8 * DAY_MS;
    expect(refused(witness('GT'), 'root:GT:2')).toBe('signer');
    expect(refused(witness('GT'), 'root:GT:3')).toBe('signer');
    region.add(witness('GT'), ['root:GT']);
  });
});

describe('the replacement of a root', () => {
  const others = ['root:CR', 'root:PA'];

  it('needs the new root and a quorum of the others, and works at once', () => {
    expect(refused(replacement('GT'), ...others)).toBe('own-signature');
    expect(refused(replacement('GT'), 'root:GT:new', 'root:CR')).toBe('quorum');
    expect(refused(replacement('GT'), 'root:GT:new', 'root:CR', 'root:GT')).toBe('signer');
    expect(refused(replacement('GT', 'root:PA'), 'root:GT:new', ...others)).toBe('lost-key');
    region.add(rotation('GT'), ['root:GT', 'root:GT:2']);
    expect(refused(replacement('GT', 'root:GT:2'), 'root:GT:new', ...others)).toBe('lost-key');
    region.add(replacement('GT'), ['root:GT:new', ...others]);
    region.add(witness('GT'), ['root:GT:new']);
    region.nowMs += 8 * DAY_MS;
    expect(refused(witness('GT'), 'root:GT')).toBe('signer');
    expect(refused(witness('GT'), 'root:GT:2')).toBe('signer');
  });
});

describe('a root', () => {
  it('speaks for its own State, in its term, alone', () => {
    expect(refused(witness('GT'), 'root:CR')).toBe('signer');
    expect(refused(witness('GT'), 'root:GT', 'root:CR')).toBe('signer');
    region.nowMs += 1_827 * DAY_MS;
    expect(refused(witness('GT'), 'root:GT')).toBe('signer');
  });
});
