import { beforeAll, describe, expect, it } from '@jest/globals';

import { parseId, toBase64Url, type JsonObject } from '@enlace/kernel';
import { forTestsOnlySeed, testId } from '@enlace/testing';
import {
  acceptCustodyTransfer,
  cryptoReady,
  linkHash,
  publicKeyOf,
  signCustodySeal,
  signCustodyTransfer,
  type CustodyTransfer,
} from '@enlace/trust';

import type { ShownEntry } from '../threads/reading.js';
import { custodyIn } from './thread-custody.js';

type Who = 'rosa' | 'omar' | 'delia';

const FILE = testId('attachment', 7);
const SALT = toBase64Url(new Uint8Array(32).fill(7));
const HANDLING = { code: 'EN1' };
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
const seed = (who: Who) => forTestsOnlySeed(`device:${who}`);
const personOf = (who: Who) => testId(who, 4);
const deviceOf = (who: Who) => testId(`device:${who}`, 7);

const find: Parameters<typeof custodyIn>[2] = ({ deviceId, personId }) => {
  const who = (['rosa', 'omar', 'delia'] as const).find((one) => deviceOf(one) === deviceId);
  return who !== undefined && personOf(who) === personId ? publicKeyOf(seed(who)) : null;
};

/** What members sent, in the order of the thread. */
function thread(...sent: readonly (readonly [Who, JsonObject])[]): readonly ShownEntry[] {
  return sent.map(([who, content], at) => ({
    seq: at + 1,
    kind: 'message',
    sender: { person: parseId(personOf(who)), state: 'CR', device: parseId(deviceOf(who)) },
    sentAt: '2026-11-26T11:00:00.000Z',
    acceptedAt: '2026-11-26T11:00:01.000Z',
    handling: 'EN1',
    content: { ...content, handling: HANDLING },
  }));
}

let SEAL = '';
beforeAll(async () => {
  await cryptoReady();
  SEAL = signCustodySeal(STATEMENT, seed('rosa'));
});

const file: JsonObject = { type: 'text', text: '', attachments: [{ attachmentId: FILE }] };
const sealing = (seal = SEAL): JsonObject => ({
  type: 'custody.seal',
  target: 1,
  attachmentId: FILE,
  seal,
  salt: SALT,
});
const told = (transfer: string, more: JsonObject = {}): JsonObject => ({
  type: 'custody.transfer',
  attachmentId: FILE,
  transfer,
  salt: SALT,
  ...more,
});
const given = (
  [from, to]: readonly [Who, Who],
  previous: string,
  lie: Partial<CustodyTransfer> = {},
): CustodyTransfer => ({
  transferId: testId(`transfer:${from}:${to}`, 7),
  custodyId: STATEMENT.custodyId,
  attachmentId: FILE,
  sha256: STATEMENT.sha256,
  from: personOf(from),
  fromDevice: deviceOf(from),
  to: personOf(to),
  previous: linkHash(previous),
  purpose: 'peritaje',
  condition: 'sellado',
  ...lie,
});
const offer = (transfer: CustodyTransfer, by: Who) => signCustodyTransfer(transfer, seed(by));
const offering = (transfer: CustodyTransfer, by: Who) =>
  told(offer(transfer, by), { receipt: '{}' });
const taken = (transfer: CustodyTransfer, [giver, taker]: readonly [Who, Who]) =>
  acceptCustodyTransfer(offer(transfer, giver), seed(taker));
const accepting = (transfer: CustodyTransfer, by: readonly [Who, Who]) => told(taken(transfer, by));

/** Who has it after that, and how often it was handed on. */
function after(...sent: readonly (readonly [Who, JsonObject])[]): readonly [string, number] {
  const custody = custodyIn(thread(['rosa', file], ['rosa', sealing()], ...sent), FILE, find);
  const holder = (['rosa', 'omar', 'delia'] as const).find(
    (who) => personOf(who) === custody?.holder,
  );
  return [holder ?? 'nobody', custody?.transfers.length ?? 0];
}

