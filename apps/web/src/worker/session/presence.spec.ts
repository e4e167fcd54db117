import { beforeAll, describe, expect, it } from '@jest/globals';

import type { StepUpStatement } from '@enlace/client';
import { canonicalJson, parseBase64Url, toBase64Url, utf8 } from '@enlace/kernel';
import { cryptoReady, stepUpChallenge } from '@enlace/trust';

import type { PresenceAsked } from '../../protocol/messages.js';
import { Presence } from './presence.js';

const PASSKEY = toBase64Url(utf8('a passkey'));
const OWN = { rpId: 'localhost', credentialIds: [PASSKEY] };
const STATEMENT: StepUpStatement = {
  challengeId: 'a-number',
  challenge: toBase64Url(utf8('fresh')),
  action: 'person.invite',
  objectId: 'an-invitation',
  bodyHash: toBase64Url(utf8('hash of the body')),
};
const buffer = (text: string): ArrayBuffer => utf8(text).buffer;
const SHOWN = {
  credentialId: buffer('a passkey'),
  clientDataJSON: buffer('data'),
  authenticatorData: buffer('flags'),
  signature: buffer('signature'),
};

beforeAll(cryptoReady);

function asking(): { readonly presence: Presence; readonly asked: PresenceAsked[] } {
  const asked: PresenceAsked[] = [];
  return { presence: new Presence((each) => asked.push(each)), asked };
}

describe('the presence of a person', () => {
  it('is asked of the own passkeys, over this act, this object and this body', async () => {
    const { presence, asked } = asking();
    const showing = presence.shownBy(OWN)(STATEMENT);
    presence.show(SHOWN);
    const { body, assertion } = await showing;
    const said = utf8(canonicalJson(STATEMENT));
    expect(body).toBe(toBase64Url(said));
    expect(assertion).toMatchObject({ credentialId: PASSKEY });
    const [first] = asked;
    const { challenge, credentials, ...about } = first ?? { challenge: undefined };
    expect(about).toEqual({
      action: 'person.invite',
      objectId: 'an-invitation',
      rpId: 'localhost',
    });
    expect(new Uint8Array(challenge ?? new ArrayBuffer())).toEqual(stepUpChallenge(said));
    expect(credentials?.map((id) => new Uint8Array(id))).toEqual([parseBase64Url(PASSKEY)]);
  });

  it('that is refused refuses the act', async () => {
    const { presence } = asking();
    const showing = presence.shownBy(OWN)(STATEMENT);
    presence.refuse();
    await expect(showing).rejects.toMatchObject({ code: 'client.passkey-refused' });
  });

  it('is shown once for what was asked, and never unasked', async () => {
    const { presence } = asking();
    const malformed = expect.objectContaining({ code: 'client.call-malformed' });
    expect(() => presence.show(SHOWN)).toThrow(malformed);
    const showing = presence.shownBy(OWN)(STATEMENT);
    presence.show(SHOWN);
    await showing;
    expect(() => presence.show(SHOWN)).toThrow(malformed);
    expect(() => presence.refuse()).toThrow(malformed);
  });
});
