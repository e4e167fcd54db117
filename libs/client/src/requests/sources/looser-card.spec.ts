import { describe, expect, it } from '@jest/globals';

import { isLooser } from './looser-card.js';
import type { SourceCard } from './source-card.js';

const HELD: SourceCard = {
  id: 'e1.x',
  kind: 'spontaneous',
  fromState: 'PA',
  exculpatory: true,
  handling: {
    code: 'EN1',
    evidentialUse: 'consent-required',
    restrictionRequestedBySender: 'yes',
    onwardAllowed: false,
    consentRef: 'x 2',
    expiresOn: '2027-01-31',
  },
};
const card = (handling: object = {}, more: object = {}): SourceCard => ({
  ...HELD,
  ...more,
  handling: { ...HELD.handling, ...handling },
});

describe('a card of a source', () => {
  it.each<[string, SourceCard]>([
    ['the same', HELD],
    ['with paragraphs', card({}, { usedInParagraphs: [1] })],
    ['of a stricter code', card({ code: 'EN2' })],
    ['of a stricter use', card({ evidentialUse: 'forbidden' })],
    ['without the record of the consent', card({ consentRef: undefined })],
    ['for a shorter time', card({ expiresOn: '2026-12-31' })],
  ])('may be %s', (_, given) => {
    expect(isLooser(given, HELD)).toBe(false);
  });

  it.each<[string, SourceCard]>([
    ['of a freer code', card({ code: 'EN0' })],
    ['without a code', card({ code: undefined })],
    ['of a freer use', card({ evidentialUse: 'allowed' })],
    ['without what was asked', card({ restrictionRequestedBySender: 'unknown' })],
    ['for other States', card({ onwardAllowed: true })],
    ['with another consent', card({ consentRef: 'x 3' })],
    ['for a longer time', card({ expiresOn: '2027-02-01' })],
    ['without end', card({ expiresOn: undefined })],
    ['of another State', card({}, { fromState: 'CR' })],
    ['of another kind', card({}, { kind: 'own-evidence' })],
    ['without what speaks for an accused', card({}, { exculpatory: false })],
    ['without any handling', { ...HELD, handling: undefined }],
  ])('is not to be %s', (_, given) => {
    expect(isLooser(given, HELD)).toBe(true);
  });

  it('has no consent that its thread has not', () => {
    const open = card({ consentRef: undefined });
    expect(isLooser(card(), open)).toBe(true);
  });
});
