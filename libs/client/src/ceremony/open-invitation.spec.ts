import { beforeAll, describe, expect, it } from '@jest/globals';

import {
  canonicalJson,
  newId,
  newRandomId,
  systemClock,
  systemRandom,
  toBase64Url,
} from '@enlace/kernel';
import { cardHash, cryptoReady, invitationCodeHash, signObject } from '@enlace/trust';

import { readOpenInvitation, type OpenInvitation } from './open-invitation.js';

const CARD = { displayName: 'Rosa Mora Ureña', title: { en: 'Prosecutor', es: 'Fiscal' } };
const salt = systemRandom.bytes(32);

let open: OpenInvitation;

beforeAll(async () => {
  await cryptoReady();
  const body = {
    invitationId: newId(systemClock, systemRandom),
    state: 'CR',
    personId: newRandomId(systemRandom),
    officeId: newId(systemClock, systemRandom),
    roles: ['prosecutor'],
    auditScope: null,
    card: cardHash(CARD, salt),
    codeHash: invitationCodeHash(systemRandom.bytes(16)),
    expiresAt: '2027-01-03T10:00:00.000Z',
  };
  const wire = signObject('enlace/invitation/v1', body, [systemRandom.bytes(32)]);
  open = { step: 'proposed', wire, claimWire: null, certificateWire: null };
});

const card = (said: typeof CARD) => ({ body: canonicalJson(said), salt: toBase64Url(salt) });

describe('an invitation under way', () => {
  it('shows the name that was signed for to whoever signs next', () => {
    expect(readOpenInvitation({ ...open, card: card(CARD) }).card).toEqual(CARD);
    expect(readOpenInvitation(open).card).toBeNull();
  });

  it('is refused under another name', () => {
    const other = card({ ...CARD, displayName: 'Rosa Mora Urena' });
    expect(() => readOpenInvitation({ ...open, card: other })).toThrow(
      expect.objectContaining({ code: 'ceremony.refused' }),
    );
  });
});
