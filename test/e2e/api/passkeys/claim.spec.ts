import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import type { PasskeyProof } from '@enlace/contracts';
import { toBase64Url } from '@enlace/kernel';
import { parseStatement } from '@enlace/trust';

import {
  foundRegion,
  HttpCeremony,
  startFoundingServer,
} from '../../../support/people/founding-server.js';
import type { Making } from '../../../support/passkeys/soft-authenticator.js';
import { TestBrowser } from '../../../support/passkeys/test-browser.js';
import { anonymousBody } from '../../../support/sessions/test-device.js';

let server: Awaited<ReturnType<typeof startFoundingServer>>;
let ceremony: HttpCeremony;
let browser: TestBrowser;
beforeEach(async () => {
  server = await startFoundingServer();
  await foundRegion(server);
  ceremony = new HttpCeremony(server);
  await ceremony.propose();
  await ceremony.approve();
  browser = new TestBrowser(server, { slug: 'cr-rosa', device: 'cli:cr-rosa' });
});
afterEach(async () => server.close());

const OPTIONS = '/people/invitations/claim/options';

/** Two passkeys for a number of the server, and what is said otherwise. */
const prove = async (lie: Partial<Making> = {}): Promise<PasskeyProof> => {
  server.clock.ms += 600_000;
  const { body } = await server.post(OPTIONS, {});
  const registrations = [browser.register(body), browser.register(body, lie)];
  const { challengeId, challenge } = body;
  return { challengeId, challenge, registrations };
};
const refs = () => browser.passkeys.map(({ ref }) => ref);
const claim = async (passkeys: PasskeyProof | null, authenticators = refs()) => {
  const wire = ceremony.invitee.claimWire({ platform: 'browser', authenticators });
  const code = toBase64Url(ceremony.invitee.code);
  return ceremony.claim({ wire, code, ...(passkeys === null ? {} : { passkeys }) });
};

describe('a claim of a browser', () => {
  it('brings its passkeys, and the person signs in with one of them', async () => {
    expect((await claim(await prove({ algorithm: 'EdDSA' }))).status).toBe(201);
    await ceremony.certify();
    const { invitationId } = ceremony.invitee;
    const path = '/people/invitations/claim/device';
    const wire = ceremony.invitee.deviceWire(undefined, {
      platform: 'browser',
      authenticators: refs(),
    });
    expect((await server.post(path, { invitationId, wire })).status).toBe(201);
    const added = await server.database.asAdmin(
      "SELECT FROM audit.events WHERE type = 'passkey.added'",
    );
    expect(added).toHaveLength(2);
    const deviceCert = parseStatement(wire).id;
    const answer = await browser.tryPasskey({}, { deviceCert });
    expect(answer.status).toBe(201);
    const [, spare] = browser.passkeys;
    if (spare === undefined) throw new Error('no spare passkey');
    expect((await browser.tryPasskey({ passkey: spare }, { deviceCert })).status).toBe(201);
  });

  it('is refused by one body when a passkey does not hold, and the code is not spent', async () => {
    const answers = [
      await claim(await prove({ isVerified: false })),
      await claim(await prove({ isSynced: true })),
      await claim(await prove({ origin: 'https://evil.example.org' })),
      await claim(await prove({ challenge: Buffer.alloc(32) })),
      await claim(null, []),
      await claim(null),
      await claim(await prove(), refs().slice(0, 1)),
    ];
    expect(answers.map(({ body }) => body.code)).toEqual(answers.map(() => 'invitation.refused'));
    expect(new Set(answers.map(anonymousBody)).size).toBe(1);
    const kept = await server.database.asAdmin('SELECT FROM app.passkeys');
    expect(kept).toEqual([]);
    browser.passkeys.length = 0;
    expect((await claim(await prove())).status).toBe(201);
  });

  it('answers a number of its own, once, within the hour', async () => {
    const late = await prove();
    server.clock.ms += 3_600_001;
    expect((await claim(late)).body.code).toBe('invitation.refused');
    browser.passkeys.length = 0;
    const once = await prove();
    const wrong = ceremony.claim({
      wire: ceremony.invitee.claimWire({ platform: 'browser', authenticators: refs() }),
      code: 'A'.repeat(22),
      passkeys: once,
    });
    expect((await wrong).body.code).toBe('invitation.refused');
    expect((await claim(once)).body.code).toBe('invitation.refused');
  });
});

describe('a claim of a program', () => {
  it('brings no passkeys', async () => {
    const passkeys = await prove();
    const wire = ceremony.invitee.claimWire();
    const code = toBase64Url(ceremony.invitee.code);
    const answer = await ceremony.claim({ wire, code, passkeys });
    expect(answer.body.code).toBe('invitation.refused');
  });
});
