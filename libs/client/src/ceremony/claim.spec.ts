import { afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';

import {
  newId,
  newRandomId,
  parseBase64Url,
  systemClock,
  systemRandom,
  type DeviceId,
  type PersonId,
} from '@enlace/kernel';
import { ScriptedServer } from '@enlace/testing';
import {
  claimCheckDigits,
  cryptoReady,
  parseClaimPoll,
  parseStatement,
  verifyClaim,
  verifyClaimPoll,
  type InvitationText,
} from '@enlace/trust';

import { HttpTransport } from '../transport/http-transport.js';
import {
  claimDigits,
  claimInvitation,
  enrolClaimedDevice,
  pollClaim,
  signClaimedDevice,
  type ClaimKeys,
} from './claim.js';

const invitation: InvitationText = {
  state: 'CR',
  invitationId: newId(systemClock, systemRandom),
  code: systemRandom.bytes(16),
  trustStoreFingerprint: systemRandom.bytes(16),
};
const personId = newRandomId<PersonId>(systemRandom);
const standing = { invitationId: invitation.invitationId, personId, step: 'claimed' };

let server: ScriptedServer;
let transport: HttpTransport;
let keys: ClaimKeys;

beforeAll(cryptoReady);

beforeEach(async () => {
  server = new ScriptedServer();
  await server.start();
  transport = new HttpTransport(server.origin);
  keys = {
    deviceId: newId<DeviceId>(systemClock, systemRandom),
    identitySeed: systemRandom.bytes(32),
    signSeed: systemRandom.bytes(32),
    kemSeed: systemRandom.bytes(32),
  };
});

afterEach(async () => {
  await server.stop();
});

const sent = (at = 0): Record<string, string> =>
  JSON.parse(server.seen[at]?.body ?? '{}') as Record<string, string>;

describe('the ceremony of an invited person', () => {
  it('claims with keys that both sign, and shows what the registrar must see', async () => {
    server.answer = () => ({ status: 201, body: standing });
    expect(await claimInvitation(transport, invitation, keys)).toEqual(standing);
    const claim = verifyClaim(sent()['wire'] ?? '');
    expect(claim).toMatchObject({ state: 'CR', platform: 'cli', authenticators: [] });
    expect(parseBase64Url(sent()['code'] ?? '')).toEqual(invitation.code);
    const [identityKey, signKey] = [claim.identityKey, claim.signKey].map(parseBase64Url);
    expect(claimDigits(keys)).toBe(
      claimCheckDigits(identityKey ?? new Uint8Array(), signKey ?? new Uint8Array()),
    );
  });

  it('sends no private key and no seed', async () => {
    server.answer = () => ({ status: 201, body: standing });
    await claimInvitation(transport, invitation, keys);
    const { body } = parseStatement(
      signClaimedDevice({ state: 'CR', personId }, keys, systemClock),
    );
    const said = JSON.stringify([server.seen, body]);
    const decoded = Buffer.from(sent()['wire'] ?? '').toString();
    for (const seed of [keys.identitySeed, keys.signSeed, keys.kemSeed]) {
      const text = Buffer.from(seed).toString('base64url');
      expect([said.includes(text), decoded.includes(text)]).toEqual([false, false]);
    }
  });

  it('asks how far it is with the key of the device', async () => {
    server.answer = () => ({ status: 200, body: { ...standing, step: 'certified' } });
    const ports = { keys, clock: systemClock, random: systemRandom };
    expect((await pollClaim(transport, invitation, ports)).step).toBe('certified');
    const wire = sent()['wire'] ?? '';
    expect(parseClaimPoll(wire).invitationId).toBe(invitation.invitationId);
    server.answer = () => ({ status: 201, body: standing });
    await claimInvitation(transport, invitation, keys);
    const { signKey } = verifyClaim(sent(1)['wire'] ?? '');
    expect(verifyClaimPoll(wire, signKey, systemClock.nowMs()).state).toBe('CR');
  });

  it('takes a certificate that the server has already for handed in, and no other refusal', async () => {
    const wire = signClaimedDevice({ state: 'CR', personId }, keys, systemClock);
    const refusal = (rule: string) => () => ({
      status: 422,
      body: { code: 'statement.refused', facts: { rule } },
    });
    server.answer = refusal('repeated');
    await enrolClaimedDevice(transport, invitation, wire);
    expect(sent()).toEqual({ invitationId: invitation.invitationId, wire });
    server.answer = refusal('fork');
    await expect(enrolClaimedDevice(transport, invitation, wire)).rejects.toThrow(
      expect.objectContaining({ code: 'statement.refused' }),
    );
  });

  it.each([
    ['no object', []],
    ['an unknown step', { ...standing, step: 'trusted' }],
    ['no person', { ...standing, personId: undefined }],
  ])('refuses an answer with %s', async (_what, body) => {
    server.answer = () => ({ status: 201, body });
    await expect(claimInvitation(transport, invitation, keys)).rejects.toThrow(
      expect.objectContaining({ code: 'client.answer-malformed' }),
    );
  });
});
