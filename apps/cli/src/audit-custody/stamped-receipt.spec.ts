import { beforeAll, describe, expect, it } from '@jest/globals';
import { parseUtf8, toBase64, toBase64Url, utf8 } from '@enlace/kernel';
import {
  EvidenceCase,
  forTestsOnlySeed,
  InventedAuthority,
  nodeTlogCrypto,
  testId,
} from '@enlace/testing';
import { parseProof } from '@enlace/tlog';
import { cryptoReady, readCustodySeal, sealCommitment, signCustodySeal } from '@enlace/trust';
import { X509Certificate } from 'node:crypto';
import { formatRequest } from '../timestamp/open-token.js';
import { openReceipt } from './check-receipt.js';
import { custodyPage } from './custody-page.js';
import {
  linkReceipt,
  partsOfChain,
  proveReceipt,
  stampedProofIn,
  type ReceiptTrust,
} from './receipt-parts.js';
import { openStamp } from './receipt-stamp.js';

const NOW_MS = Date.parse('2027-01-08T12:00:00.000Z');
const SALT = new Uint8Array(32).fill(7);
const NONCE = new Uint8Array(8).fill(1);
const STATEMENT = {
  custodyId: testId('custody', 7) as never,
  name: 'acta 7.pdf',
  size: 300_000,
  sha256: 'A'.repeat(43),
  sha512: 'A'.repeat(86),
  acquisition: 'incautado',
  sourceDevice: 'teléfono',
  legalBasis: 'UNTOC-18',
};

let seal: string;
let authority: InventedAuthority;
let roots: readonly X509Certificate[];
let trust: ReceiptTrust;
/** What the record says of the seal, as its device is told it. */
let shown: Parameters<typeof linkReceipt>[0];
beforeAll(async () => {
  await cryptoReady();
  seal = signCustodySeal(STATEMENT, forTestsOnlySeed('device:cr-rosa'));
  authority = new InventedAuthority(NOW_MS);
  roots = [new X509Certificate(authority.root.pem)];
  const evidence = await EvidenceCase.begun();
  trust = { policy: evidence.policy, directory: evidence.region.directory };
  const { custodyId } = readCustodySeal(seal).statement;
  const commitment = sealCommitment(nodeTlogCrypto, SALT, readCustodySeal(seal));
  const stated = { custodyId, sealCommitment: commitment };
  const said = { ...stated, objectId: testId('attachment', 7) };
  const index = evidence.state('cr-rosa', { type: 'attachment.sealed', ...stated }, said);
  let proof = '';
  evidence.bundle('cr-ines', {
    content: (content) => {
      const found = content.proofs.find(
        (one) => one.origin.startsWith('audit') && one.index === index,
      );
      proof = parseUtf8(found?.file ?? new Uint8Array());
      return content;
    },
  });
  const event = evidence.events[index];
  if (event === undefined) throw new Error('no event');
  const { what, who } = event.sections;
  if (what === undefined || who === undefined) throw new Error('no sections');
  const text = (section: typeof what) => ({
    salt: toBase64(section.salt),
    bytes: toBase64(section.bytes),
  });
  shown = {
    leaf: toBase64Url(event.leaf),
    pending: false,
    origin: event.origin,
    index,
    proof,
    digests: {
      what: toBase64(event.digests.what),
      who: toBase64(event.digests.who),
      where: toBase64(event.digests.where),
      why: toBase64(event.digests.why),
      attest: toBase64(event.digests.attest),
    },
    sections: { what: text(what), who: text(who) },
  };
});

const answerTo = (file: Uint8Array, by = authority) => by.answer(formatRequest(file, NONCE));
const checkpoint = () => parseProof(utf8(shown.proof)).checkpoint;

/** The page as whoever makes it does: what a stamp says is written on it. */
function pageWith(stamp: Uint8Array | null, says = stamp): string {
  const path = { sealed: { seal, salt: SALT }, transfers: [] };
  const parts = partsOfChain(path, linkReceipt(shown), stamp);
  const said = says === null ? null : openStamp({ ...stampedProofIn(parts), stamp: says }, null);
  return custodyPage(parts, proveReceipt(parts, trust), said);
}

const refusal = (page: string, authorities: readonly X509Certificate[] | null = roots) => {
  try {
    openReceipt(page, trust, authorities);
    return 'holds';
  } catch (error) {
    const { facts } = Object(error);
    return String(facts?.rule ?? facts?.problem);
  }
};

describe('the time stamp of a custody receipt', () => {
  it('stands on the page, and is believed from whom the verifier names', () => {
    const page = pageWith(answerTo(checkpoint()));
    expect(page).toContain('2027-01-08T12:00:00.000Z<br>CN=Invented stamps');
    const stamp = { atMs: NOW_MS, authority: 'CN=Invented stamps' };
    expect(openReceipt(page, trust, roots).stamp).toEqual(stamp);
    // Nobody answers for it here, and it is about this checkpoint all the same.
    expect(openReceipt(page, trust, null).stamp).toEqual(stamp);
  });

  it('is no part of a receipt that has none', () => {
    const page = pageWith(null);
    expect(page).not.toContain('RFC 3161)</th>');
    expect(openReceipt(page, trust, roots).stamp).toBeNull();
  });

  it('is refused when it is about anything else, by nobody, or not what the page says', () => {
    const own = answerTo(checkpoint());
    const elsewhere = answerTo(utf8('another checkpoint'));
    expect(refusal(pageWith(elsewhere, own))).toBe('other-file');
    expect(refusal(pageWith(elsewhere, own), null)).toBe('other-file');
    const stranger = answerTo(checkpoint(), new InventedAuthority(NOW_MS));
    expect(refusal(pageWith(stranger))).toBe('authority');
    expect(refusal(pageWith(utf8('no token'), own))).toBe('form');
    // A time on the page that no stamp says, and a stamp that the page does not tell of.
    const page = pageWith(own);
    expect(refusal(page.replace('12:00:00.000Z<br>CN', '11:00:00.000Z<br>CN'))).toBe('page');
    expect(refusal(pageWith(own, null))).toBe('page');
    expect(refusal(pageWith(null, own))).toBe('page');
  });

  it('does not make up for a receipt that does not hold', () => {
    const page = pageWith(answerTo(checkpoint()));
    expect(refusal(page.replace('acta 7.pdf', 'acta 8.pdf'))).toBe('page');
    expect(refusal('<html></html>')).toBe('receipt');
  });
});
