import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';

import {
  foundRegion,
  HttpCeremony,
  startFoundingServer,
} from '../../support/people/founding-server.js';

let server: Awaited<ReturnType<typeof startFoundingServer>>;
beforeAll(async () => {
  server = await startFoundingServer();
});
afterAll(async () => server.close());

describe('a State and its first person, over HTTP', () => {
  it('begin with signatures, each statement in its place', async () => {
    const { region, post } = server;
    const [first = ''] = region.wires;
    const answer = await post('/authorities/founding/statements', { wire: first });
    expect(answer.status).toBe(201);
    expect(answer.body).toMatchObject({ index: 0 });
    const again = await post('/authorities/founding/statements', { wire: first });
    expect(again.status).toBe(422);
    expect(again.body).toMatchObject({ code: 'statement.refused' });
    const rest = await foundRegion(server);
    expect(rest).toEqual([422, ...region.wires.slice(1).map(() => 201)]);
  });

  it('go on to a certified person with a device', async () => {
    const ceremony = new HttpCeremony(server);
    expect((await ceremony.propose()).body).toMatchObject({ step: 'proposed' });
    expect((await ceremony.approve()).body).toMatchObject({ step: 'approved' });
    expect((await ceremony.claim()).body).toMatchObject({ step: 'claimed' });
    const [first, second] = await ceremony.certify();
    expect(first?.body).toMatchObject({ step: 'claimed' });
    expect(second?.body).toMatchObject({ step: 'certified' });
    expect((await ceremony.poll()).body).toMatchObject({ step: 'certified' });
    expect((await ceremony.enrolDevice()).status).toBe(201);
    const [row] = await server.database.asAdmin(
      `SELECT count(*)::int AS events FROM audit.events WHERE type = ANY ($1)`,
      [['person.invited', 'person.claimed', 'person.certified', 'device.enrolled']],
    );
    expect(row).toEqual({ events: 5 });
  });

  it('refuse bodies that are not theirs, before anything is judged', async () => {
    const { post } = server;
    const ceremony = new HttpCeremony(server, 'cr-lucia');
    const claim = ceremony.claimBody();
    const bodies: readonly object[] = [
      { ...claim, role: 'registrar' },
      { ...claim, state: 'CR' },
      { ...claim, code: ['A'] },
      { ...claim, code: {} },
      { ...claim, code: 'A'.repeat(23) },
      { wire: claim.wire },
      { ...claim, wire: { body: '', sigs: [] } },
      { ...claim, wire: `${claim.wire} ` },
      JSON.parse('{"__proto__":{"polluted":1},"wire":"","code":""}'),
    ];
    for (const body of bodies) {
      const answer = await post('/people/invitations/claim', body);
      expect(answer.status).toBe(400);
      expect(answer.body).toMatchObject({ code: 'body.malformed' });
    }
    expect(Reflect.get({}, 'polluted')).toBeUndefined();
    const path = '/authorities/founding/invitations/not-an-id/approval';
    expect((await post(path, { wire: claim.wire })).status).toBe(400);
  });
});
