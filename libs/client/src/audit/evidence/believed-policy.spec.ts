import { beforeAll, describe, expect, it } from '@jest/globals';
import { formatInstant, utf8, type JsonValue } from '@enlace/kernel';
import { aNoteSigner, forTestsOnlySeed, Region, testBytes } from '@enlace/testing';
import { formatVkey, parsePolicy } from '@enlace/tlog';
import { cryptoReady, formatLossTarget, signObject, SIGNING_LABELS } from '@enlace/trust';

import { clientTlogCrypto } from '../../tlog-crypto.js';
import { believedPolicy } from './believed-policy.js';

const log = (year: string) => `audit.example.test/${year}`;
const years = ['2027', '2027-2', '2028'];
const vkeyOf = (origin: string) =>
  formatVkey(aNoteSigner(origin, { seedByte: 1 + years.map(log).indexOf(origin) }).key);

let region: Region;
beforeAll(async () => {
  await cryptoReady();
  region = (await Region.founded()).copy();
  const trustStore = {
    ...region.directory.trustStore,
    audit: [{ origin: log('2027'), vkey: vkeyOf(log('2027')) }],
    policy: `log ${vkeyOf(log('2027'))}\nquorum none\n`,
  };
  region.directory = { ...region.directory, trustStore };
  const said = { use: 'audit', origin: log('2028'), vkey: vkeyOf(log('2028')) } as const;
  const notBefore = formatInstant(region.nowMs);
  region.add({ type: 'log-key', state: 'XR', notBefore, ...said }, ['log:directory.example.test']);
  region.witness();
});

function register(signers: readonly string[]): JsonValue {
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
  const wire = signObject(SIGNING_LABELS.breakGlass, act, signers.map(forTestsOnlySeed));
  return [{ action: 'leave-recovery', wire }];
}

/** The text of what is believed, read again. */
async function believed(answer: JsonValue): Promise<readonly string[]> {
  const { policy, text } = await believedPolicy(region.directory, { request: async () => answer });
  const names = parsePolicy(clientTlogCrypto, utf8(text)).logs.map(({ key }) => key.name);
  expect(names.toSorted()).toEqual(policy.logs.map(({ key }) => key.name).toSorted());
  return names;
}

describe('what an auditor believes who exports or proves an event', () => {
  it('names the log of a later year and the one that goes on after a loss', async () => {
    const names = await believed(register(['root:CR', 'root:PA', 'root:GT']));
    expect(names.toSorted()).toEqual([log('2027'), log('2027-2'), log('2028')]);
  });

  it('names nothing that too few States signed', async () => {
    const names = await believed(register(['root:CR', 'root:PA']));
    expect(names.toSorted()).toEqual([log('2027'), log('2028')]);
  });
});
