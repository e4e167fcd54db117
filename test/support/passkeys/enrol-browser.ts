import type { PasskeyProof, SignInChallenge } from '@enlace/contracts';
import { personaOf } from '@enlace/testing';
import type { Response } from 'supertest';

import type { SessionServer } from '../sessions/session-server.js';
import type { TestDevice } from '../sessions/test-device.js';
import { TestBrowser } from './test-browser.js';

/** A number for the passkeys of a device, asked for under a session. */
export async function deviceOptions(device: TestDevice): Promise<SignInChallenge> {
  const path = '/devices/options';
  const answer = await device.send({ method: 'POST', path, body: {}, withoutProof: true });
  if (answer.status !== 200) throw new Error(`no options: ${answer.text}`);
  return answer.body;
}

/** Hands in the next certificate of a browser that names its passkeys; the region learns it when the server took it. */
export async function certify(
  by: TestDevice,
  browser: TestBrowser,
  change: { readonly passkeys?: PasskeyProof; readonly authenticators?: readonly string[] },
): Promise<Response> {
  const persona = personaOf(browser.persona.slug);
  const authenticators = [...(change.authenticators ?? browser.passkeys.map(({ ref }) => ref))];
  const draft = { ...browser.region.device(persona, browser.deviceName), authenticators };
  const statement = browser.region.draft(draft, [`identity:${persona.slug}`]);
  const body = {
    wire: statement.object.wire,
    ...(change.passkeys === undefined ? {} : { passkeys: change.passkeys }),
  };
  const answer = await by.send({ method: 'POST', path: '/devices', body });
  if (answer.status === 201) browser.region.apply(statement);
  return answer;
}

/** A further device of somebody who is signed in at the command line: a browser with two passkeys. */
export async function enrolBrowser(
  server: SessionServer,
  by: TestDevice,
  device: string,
): Promise<TestBrowser> {
  const browser = new TestBrowser(server, { slug: by.persona.slug, device });
  const options = await deviceOptions(by);
  const registrations = [
    browser.register(options),
    browser.register(options, { algorithm: 'EdDSA' }),
  ];
  const { challengeId, challenge } = options;
  const answer = await certify(by, browser, {
    passkeys: { challengeId, challenge, registrations },
  });
  if (answer.status !== 201) throw new Error(`not enrolled: ${answer.text}`);
  return browser;
}
