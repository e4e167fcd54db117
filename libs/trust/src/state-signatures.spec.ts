import { describe, expect, it } from '@jest/globals';

import { formatInstant, type JsonObject } from '@enlace/kernel';
import { forTestsOnlySeed, Region, refusalOf, testBytes } from '@enlace/testing';

import { SIGNING_LABELS } from './labels.js';
import { signObject } from './sign-object.js';
import { parseSignedObject } from './signed-object.js';
import { verifyBreakGlass, verifyStateSigners } from './state-signatures.js';

const region = await Region.founded();
const { directory, nowMs } = region;

describe('a break-glass act', () => {
  const body = {
    action: 'leave-recovery',
    target: 'audit.example.test/2027',
    nonce: testBytes('nonce', 16),
    reason: 'Restored from a backup',
    effectiveAfter: formatInstant(nowMs + 600_000),
    expiresAt: formatInstant(nowMs + 3_600_000),
  };
  const judge = (change: JsonObject, ...signers: string[]) =>
    refusalOf(() => verifyBreakGlass(directory, wireOf(change, signers), nowMs));
  const wireOf = (change: JsonObject, signers: readonly string[]) =>
    signObject(SIGNING_LABELS.breakGlass, { ...body, ...change }, signers.map(forTestsOnlySeed));
  const three = ['root:CR', 'root:PA', 'registrar:GT:1', 'registrar:GT:2'];

  it('needs three States: each by its root or by two registrars', () => {
    expect(verifyBreakGlass(directory, wireOf({}, three), nowMs).states).toEqual([
      'CR',
      'PA',
      'GT',
    ]);
    expect(judge({}, ...three.slice(0, 3))).toBe('break-glass-states');
    expect(judge({}, 'root:CR', 'root:PA', 'registrar:CR:1', 'registrar:CR:2')).toBe(
      'break-glass-states',
    );
    expect(judge({}, ...three, 'root:XR')).toBe('signer');
    expect(judge({}, ...three, 'thief')).toBe('signer');
  });

  it('needs all States where there are fewer', async () => {
    const small = await Region.founded(['CR', 'PA']);
    const wire = wireOf({}, ['root:CR', 'root:PA']);
    expect(verifyBreakGlass(small.directory, wire, nowMs).states).toEqual(['CR', 'PA']);
  });

  it('lasts an hour at most and says nothing else', () => {
    expect(judge({ expiresAt: formatInstant(nowMs) }, ...three)).toBe('break-glass-expiry');
    expect(judge({ expiresAt: formatInstant(nowMs + 3_600_001) }, ...three)).toBe(
      'break-glass-expiry',
    );
    expect(judge({ action: 'read-content' }, ...three)).toBe('break-glass-members');
    expect(judge({ level: 1 }, ...three)).toBe('break-glass-members');
  });
});

describe('an invitation', () => {
  it('is signed by registrars of its State and by nobody else', () => {
    const signed = (...signers: string[]) =>
      parseSignedObject(
        signObject(SIGNING_LABELS.invitation, { state: 'CR' }, signers.map(forTestsOnlySeed)),
      );
    const asked = { label: SIGNING_LABELS.invitation, state: 'CR', atMs: nowMs } as const;
    const two = verifyStateSigners(directory, signed('registrar:CR:1', 'registrar:CR:2'), asked);
    expect(two.map(({ kind }) => kind)).toEqual(['registrar', 'registrar']);
    const stranger = signed('registrar:PA:1');
    expect(refusalOf(() => verifyStateSigners(directory, stranger, asked))).toBe('signer');
    const other = { ...asked, label: SIGNING_LABELS.claim };
    const one = signed('registrar:CR:1');
    expect(refusalOf(() => verifyStateSigners(directory, one, other))).toBe('signature');
  });
});