describe('the custody of a file in its thread', () => {
  it('is of whoever sealed it, until another accepts what the holder offers', () => {
    const first = given(['rosa', 'omar'], SEAL);
    const omars = accepting(first, ['rosa', 'omar']);
    expect(after()).toEqual(['rosa', 0]);
    expect(after(['rosa', offering(first, 'rosa')])).toEqual(['rosa', 0]);
    expect(after(['rosa', offering(first, 'rosa')], ['omar', omars])).toEqual(['omar', 1]);
    const second = given(['omar', 'delia'], taken(first, ['rosa', 'omar']));
    expect(
      after(
        ['rosa', offering(first, 'rosa')],
        ['omar', omars],
        ['omar', offering(second, 'omar')],
        ['delia', accepting(second, ['omar', 'delia'])],
      ),
    ).toEqual(['delia', 2]);
  });

  it('begins with the seal of who sent the file first, and with no other', () => {
    const omars = signCustodySeal(STATEMENT, seed('omar'));
    const custody = (...sent: readonly (readonly [Who, JsonObject])[]) =>
      custodyIn(thread(...sent), FILE, find)?.holder ?? null;
    expect(custody(['rosa', file])).toBeNull();
    expect(custody(['rosa', sealing()])).toBeNull();
    // Omar sends the same file on, and seals it.
    expect(custody(['rosa', file], ['omar', file], ['omar', sealing(omars)])).toBeNull();
    // Rosa sends a seal that Omar signed.
    expect(custody(['rosa', file], ['rosa', sealing(omars)])).toBeNull();
    expect(custody(['rosa', file], ['rosa', sealing('{"body":"e30","sigs":[]}')])).toBeNull();
    expect(custody(['rosa', file], ['omar', sealing(omars)], ['rosa', sealing()])).toBe(
      personOf('rosa'),
    );
  });

  it('is not moved by one who forges a signature, or lacks one', () => {
    const first = given(['rosa', 'omar'], SEAL);
    const open = ['rosa', offering(first, 'rosa')] as const;
    // Omar makes up that Rosa gives it: alone, with a key of his own, in her name.
    expect(after(['omar', accepting(first, ['rosa', 'omar'])])).toEqual(['rosa', 0]);
    expect(after(['omar', offering(first, 'omar')])).toEqual(['rosa', 0]);
    expect(after(open, ['omar', accepting(first, ['delia', 'omar'])])).toEqual(['rosa', 0]);
    // An entry of Rosa that somebody else signed as Rosa.
    expect(
      after(['rosa', offering(first, 'omar')], ['omar', accepting(first, ['omar', 'omar'])]),
    ).toEqual(['rosa', 0]);
    // Omar accepts without a signature of his own.
    expect(after(open, ['omar', told(offer(first, 'rosa'))])).toEqual(['rosa', 0]);
    expect(after(open, ['omar', accepting(first, ['rosa', 'delia'])])).toEqual(['rosa', 0]);
    expect(after(open, ['omar', told('{"body":"e30","sigs":[]}')])).toEqual(['rosa', 0]);
  });

  it('is not moved by a third person, nor on other words than those offered', () => {
    const first = given(['rosa', 'omar'], SEAL);
    const open = ['rosa', offering(first, 'rosa')] as const;
    expect(after(open, ['delia', accepting(first, ['rosa', 'omar'])])).toEqual(['rosa', 0]);
    const other = given(['rosa', 'omar'], SEAL, { condition: 'abierto' });
    expect(after(open, ['omar', accepting(other, ['rosa', 'omar'])])).toEqual(['rosa', 0]);
    // Who never held it gives nothing.
    const stranger = given(['delia', 'omar'], SEAL);
    expect(
      after(
        ['delia', offering(stranger, 'delia')],
        ['omar', accepting(stranger, ['delia', 'omar'])],
      ),
    ).toEqual(['rosa', 0]);
    for (const lie of [
      { custodyId: testId('other', 7) },
      { sha256: 'B'.repeat(43) },
      { previous: 'C'.repeat(43) },
    ]) {
      const lying = given(['rosa', 'omar'], SEAL, lie);
      expect(
        after(['rosa', offering(lying, 'rosa')], ['omar', accepting(lying, ['rosa', 'omar'])]),
      ).toEqual(['rosa', 0]);
    }
  });

  it('changes hands once: of two offers the first that is accepted, and an old one never again', () => {
    const [toOmar, toDelia] = [given(['rosa', 'omar'], SEAL), given(['rosa', 'delia'], SEAL)];
    const both = [
      ['rosa', offering(toOmar, 'rosa')],
      ['rosa', offering(toDelia, 'rosa')],
    ] as const;
    const omars = accepting(toOmar, ['rosa', 'omar']);
    const delias = accepting(toDelia, ['rosa', 'delia']);
    expect(after(...both, ['omar', omars], ['delia', delias])).toEqual(['omar', 1]);
    expect(after(...both, ['delia', delias], ['omar', omars])).toEqual(['delia', 1]);
    expect(after(...both, ['omar', omars], ['omar', omars])).toEqual(['omar', 1]);
    const back = given(['omar', 'rosa'], taken(toOmar, ['rosa', 'omar']));
    const returned = [
      ...both,
      ['omar', omars],
      ['omar', offering(back, 'omar')],
      ['rosa', accepting(back, ['omar', 'rosa'])],
    ] as const;
    expect(after(...returned)).toEqual(['rosa', 2]);
    expect(after(...returned, ['omar', omars], ['delia', delias])).toEqual(['rosa', 2]);
  });
});
