import { describe, expect, it } from '@jest/globals';

import { formatInstant, toBase64, type JsonObject } from '@enlace/kernel';
import { forTestsOnlySeed, Region, refusalOf, testBytes } from '@enlace/testing';

import { SIGNING_LABELS, type SigningLabel } from '../labels.js';
import {
  formatLossTarget,
  isLostHead,
  readLossTarget,
  verifyLossStatement,
} from './loss-statement.js';
import { signObject } from '../sign-object.js';

const region = await Region.founded();
const { directory, nowMs } = region;
const root = new Uint8Array(32).fill(7);
const lost = { origin: 'audit.example.test/2027', size: 23, root };
const next = {
  origin: 'audit.example.test/2027-2',
  vkey: 'audit.example.test/2027-2+01020304+AQ==',
};
const target = formatLossTarget({ lost, next });
const three = ['root:CR', 'root:PA', 'registrar:GT:1', 'registrar:GT:2'];

function wire(
  change: JsonObject = {},
  signers: readonly string[] = three,
  label: SigningLabel = SIGNING_LABELS.breakGlass,
): string {
  const act = {
    action: 'leave-recovery',
    target,
    nonce: testBytes('nonce', 16),
    reason: 'Restored from a backup',
    effectiveAfter: formatInstant(nowMs),
    expiresAt: formatInstant(nowMs + 3_600_000),
    ...change,
  };
  return signObject(label, act, signers.map(forTestsOnlySeed));
}

describe('what States sign so that a log goes on after a loss', () => {
  it('names the head that was lost and the key that goes on, and says the same years later', () => {
    expect(readLossTarget(target)).toEqual({ lost, next });
    const loss = verifyLossStatement(directory, wire());
    expect(loss).toMatchObject({ lost, next, states: ['CR', 'PA', 'GT'], effectiveAfterMs: nowMs });
  });

  it.each([
    ['another log', target.replace('/2027 ', '/2026 ')],
    ['a log further on', target.replace('/2027-2+', '/2027-3+')],
    ['the log that lost', target.replace('/2027-2+', '/2027+')],
    ['no key', target.replace('+01020304+AQ==', '+')],
    ['size 0', target.replace(' 23 ', ' 0 ')],
    ['a size of another spelling', target.replace(' 23 ', ' 023 ')],
    ['a size beyond counting', target.replace(' 23 ', ' 9999999999999999 ')],
    ['a short root', target.replace(toBase64(root), toBase64(root.subarray(1)))],
    ['a root in another spelling', target.replace(/=$/, '')],
    ['more', `${target} more`],
    ['nothing', ''],
  ])('is refused with %s', (_, changed) => {
    expect(refusalOf(() => readLossTarget(changed))).toBe('break-glass-target');
  });

  it('is nobody’s word when two States sign it, or another act, or words with another label', () => {
    const judge = (...given: Parameters<typeof wire>) =>
      refusalOf(() => verifyLossStatement(directory, wire(...given)));
    expect(judge({}, three.slice(0, 2))).toBe('break-glass-states');
    expect(judge({}, [...three, 'thief'])).toBe('signer');
    expect(judge({ action: 'name-branch' })).toBe('break-glass-action');
    expect(judge({ action: 'suspend-state', target: 'CR' })).toBe('break-glass-action');
    expect(judge({}, three, SIGNING_LABELS.invitation)).toBe('signature');
    expect(judge({ effectiveAfter: 'soon' })).toBe('break-glass-members');
    expect(judge({ effectiveAfter: formatInstant(nowMs + 3_600_000) })).toBe('break-glass-expiry');
    expect(judge({ effectiveAfter: formatInstant(nowMs - 1) })).toBe('break-glass-expiry');
  });

  it('covers the heads between what is left and what it names, and no other', () => {
    const of = (size: number, about = root) =>
      isLostHead({ lost, next }, { size, root: about }, 15);
    expect([16, 22, 23].map((size) => of(size))).toEqual([true, true, true]);
    expect([15, 14, 24].map((size) => of(size))).toEqual([false, false, false]);
    expect(of(23, new Uint8Array(32))).toBe(false);
  });
});
