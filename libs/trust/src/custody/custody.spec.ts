import { beforeAll, describe, expect, it } from '@jest/globals';
import { parseUtf8, utf8, type JsonObject } from '@enlace/kernel';
import {
  EvidenceCase,
  flipBit,
  forTestsOnlySeed,
  nodeTlogCrypto as crypto,
  testId,
} from '@enlace/testing';

import { recordedDevice } from '../evidence/recorded-device.js';
import { verifyCustodyReceipt, type CustodyReceipt } from './custody-receipt.js';
import { readCustodySeal, sealCommitment, signCustodySeal } from './custody-seal.js';

const STATEMENT = {
  custodyId: testId('custody', 7),
  name: 'acta 7.pdf',
  size: 300_000,
  sha256: 'A'.repeat(43),
  sha512: 'A'.repeat(86),
  acquisition: 'incautado el 20 de noviembre',
  sourceDevice: 'teléfono del acusado',
  legalBasis: 'UNTOC-18',
};
const SALT = new Uint8Array(32).fill(7);
const ROSA = forTestsOnlySeed('device:cr-rosa');

let evidence: EvidenceCase;
beforeAll(async () => {
  evidence = await EvidenceCase.begun();
});

/** A receipt of what the record says about a seal; `lie` is what it says otherwise. */
async function aReceipt(
  seal = signCustodySeal(STATEMENT, ROSA),
  lie: JsonObject = {},
  slug = 'cr-rosa',
): Promise<CustodyReceipt> {
  const own = await EvidenceCase.begun();
  own.list('cr-ines');
  const commitment = sealCommitment(crypto, SALT, readCustodySeal(seal));
  const stated = { custodyId: STATEMENT.custodyId, sealCommitment: commitment };
  const said = { ...stated, objectId: testId('attachment', 7), ...lie };
  const index = own.state(slug, { type: 'attachment.sealed', ...stated }, said);
  own.list('cr-rosa');
  let proof = '';
  own.bundle('cr-ines', {
    content: (content) => {
      const found = content.proofs.find(
        (one) => one.origin.startsWith('audit') && one.index === index,
      );
      proof = parseUtf8(found?.file ?? new Uint8Array());
      return content;
    },
  });
  const event = own.events[index];
  const { what, who } = event?.sections ?? {};
  if (event === undefined || what === undefined || who === undefined) throw new Error('no event');
  return { seal, salt: SALT, leaf: event.leaf, proof, digests: event.digests, what, who };
}

const verify = (receipt: CustodyReceipt) =>
  verifyCustodyReceipt(crypto, receipt, {
    policy: evidence.policy,
    find: (deviceId, atMs) => recordedDevice(evidence.region.directory, deviceId, { atMs }),
  });
const ruleOf = (receipt: CustodyReceipt): string => {
  try {
    verify(receipt);
    return 'holds';
  } catch (error) {
    const { code, facts } = Object(error);
    return String(facts?.rule ?? code);
  }
};

describe('a custody receipt', () => {
  it('proves who sealed which file, where the log has it, and who cosigned', async () => {
    const proven = verify(await aReceipt());
    expect(proven).toMatchObject({
      statement: STATEMENT,
      device: { personId: testId('cr-rosa', 4), state: 'CR' },
      attachmentId: testId('attachment', 7),
      origin: 'audit.example.test/2027',
      index: 1,
      size: 3,
      meetsQuorum: true,
    });
    expect(proven.cosigners).toHaveLength(3);
  });

  it.each<[string, JsonObject, string]>([
    ['another act', { type: 'attachment.saved' }, 'other-seal'],
    ['a refusal', { outcome: 'denied' }, 'other-seal'],
    ['what no device said', { observedBy: 'server' }, 'other-seal'],
    ['another seal', { sealCommitment: 'B'.repeat(43) }, 'other-seal'],
    ['another custody', { custodyId: testId('another', 7) }, 'other-seal'],
    ['somebody of another State', { actorState: 'GT' }, 'other-person'],
  ])('does not hold by an event of %s', async (_, lie, rule) => {
    expect(ruleOf(await aReceipt(undefined, lie))).toBe(rule);
  });

  it('does not hold when somebody else signed, or another file, or there are two signers', async () => {
    const delia = signCustodySeal(STATEMENT, forTestsOnlySeed('device:gt-delia'));
    expect(ruleOf(await aReceipt(delia))).toBe('seal-signature');
    const other = signCustodySeal({ ...STATEMENT, size: 1 }, ROSA);
    expect(ruleOf({ ...(await aReceipt()), seal: other })).toBe('other-seal');
    const more: JsonObject = { ...STATEMENT, title: 'Caravana' };
    const seal = signCustodySeal(more as typeof STATEMENT, ROSA);
    expect(() => readCustodySeal(seal)).toThrow(
      expect.objectContaining({ facts: { rule: 'seal-form' } }),
    );
  });

  it('does not hold with a bit of any byte of it changed', async () => {
    const receipt = await aReceipt();
    const flips: CustodyReceipt[] = [];
    const each = (
      bytes: Uint8Array,
      step: number,
      make: (flipped: Uint8Array) => CustodyReceipt,
    ) => {
      for (let bit = 0; bit < bytes.length * 8; bit += step) flips.push(make(flipBit(bytes, bit)));
    };
    const { leaf, salt, digests, what, who } = receipt;
    each(leaf, 7, (flipped) => ({ ...receipt, leaf: flipped }));
    each(salt, 7, (flipped) => ({ ...receipt, salt: flipped }));
    each(digests.attest, 8, (attest) => ({ ...receipt, digests: { ...digests, attest } }));
    each(what.salt, 8, (flipped) => ({ ...receipt, what: { ...what, salt: flipped } }));
    each(who.bytes, 8, (bytes) => ({ ...receipt, who: { ...who, bytes } }));
    each(utf8(receipt.seal), 40, (seal) => ({ ...receipt, seal: Buffer.from(seal).toString() }));
    const sound = flips.filter((one) => ruleOf(one) === 'holds');
    expect(flips.length).toBeGreaterThan(300);
    expect(sound).toEqual([]);
  });

  it('says when too few witnesses cosigned the log, and is nothing without the log', async () => {
    const receipt = await aReceipt();
    const witnessed = receipt.proof.split('\n').filter((line) => !line.startsWith('— witness.'));
    expect(verify({ ...receipt, proof: witnessed.join('\n') }).meetsQuorum).toBe(false);
    const unsigned = receipt.proof.split('\n').filter((line) => !line.startsWith('— audit.'));
    expect(ruleOf({ ...receipt, proof: unsigned.join('\n') })).toBe('tlog.note-unsigned');
    expect(utf8(receipt.proof).length).toBeLessThan(4_096);
  });
});
