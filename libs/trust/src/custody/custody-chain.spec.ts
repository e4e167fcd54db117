import { beforeAll, describe, expect, it } from '@jest/globals';
import { parseUtf8, type JsonObject } from '@enlace/kernel';
import { EvidenceCase, forTestsOnlySeed, nodeTlogCrypto as crypto, testId } from '@enlace/testing';

import { recordedDevice } from '../evidence/recorded-device.js';
import { SIGNING_LABELS } from '../labels.js';
import { addSignature, signObject } from '../sign-object.js';
import { cryptoReady } from '../sodium.js';
import { verifyCustodyChain, type CustodyChain, type TransferReceipt } from './custody-chain.js';
import type { CustodyEvent } from './custody-event.js';
import { readCustodySeal, sealCommitment, signCustodySeal } from './custody-seal.js';
import {
  acceptCustodyTransfer,
  linkHash,
  readCustodyTransfer,
  signCustodyTransfer,
  transferCommitment,
  type CustodyTransfer,
} from './custody-transfer.js';

const SALT = new Uint8Array(32).fill(7);
const FILE = testId('attachment', 7);
const STATEMENT = {
  custodyId: testId('custody', 7),
  name: 'acta 7.pdf',
  size: 300_000,
  sha256: 'A'.repeat(43),
  sha512: 'A'.repeat(86),
  acquisition: 'incautado',
  sourceDevice: 'teléfono',
  legalBasis: 'UNTOC-18',
};
await cryptoReady();
const seed = (slug: string) => forTestsOnlySeed(`device:${slug}`);
const SEAL = signCustodySeal(STATEMENT, seed('cr-rosa'));

/** What one gives to another after a link, with what is said otherwise. */
const given = (
  [from, to]: readonly [string, string],
  previous: string,
  lie: Partial<CustodyTransfer> = {},
): CustodyTransfer => ({
  transferId: testId(`transfer:${from}:${to}`, 7),
  custodyId: STATEMENT.custodyId,
  attachmentId: FILE,
  sha256: STATEMENT.sha256,
  from: testId(from, 4),
  fromDevice: testId(`device:${from}`, 7),
  to: testId(to, 4),
  previous: linkHash(previous),
  purpose: 'peritaje',
  condition: 'sellado',
  ...lie,
});
const both = (transfer: CustodyTransfer, giver: string, taker: string) =>
  acceptCustodyTransfer(signCustodyTransfer(transfer, seed(giver)), seed(taker));

const FIRST = both(given(['cr-rosa', 'gt-delia'], SEAL), 'cr-rosa', 'gt-delia');
const SECOND = both(given(['gt-delia', 'cr-ines'], FIRST), 'gt-delia', 'cr-ines');

/** A transfer that `by` told the record of, with what the record says otherwise. */
interface Told {
  readonly wire: string;
  readonly by: string;
  readonly said?: JsonObject;
}

let trust: Parameters<typeof verifyCustodyChain>[2];
beforeAll(async () => {
  const { policy, region } = await EvidenceCase.begun();
  trust = {
    policy,
    find: (deviceId, atMs) => recordedDevice(region.directory, deviceId, { atMs }),
  };
});

async function aChain(...told: readonly Told[]): Promise<CustodyChain> {
  const evidence = await EvidenceCase.begun();
  const state = (
    slug: string,
    type: string,
    { sealed, said }: { sealed: string; said?: JsonObject },
  ) => {
    const stated = { custodyId: STATEMENT.custodyId, sealCommitment: sealed };
    return evidence.state(slug, { type, ...stated }, { ...stated, objectId: FILE, ...said });
  };
  const sealed = sealCommitment(crypto, SALT, readCustodySeal(SEAL));
  state('cr-rosa', 'attachment.sealed', { sealed });
  for (const { wire, by, said } of told) {
    const known = transferCommitment(crypto, SALT, wire);
    state(by, 'attachment.transferred', { sealed: known, said: said ?? {} });
  }
  const proofs = new Map<number, string>();
  evidence.bundle('cr-ines', {
    content: (content) => {
      for (const { origin, index, file } of content.proofs) {
        if (origin.startsWith('audit')) proofs.set(index, parseUtf8(file));
      }
      return content;
    },
  });
  const eventAt = (index: number): CustodyEvent => {
    const { leaf, digests, sections } = evidence.events[index] ?? {};
    const { what, who } = sections ?? {};
    if (!leaf || !digests || !what || !who) throw new Error('no event');
    return { leaf, digests, what, who, proof: proofs.get(index) ?? '' };
  };
  const transfers = told.map(({ wire }, at): TransferReceipt => ({
    transfer: wire,
    salt: SALT,
    ...eventAt(at + 1),
  }));
  return { sealed: { seal: SEAL, salt: SALT, ...eventAt(0) }, transfers };
}

function ruleOf(chain: CustodyChain): string {
  try {
    verifyCustodyChain(crypto, chain, trust);
    return 'holds';
  } catch (error) {
    const { code, facts } = Object(error);
    return String(facts?.rule ?? code);
  }
}

