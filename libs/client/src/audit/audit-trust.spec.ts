import { beforeAll, beforeEach, describe, expect, it } from '@jest/globals';

import { formatInstant } from '@enlace/kernel';
import { aNoteSigner, forTestsOnlySeed, Region, testBytes } from '@enlace/testing';
import { formatVkey } from '@enlace/tlog';
import {
  cryptoReady,
  formatLossTarget,
  signObject,
  SIGNING_LABELS,
  verifyLossStatement,
  type VerifiedLoss,
} from '@enlace/trust';

import { auditTrustOf } from './audit-trust.js';

const DIRECTORY = 'directory.example.test';
const log = (year: string) => `audit.example.test/${year}`;
const vkeyOf = (origin: string) => formatVkey(aNoteSigner(origin, { seedByte: origin.length }).key);

let region: Region;
beforeAll(cryptoReady);
beforeEach(async () => {
  region = (await Region.founded()).copy();
  const audit = [{ origin: log('2027'), vkey: vkeyOf(log('2027')) }];
  const trustStore = { ...region.directory.trustStore, audit };
  region.directory = { ...region.directory, trustStore };
});

/** What the holder of the key of the directory's log says of a key. */
function announce(origin: string, vkey: string): void {
  const notBefore = formatInstant(region.nowMs);
  const body = { type: 'log-key', state: 'XR', use: 'audit', origin, vkey, notBefore } as const;
  region.add(body, [`log:${DIRECTORY}`]);
  region.witness();
}

function aLoss(): VerifiedLoss {
  const act = {
    action: 'leave-recovery',
    target: formatLossTarget({
      lost: { origin: log('2027'), size: 9, root: new Uint8Array(32) },
      next: { origin: log('2027-2'), vkey: vkeyOf(log('2027-2')) },
    }),
    nonce: testBytes('nonce', 16),
    reason: 'restored',
    effectiveAfter: formatInstant(region.nowMs),
    expiresAt: formatInstant(region.nowMs + 1_000),
  };
  const signers = ['root:CR', 'root:PA', 'root:GT'].map(forTestsOnlySeed);
  return verifyLossStatement(region.directory, signObject(SIGNING_LABELS.breakGlass, act, signers));
}

const believed = (losses: readonly VerifiedLoss[] = []) =>
  auditTrustOf(region.directory, losses).policy.logs.map(({ key }) => key.name);

describe('the logs that a client believes', () => {
  it('are those that the directory announces, once witnesses have seen it', () => {
    announce(log('2028'), vkeyOf(log('2028')));
    expect(believed()).toContain(log('2028'));
  });

  it('go on after a loss by what States signed, and by no announcement, whatever origin it says', () => {
    announce(log('2027-2'), vkeyOf(log('2027-2')));
    announce(log('2028'), vkeyOf(log('2027-2')));
    expect(believed()).not.toContain(log('2027-2'));
    expect(believed()).not.toContain(log('2028'));
    expect(believed([aLoss()])).toContain(log('2027-2'));
  });
});
