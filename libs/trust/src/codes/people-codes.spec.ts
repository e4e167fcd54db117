import { beforeAll, describe, expect, it } from '@jest/globals';

import { isDomainError, parseId, type PersonId } from '@enlace/kernel';
import { forTestsOnlySeed, refusalOf, testId } from '@enlace/testing';

import { cardHash, verifyCard } from '../card.js';
import { keyFingerprint, keyId } from '../fingerprint.js';
import {
  formatInvitation,
  formatReentry,
  invitationCodeHash,
  readInvitation,
  readReentry,
  reentryCodeHash,
} from './invitation.js';
import { claimCheckDigits, safetyNumber, type SafetySubject } from './safety-number.js';
import { publicKeyOf } from '../sign-object.js';
import { cryptoReady } from '../sodium.js';
import { clockState, witnessTime } from '../trust-store/witness-time.js';

beforeAll(cryptoReady);

const keyOf = (name: string) => publicKeyOf(forTestsOnlySeed(name));
const subject = (slug: string, state: 'CR' | 'PA'): SafetySubject => ({
  state,
  personId: parseId<PersonId>(testId(slug, 4)),
  firstRootKey: keyOf(`root:${state}`),
  identityKey: keyOf(`identity:${slug}`),
});

describe('safety numbers', () => {
  it('are the same on both sides: twelve groups of five', () => {
    const here = safetyNumber(subject('cr-rosa', 'CR'), subject('pa-omar', 'PA'));
    expect(here).toEqual(safetyNumber(subject('pa-omar', 'PA'), subject('cr-rosa', 'CR')));
    expect(here.digits).toMatch(/^(\d{5} ){11}\d{5}$/);
    expect(here.digits).toBe(
      '42994 41595 05926 28039 02243 06215 92434 80348 87228 58887 25891 37489',
    );
    expect(here.code).toMatch(/^enlace-safety:1:[\w-]{171}$/);
  });

  it('change with each thing they stand for', () => {
    const rosa = subject('cr-rosa', 'CR');
    const omar = subject('pa-omar', 'PA');
    const others: SafetySubject[] = [
      { ...rosa, state: 'PA' },
      { ...rosa, personId: omar.personId },
      { ...rosa, firstRootKey: omar.firstRootKey },
      { ...rosa, identityKey: omar.identityKey },
    ];
    const seen = new Set([rosa, ...others].map((one) => safetyNumber(one, omar).digits));
    expect(seen.size).toBe(5);
  });

  it('give registrar and person sixty digits over both keys of the claim', () => {
    const digits = claimCheckDigits(keyOf('identity:cr-rosa'), keyOf('device:cr-rosa'));
    expect(digits).toMatch(/^(\d{5} ){11}\d{5}$/);
    expect(claimCheckDigits(keyOf('device:cr-rosa'), keyOf('identity:cr-rosa'))).not.toBe(digits);
  });
});

describe('keys for people', () => {
  it('have a short index and a fingerprint of eight groups', () => {
    expect(keyId(keyOf('root:CR'))).toMatch(/^[\w-]{22}$/);
    expect(keyFingerprint(keyOf('root:CR'))).toMatch(/^([0-9a-f]{8} ){7}[0-9a-f]{8}$/);
  });
});