describe('a chain of custody', () => {
  it('proves who handed the file to whom, by both signatures and the log, and who has it', async () => {
    const chain = await aChain({ wire: FIRST, by: 'gt-delia' }, { wire: SECOND, by: 'cr-ines' });
    const { sealed, transfers, holder, last } = verifyCustodyChain(crypto, chain, trust);
    expect(sealed.statement).toEqual(STATEMENT);
    expect(transfers).toMatchObject([
      {
        giver: { personId: testId('cr-rosa', 4), state: 'CR' },
        taker: { personId: testId('gt-delia', 4), state: 'GT' },
        transfer: { purpose: 'peritaje', condition: 'sellado' },
        index: 1,
        meetsQuorum: true,
      },
      { taker: { personId: testId('cr-ines', 4) }, index: 2 },
    ]);
    expect(holder.personId).toBe(testId('cr-ines', 4));
    expect(last).toBe(linkHash(SECOND));
  });

  it('is that of its seal where nobody took it over', async () => {
    const { transfers, holder } = verifyCustodyChain(crypto, await aChain(), trust);
    expect([transfers, holder.personId]).toEqual([[], testId('cr-rosa', 4)]);
  });

  const first = given(['cr-rosa', 'gt-delia'], SEAL);
  const offered = signCustodyTransfer(first, seed('cr-rosa'));
  it.each<[string, Told, string]>([
    ['the taker alone', { wire: offered, by: 'gt-delia' }, 'transfer-unaccepted'],
    [
      'another giver than it names',
      { wire: both(first, 'xr-saul', 'gt-delia'), by: 'gt-delia' },
      'transfer-signature',
    ],
    [
      'another taker than it names',
      { wire: both(first, 'cr-rosa', 'xr-saul'), by: 'gt-delia' },
      'transfer-signature',
    ],
    ['a third person who took it', { wire: FIRST, by: 'cr-ines' }, 'other-person'],
    [
      'somebody who never held it',
      { wire: both(given(['xr-saul', 'gt-delia'], SEAL), 'xr-saul', 'gt-delia'), by: 'gt-delia' },
      'transfer-giver',
    ],
    [
      'the device of somebody else',
      {
        wire: both({ ...first, fromDevice: testId('device:xr-saul', 7) }, 'xr-saul', 'gt-delia'),
        by: 'gt-delia',
      },
      'other-person',
    ],
    [
      'a device that nobody certified',
      {
        wire: both({ ...first, fromDevice: testId('nobody', 7) }, 'cr-rosa', 'gt-delia'),
        by: 'gt-delia',
      },
      'device-unknown',
    ],
    [
      'another file',
      { wire: both({ ...first, sha256: 'B'.repeat(43) }, 'cr-rosa', 'gt-delia'), by: 'gt-delia' },
      'transfer-other',
    ],
    [
      'another custody',
      {
        wire: both({ ...first, custodyId: testId('other', 7) }, 'cr-rosa', 'gt-delia'),
        by: 'gt-delia',
      },
      'transfer-other',
    ],
    [
      'an event about another file',
      { wire: FIRST, by: 'gt-delia', said: { objectId: testId('other', 7) } },
      'other-seal',
    ],
    [
      'an event of a seal',
      { wire: FIRST, by: 'gt-delia', said: { type: 'attachment.sealed' } },
      'other-seal',
    ],
    [
      'what the server saw',
      { wire: FIRST, by: 'gt-delia', said: { observedBy: 'server' } },
      'other-seal',
    ],
    [
      'an event of other words',
      { wire: FIRST, by: 'gt-delia', said: { sealCommitment: 'C'.repeat(43) } },
      'other-seal',
    ],
  ])('does not hold by %s', async (_, told, rule) => {
    expect(ruleOf(await aChain(told))).toBe(rule);
  });

  it('does not hold with a transfer twice, out of order, or after one that is left out', async () => {
    const [one, two] = [
      { wire: FIRST, by: 'gt-delia' },
      { wire: SECOND, by: 'cr-ines' },
    ];
    expect(ruleOf(await aChain(one, one))).toBe('transfer-other');
    expect(ruleOf(await aChain(two))).toBe('transfer-other');
    const chain = await aChain(one, two);
    expect(ruleOf({ ...chain, transfers: chain.transfers.toReversed() })).toBe('transfer-other');
    // What was handed on and came back is a new link: an old offer is none any more.
    const back = both(given(['gt-delia', 'cr-rosa'], FIRST), 'gt-delia', 'cr-rosa');
    expect(ruleOf(await aChain(one, { wire: back, by: 'cr-rosa' }, one))).toBe('transfer-other');
    // Known to the log before what it follows.
    const [late] = (await aChain(two, one)).transfers;
    const swapped = await aChain(two, one);
    const [, early] = swapped.transfers;
    if (late === undefined || early === undefined) throw new Error('no transfer');
    expect(ruleOf({ ...swapped, transfers: [early, late] })).toBe('transfer-order');
  });

  it('is read in one form alone, with one signature or two', () => {
    const rule = (wire: string) => {
      try {
        return readCustodyTransfer(wire).isAccepted;
      } catch (error) {
        return String(Object(error).facts?.rule);
      }
    };
    expect([rule(offered), rule(FIRST)]).toEqual([false, true]);
    const sign = (body: JsonObject) => signObject(SIGNING_LABELS.custody, body, [seed('cr-rosa')]);
    expect(rule(addSignature(SIGNING_LABELS.custody, FIRST, seed('xr-saul')))).toBe(
      'transfer-form',
    );
    expect(rule(sign({ ...first, more: 1 }))).toBe('transfer-form');
    expect(rule(sign({ ...first, condition: 7 }))).toBe('transfer-form');
    expect(rule(sign({ ...first, to: first.from }))).toBe('transfer-form');
    expect(rule(SEAL)).toBe('transfer-form');
    expect(() => readCustodySeal(offered)).toThrow(
      expect.objectContaining({ facts: { rule: 'seal-form' } }),
    );
  });
});
