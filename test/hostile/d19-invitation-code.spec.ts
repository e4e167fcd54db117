import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { systemRandom } from '@enlace/kernel';
import request, { type Response } from 'supertest';

import {
  foundRegion,
  HttpCeremony,
  startFoundingServer,
} from '../support/people/founding-server.js';

const HOUR_MS = 3_600_000;

let server: Awaited<ReturnType<typeof startFoundingServer>>;
beforeAll(async () => {
  server = await startFoundingServer();
  await foundRegion(server);
});
afterAll(async () => server.close());

async function approved(slug: string): Promise<HttpCeremony> {
  const ceremony = new HttpCeremony(server, slug);
  expect((await ceremony.propose()).status).toBe(201);
  expect((await ceremony.approve()).status).toBe(201);
  return ceremony;
}

/** A node whose clock jumped answers nobody before it has looked at the revocations again. */
async function untilAnswering(): Promise<void> {
  for (;;) {
    const { status } = await fetch(`${server.url}/people`);
    if (status !== 503) return;
  }
}

/** What a stranger learns of a refusal: everything but the id of the request. */
const told = ({ status, body }: Response): unknown => ({ status, ...body, instance: '' });

describe('D19: the code of an invitation', () => {
  it('is refused in one way, whatever is wrong with it', async () => {
    const spent = await approved('cr-rosa');
    expect((await spent.claim()).body).toMatchObject({ step: 'claimed' });
    const refusals: Response[] = [await spent.claim()];
    const other = await approved('cr-lucia');
    refusals.push(await other.claim(other.claimBody(systemRandom.bytes(16))));
    const { invitee } = other;
    const elsewhere = invitee.claimWire({ state: 'PA' });
    refusals.push(await other.claim({ ...other.claimBody(), wire: elsewhere }));
    const unsigned = invitee.claimWire({}, ['identity:cr-lucia']);
    refusals.push(await other.claim({ ...other.claimBody(), wire: unsigned }));
    const nobody = new HttpCeremony(server, 'cr-esteban');
    refusals.push(await nobody.claim());
    server.clock.ms += 72 * HOUR_MS;
    refusals.push(await other.claim());
    server.clock.ms = server.region.nowMs + HOUR_MS;
    const [first, ...others] = refusals.map(told);
    expect(first).toMatchObject({ status: 401, code: 'invitation.refused', facts: {}, errors: [] });
    expect(others).toEqual(others.map(() => first));
    // The record tells them apart from acts, and each of them once: five of an address in a minute are told one by one.
    const events = await server.database.asAdmin(
      `SELECT convert_from(s.body, 'UTF8') AS what FROM audit.events e JOIN audit.sections s USING (event_id)
        WHERE e.type = 'access.denied' AND s.section = 1`,
    );
    const recorded = events.map(({ what }) => JSON.parse(String(what)));
    expect(recorded.map(({ target, reasonCode }) => `${target} ${reasonCode}`)).toEqual(
      refusals.map(() => 'POST /people/invitations/claim invitation.refused'),
    );
  });

  it('is gone after five wrong guesses, the right one too', async () => {
    const ceremony = await approved('cr-daniel');
    for (let guess = 0; guess < 5; guess += 1) {
      expect((await ceremony.claim(ceremony.claimBody(systemRandom.bytes(16)))).status).toBe(401);
    }
    expect((await ceremony.claim()).body).toMatchObject({ code: 'invitation.refused' });
  });
});

describe('D19: somebody who claimed and is not certified', () => {
  it('can ask how far it is, and reaches nothing that needs a session', async () => {
    const ceremony = await approved('cr-ines');
    await ceremony.claim();
    expect((await ceremony.poll()).body).toMatchObject({ step: 'claimed' });
    expect((await ceremony.enrolDevice()).body).toMatchObject({ code: 'invitation.step' });
    const { body: api } = await request(server.url).get('/api/openapi.json');
    const routes = Object.entries<Record<string, { security: readonly unknown[] }>>(api.paths)
      .flatMap(([path, methods]) =>
        Object.entries(methods).map(([method, { security }]) => ({ path, method, security })),
      )
      .filter(({ security }) => security.length > 0);
    expect(routes.length).toBeGreaterThan(15);
    const id = ceremony.invitee.invitationId;
    await untilAnswering();
    for (const { path, method } of routes) {
      const answer = await fetch(`${server.url}${path.replace('{id}', id)}`, {
        method: method.toUpperCase(),
        headers: { authorization: 'DPoP none' },
      });
      expect([method, answer.status]).toEqual([method, 401]);
      // An answer without a body says it by its status.
      const text = method === 'head' ? '{"code":"session.ended"}' : await answer.text();
      expect(JSON.parse(text)).toMatchObject({ code: 'session.ended' });
    }
  });
});