describe('an invitation on paper', () => {
  const invitation = {
    state: 'CR',
    invitationId: testId('invitation', 7),
    code: forTestsOnlySeed('code').subarray(0, 16),
    trustStoreFingerprint: forTestsOnlySeed('store').subarray(0, 16),
  } as const;

  const partOf = (typed: string): unknown => {
    try {
      return readInvitation(typed).state;
    } catch (error) {
      return isDomainError(error, 'invitation.malformed') ? (error.facts['part'] ?? 'form') : error;
    }
  };

  it('comes back however it is typed', () => {
    const text = formatInvitation(invitation);
    const read = readInvitation(
      ` ${text.toLowerCase().replaceAll('-', ' ').replace('enlace invite', 'enlace-invite')} `,
    );
    expect(read.state).toBe('CR');
    expect(read.invitationId).toBe(invitation.invitationId);
    expect(read.code).toEqual(Uint8Array.from(invitation.code));
    expect(read.trustStoreFingerprint).toEqual(Uint8Array.from(invitation.trustStoreFingerprint));
    expect(invitationCodeHash(read.code)).toBe(invitationCodeHash(invitation.code));
  });

  it('names the part that was mistyped', () => {
    const text = formatInvitation(invitation);
    const parts = text.split(':');
    for (const at of [3, 4, 5]) {
      const part = parts[at] ?? '';
      const wrong = `${part.startsWith('Z') ? 'Y' : 'Z'}${part.slice(1)}`;
      expect(partOf(parts.with(at, wrong).join(':'))).toBe(at - 2);
      expect(partOf(parts.with(at, `${part}!`).join(':'))).toBe(at - 2);
      expect(partOf(parts.with(at, '').join(':'))).toBe(at - 2);
    }
    const swapped = parts.with(3, parts[4] ?? '').with(4, parts[3] ?? '');
    expect(partOf(swapped.join(':'))).toBe(1);
  });

  it.each([
    '',
    'enlace-invite',
    'enlace-invite:2:CR:a:b:c',
    'other:1:CR:a:b:c',
    'enlace-invite:1:CR:a:b',
  ])('is refused as %s', (typed) => {
    expect(partOf(typed)).toBe('form');
  });

  it('is refused for a State that is none of the region', () => {
    expect(partOf(formatInvitation(invitation).replace(':CR:', ':ZZ:'))).toBe('form');
  });
});

describe('a code of re-entry on paper', () => {
  const paper = {
    state: 'CR',
    reentryId: testId('reentry', 7),
    code: Uint8Array.from(forTestsOnlySeed('code').subarray(0, 16)),
    trustStoreFingerprint: Uint8Array.from(forTestsOnlySeed('store').subarray(0, 16)),
  } as const;

  it('comes back as it was, and is never read as an invitation', () => {
    const text = formatReentry(paper);
    expect(text).toMatch(/^enlace-reentry:1:CR:/);
    expect(readReentry(text)).toEqual(paper);
    expect(() => readInvitation(text)).toThrow('enlace-invite');
    const { reentryId: invitationId, ...rest } = paper;
    const invited = formatInvitation({ ...rest, invitationId });
    expect(() => readReentry(invited)).toThrow('enlace-reentry');
    expect(reentryCodeHash(paper.code)).not.toBe(invitationCodeHash(paper.code));
  });
});

describe('a card', () => {
  const salt = forTestsOnlySeed('salt');
  const card = { displayName: 'Rosa Alpízar Mena', title: { es: 'Fiscal', en: 'Prosecutor' } };

  it('is the one the statement committed to, or refused', () => {
    const committed = cardHash(card, salt);
    expect(verifyCard(card, salt, committed)).toBe(card);
    const changed = { ...card, displayName: 'Rosa Alpízar' };
    expect(refusalOf(() => verifyCard(changed, salt, committed))).toBe('card');
    expect(refusalOf(() => verifyCard(card, forTestsOnlySeed('x'), committed))).toBe('card');
    expect(refusalOf(() => verifyCard(card, salt.subarray(1), committed))).toBe('card-salt');
    expect(() => cardHash(card, salt.subarray(1))).toThrow(RangeError);
  });
});

describe('witness time', () => {
  it('is the lower median: neither one early nor one late witness moves it', () => {
    expect(witnessTime([])).toBeNull();
    expect(witnessTime([5])).toBe(5);
    expect(witnessTime([9, 1, 5])).toBe(5);
    expect(witnessTime([9, 1, 5, 7])).toBe(5);
  });

  it('says when the clock is behind and when the news is old', () => {
    const noon = Date.parse('2027-01-04T12:00:00.000Z');
    expect(clockState(noon, noon)).toBe('sound');
    expect(clockState(noon - 300_000, noon)).toBe('sound');
    expect(clockState(noon - 300_001, noon)).toBe('behind');
    expect(clockState(noon + 86_400_000, noon)).toBe('sound');
    expect(clockState(noon + 86_400_001, noon)).toBe('stale');
  });
});
