import { beforeAll, describe, expect, it } from '@jest/globals';

import { formatInstant, toBase64Url, utf8 } from '@enlace/kernel';
import {
  forTestsOnlySeed,
  officeId,
  refusalOf,
  Region,
  testBytes,
  testId,
  testPublicKey,
} from '@enlace/testing';

import { cardHash } from '../card.js';
import { SIGNING_LABELS } from '../labels.js';
import { signObject } from '../sign-object.js';
import {
  CLAIM_POLL_LIFE_MS,
  verifyClaim,
  verifyClaimPoll,
  verifyInvitation,
  verifyPersonCard,
  verifyReentry,
  type Claim,
  type Invitation,
} from './ceremony.js';

let region: Region;
beforeAll(async () => {
  region = await Region.founded(['CR', 'PA']);
  region.addOffices('CR');
});

const sign = (name: keyof typeof SIGNING_LABELS, body: object, signers: readonly string[]) =>
  signObject(SIGNING_LABELS[name], JSON.parse(JSON.stringify(body)), signers.map(forTestsOnlySeed));

const anInvitation = (change: Partial<Invitation> = {}): Invitation => ({
  invitationId: testId('invitation', 7),
  state: 'CR',
  personId: testId('cr-rosa', 4),
  officeId: officeId('CR', 'specialised'),
  roles: ['prosecutor'],
  auditScope: null,
  card: testBytes('card', 32),
  codeHash: testBytes('code', 32),
  expiresAt: formatInstant(region.nowMs),
  ...change,
});
const judged = (change: object, signers: readonly string[]) =>
  refusalOf(() =>
    verifyInvitation(
      region.directory,
      sign('invitation', { ...anInvitation(), ...change }, signers),
      region.nowMs,
    ),
  );

describe('an invitation', () => {
  it('is signed by registrars of its State and nobody else', () => {
    expect(judged({}, ['registrar:CR:1'])).toBe('accepted');
    expect(judged({}, ['registrar:CR:1', 'registrar:CR:2'])).toBe('accepted');
    expect(judged({}, ['registrar:PA:1'])).toBe('signer');
    expect(judged({}, ['registrar:CR:1', 'registrar:PA:1'])).toBe('signer');
    expect(judged({}, ['root:CR'])).toBe('signer');
    expect(
      judged({ state: 'PA', officeId: officeId('PA', 'specialised') }, ['registrar:PA:1']),
    ).toBe('office');
  });

  it('is for what a certificate may say, and has its members alone', () => {
    const by = ['registrar:CR:1'];
    expect(judged({ roles: ['registrar', 'liaison'] }, by)).toBe('role-mixture');
    expect(judged({ roles: ['auditor'] }, by)).toBe('role-authority');
    expect(judged({ extra: 1 }, by)).toBe('invitation-members');
    expect(judged({ codeHash: 'short' }, by)).toBe('invitation-members');
  });
});

const aClaim = (): Claim => ({
  state: 'CR',
  invitationId: testId('invitation', 7),
  codeHash: testBytes('code', 32),
  identityKey: testPublicKey('identity'),
  deviceId: testId('device', 7),
  signKey: testPublicKey('device'),
  kemKey: testBytes('kem', 1_216),
  platform: 'cli',
  authenticators: [],
});

describe('a claim', () => {
  it('is signed by its own two keys, which are not one', () => {
    const verdict = (signers: readonly string[], change: Partial<Claim> = {}) =>
      refusalOf(() => verifyClaim(sign('claim', { ...aClaim(), ...change }, signers)));
    expect(verdict(['identity', 'device'])).toBe('accepted');
    expect(verdict(['identity'])).toBe('signature');
    expect(verdict(['device'])).toBe('signature');
    expect(verdict(['identity', 'device', 'third'])).toBe('signature');
    expect(verdict(['identity', 'third'])).toBe('signature');
    expect(verdict(['identity'], { signKey: testPublicKey('identity') })).toBe('key-in-use');
  });

  it('is asked after by its device, within the minute before and after', () => {
    const nowMs = region.nowMs;
    const verdict = (offsetMs: number, signer = 'device') => {
      const at = formatInstant(nowMs + offsetMs);
      const body = {
        state: 'CR',
        invitationId: testId('invitation', 7),
        at,
        nonce: testBytes('n', 16),
      };
      const wire = sign('claimPoll', body, [signer]);
      return refusalOf(() => verifyClaimPoll(wire, testPublicKey('device'), nowMs));
    };
    expect(verdict(0)).toBe('accepted');
    expect(verdict(CLAIM_POLL_LIFE_MS)).toBe('accepted');
    expect(verdict(-CLAIM_POLL_LIFE_MS - 1)).toBe('claim-poll-time');
    expect(verdict(CLAIM_POLL_LIFE_MS + 1)).toBe('claim-poll-time');
    expect(verdict(0, 'third')).toBe('signature');
  });
});

describe('a code of re-entry', () => {
  it('is signed by registrars of its State and nobody else, with its members alone', () => {
    const body = {
      reentryId: testId('reentry', 7),
      state: 'CR',
      personId: testId('cr-rosa', 4),
      codeHash: testBytes('code', 32),
      expiresAt: formatInstant(region.nowMs),
    };
    const verdict = (signers: readonly string[], change: object = {}) =>
      refusalOf(() =>
        verifyReentry(
          region.directory,
          sign('reentry', { ...body, ...change }, signers),
          region.nowMs,
        ),
      );
    expect(verdict(['registrar:CR:1'])).toBe('accepted');
    expect(verdict(['registrar:CR:1', 'registrar:CR:2'])).toBe('accepted');
    expect(verdict(['registrar:CR:1', 'registrar:PA:1'])).toBe('signer');
    expect(verdict(['registrar:CR:1'], { state: 'PA' })).toBe('signer');
    expect(verdict(['root:CR'])).toBe('signer');
    expect(verdict(['registrar:CR:1'], { roles: ['registrar'] })).toBe('reentry-members');
  });
});

describe('the card of a person', () => {
  it('is a name and a title, as the certificate commits to them', () => {
    const salt = utf8('s'.repeat(32));
    const verdict = (body: object, text = JSON.stringify(body)) =>
      refusalOf(() => verifyPersonCard(text, salt, cardHash(JSON.parse(text), salt)));
    const title = { en: 'Prosecutor', es: 'Fiscal' };
    expect(verdict({ displayName: 'Rosa', title })).toBe('accepted');
    expect(verdict({ displayName: 'Rosa', phone: '1', title })).toBe('card');
    expect(verdict({}, `{ "displayName":"Rosa","title":${JSON.stringify(title)}}`)).toBe('card');
    const other = toBase64Url(utf8('x'.repeat(32)));
    const text = JSON.stringify({ displayName: 'Rosa', title });
    expect(refusalOf(() => verifyPersonCard(text, salt, other))).toBe('card');
  });
});
