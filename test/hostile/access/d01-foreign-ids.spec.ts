import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { Action } from '@enlace/contracts';
import { canonicalJson, newId, systemClock, systemRandom, toBase64Url, utf8 } from '@enlace/kernel';
import { officeId, testId } from '@enlace/testing';
import { cardHash, type Statement } from '@enlace/trust';

import { Invitee } from '../../support/people/invitee.js';
import { registrarSeat, SeatedDevice, seatOf } from '../../support/sessions/seated-device.js';
import { startSessionServer, type SessionServer } from '../../support/sessions/session-server.js';
import { SocketClients } from '../../support/sessions/socket-clients.js';
import {
  anonymousBody,
  bodyHash,
  TestDevice,
  type Sending,
} from '../../support/sessions/test-device.js';

const CONTACT_ID = testId('contact', 7);
const CR_REGISTRARS = ['registrar:CR:1', 'registrar:CR:2'];
const cardBody = {
  displayName: null,
  email: null,
  function: { en: 'Focal point', es: 'Punto focal' },
  hours: '24/7',
  languages: ['es'],
  phone: '+506 0000 0000',
  substitute: null,
};
const card = { body: canonicalJson(cardBody), salt: toBase64Url(utf8('s'.repeat(32))) };

let api: SessionServer;
let invitee: Invitee;
let contact: Statement;
beforeAll(async () => {
  api = await startSessionServer({}, {});
  invitee = new Invitee(api.region, 'cr-lucia');
  await invite();
  await proposeContact();
});
afterAll(async () => api.close());

/** A registrar of Costa Rica invites; nobody else may know. */
async function invite(): Promise<void> {
  const ana = await SeatedDevice.at(api, registrarSeat('CR', 1));
  const body = { wire: invitee.invitationWire([CR_REGISTRARS[0] ?? '']), card: invitee.card };
  const about = { action: 'person.invite', objectId: invitee.invitationId } as const;
  const answer = await ana.sendElevated(
    { method: 'POST', path: '/people/invitations', body },
    about,
  );
  expect(answer.body).toMatchObject({ step: 'proposed' });
}

/** An office of Costa Rica proposes a contact; until it is approved it is nobody else's matter. */
async function proposeContact(): Promise<void> {
  const rosa = await SeatedDevice.at(api, seatOf('cr-rosa'));
  contact = api.region.draft(
    {
      type: 'contact',
      state: 'CR',
      contactId: CONTACT_ID,
      officeId: officeId('CR', 'specialised'),
      personId: testId('cr-rosa', 4),
      duties: ['focal-point-smuggling'],
      card: cardHash(cardBody, utf8('s'.repeat(32))),
      closed: false,
    },
    ['identity:cr-rosa'],
  );
  const body = { wire: contact.object.wire, card };
  const answer = await rosa.send({ method: 'POST', path: '/directory/contacts', body });
  expect(answer.body).toMatchObject({ step: 'proposed' });
}

const denials = async (): Promise<number> => {
  const sql = `SELECT count(*)::int FROM audit.events WHERE type = 'access.denied'`;
  return Number((await api.database.asAdmin(sql))[0]?.['count']);
};

const aRandomId = () => newId(systemClock, systemRandom);

interface Attempt {
  readonly by: SeatedDevice;
  readonly action: Action;
  readonly objectId: string;
}

async function answered(sending: Sending, { by, action, objectId }: Attempt): Promise<string> {
  const answer = await by.sendElevated(sending, { action, objectId });
  return anonymousBody(answer);
}

/** The wire of a statement that an attacker of Panama may have found: signed as it should be, of Costa Rica. */
const found = {
  invitation: () => ({ wire: invitee.invitationWire(CR_REGISTRARS) }),
  certificate: () => ({ wire: invitee.certificateWire(CR_REGISTRARS) }),
  contact: () => ({
    wire: api.region.draft(
      {
        type: 'contact-approval',
        state: 'CR',
        contact: contact.id,
        validUntil: api.region.term(300).notAfter,
      },
      ['identity:cr-daniel'],
    ).object.wire,
  }),
  confirmation: () => ({
    wire: api.region.draft(
      {
        type: 'contact-confirmation',
        state: 'CR',
        contact: contact.id,
        quarter: '2027-Q1',
        confirmedUntil: api.region.term(90).notAfter,
      },
      ['identity:cr-rosa'],
    ).object.wire,
  }),
} as const;

describe('D01: the id of what somebody may not know', () => {
  it.each<[Sending['method'] & string, string, Action, keyof typeof found | null]>([
    ['DELETE', '/people/invitations/:id', 'person.invite', null],
    ['POST', '/people/invitations/:id/approval', 'person.invite', 'invitation'],
    ['POST', '/people/invitations/:id/certificate', 'person.certify', 'certificate'],
    ['POST', '/directory/contacts/:id/approval', 'contact.approve', 'contact'],
    ['POST', '/directory/contacts/:id/confirmation', 'contact.confirm', 'confirmation'],
  ])(
    'in the path of %s %s answers like one that never was',
    async (...[method, path, action, wire]) => {
      const isContact = path.includes('contacts');
      const seat =
        isContact && action !== 'contact.confirm' ? seatOf('pa-hugo') : registrarSeat('PA');
      const by = await SeatedDevice.at(api, seat);
      const hidden = isContact ? CONTACT_ID : invitee.invitationId;
      const before = await denials();
      const answers = [];
      for (const id of [hidden, aRandomId()]) {
        const sending = {
          method,
          path: path.replace(':id', id),
          ...(wire === null ? {} : { body: found[wire]() }),
        };
        answers.push(await answered(sending, { by, action, objectId: id }));
      }
      expect(answers[0]).toBe(answers[1]);
      expect(answers[0]).toMatch(/"status":40[34]/);
      expect(await denials()).toBe(before + 2);
    },
  );

  it('a contact that another State has proposed is rejected like one that never was', async () => {
    const by = await SeatedDevice.at(api, seatOf('pa-hugo'));
    const ask = async (id: string) =>
      answered(
        {
          method: 'POST',
          path: `/directory/contacts/${id}/rejection`,
          body: { reason: 'not ours' },
        },
        { by, action: 'contact.reject', objectId: id },
      );
    const foreign = await ask(CONTACT_ID);
    expect(foreign).toBe(await ask(aRandomId()));
    expect(foreign).toContain('"contact.not-found"');
  });

  it('a device of another State is revoked like one that never was', async () => {
    const by = await SeatedDevice.at(api, registrarSeat('PA'));
    const deviceId = testId('device:cr-rosa', 7);
    const target = api.region.newestId('device-cert', 'CR', deviceId);
    const wire = api.region.draft(
      {
        type: 'revocation',
        state: 'CR',
        target,
        targetKind: 'device',
        reason: 'lost',
        sinceIndex: null,
      },
      ['registrar:PA:1'],
    ).object.wire;
    const ask = async (id: string) =>
      answered(
        { method: 'POST', path: `/devices/${id}/revocation`, body: { wire } },
        { by, action: 'device.revoke', objectId: id },
      );
    const foreign = await ask(deviceId);
    // The rule that decided is of the caller's own making: an id that does not fit the statement meets none.
    expect(JSON.parse(foreign)).toMatchObject({ status: 404, code: 'device.not-found', facts: {} });
    expect(foreign).toBe(await ask(aRandomId()));
  });

  it('in a query brings nothing: cards of contacts, people after somebody of another State', async () => {
    const omar = await SeatedDevice.at(api, seatOf('pa-omar'));
    const hash = cardHash(cardBody, utf8('s'.repeat(32)));
    const cards = await omar.send({ path: `/directory/cards?ids=${hash}` });
    expect(cards.body).toEqual([]);
    const elsa = await SeatedDevice.at(api, registrarSeat('PA'));
    const people = await elsa.send({ path: '/people' });
    const after = await elsa.send({
      path: `/people?after=${'0'.repeat(8)}-0000-4000-8000-000000000000`,
    });
    expect(after.body).toEqual(people.body);
    const text = JSON.stringify([
      people.body,
      (await elsa.send({ path: '/people/invitations' })).body,
    ]);
    for (const slug of ['cr-rosa', 'cr-lucia', 'gt-delia'])
      expect(text).not.toContain(testId(slug, 4));
    expect(text).toContain(testId('pa-omar', 4));
    expect(text).not.toContain(invitee.invitationId);
  });

  it('in a body is refused: the device of somebody else, an invitation of somebody else', async () => {
    const omar = await SeatedDevice.at(api, seatOf('pa-omar'));
    const device = {
      ...api.region.device(JSON.parse('{"slug":"cr-rosa","state":"CR"}'), 'cli:foreign'),
    };
    const wire = api.region.draft({ ...device, platform: 'cli', authenticators: [] }, [
      'identity:cr-rosa',
    ]).object.wire;
    const enrolled = await omar.send({ method: 'POST', path: '/devices', body: { wire } });
    expect(enrolled.body).toMatchObject({ status: 403, code: 'access.denied' });
    const told = [];
    for (const invitationId of [invitee.invitationId, aRandomId()]) {
      const body = { invitationId, wire };
      const headers = { authorization: 'DPoP none' };
      const path = '/people/invitations/claim/device';
      told.push(
        anonymousBody(await omar.send({ method: 'POST', path, body, headers, withoutProof: true })),
      );
    }
    expect(told[0]).toBe(told[1]);
  });

  it.each(['enlace-purpose', 'enlace-step-up'])(
    'in the header %s is worth what one is that never was',
    async (header) => {
      const rosa = await SeatedDevice.at(api, seatOf('cr-rosa'));
      const omar = await SeatedDevice.at(api, seatOf('pa-omar'));
      const body = { purpose: 'prosecution' };
      const declared = await rosa.send({ method: 'POST', path: '/declarations', body });
      const stepUpId = aRandomId();
      await api.database.asAdmin(
        `INSERT INTO app.step_ups VALUES ($1, $2, 'session.end', 'x', $3, now() + interval '99 days')`,
        [stepUpId, rosa.opened?.sessionId, bodyHash('', JSON.stringify(body))],
      );
      const foreign = header === 'enlace-purpose' ? declared.body.declarationId : stepUpId;
      const told = [];
      for (const id of [foreign, aRandomId()]) {
        const headers = { [header]: id };
        told.push(
          anonymousBody(await omar.send({ method: 'POST', path: '/declarations', body, headers })),
        );
      }
      expect(told[0]).toBe(told[1]);
      expect(told[0]).toMatch(/purpose\.required|step-up\.required/);
    },
  );

  it('in a socket event is worth what one is that never was', async () => {
    const clients = new SocketClients(api);
    const rosa = await SeatedDevice.at(api, seatOf('cr-rosa'));
    const omar = new TestDevice(api, api.region, { slug: 'cr-esteban' });
    await omar.signIn();
    const declared = await rosa.send({
      method: 'POST',
      path: '/declarations',
      body: { purpose: 'audit' },
    });
    expect(declared.status).toBe(201);
    const { socket, heard } = await clients.dial({ ticket: await clients.ticketOf(omar) });
    omar.nonce = heard;
    const codes = [];
    for (const purpose of [declared.body.declarationId, aRandomId()]) {
      const text = JSON.stringify({ purpose });
      const target = { htm: 'SOCKET', htu: `${api.url}/socket`, bh: bodyHash('', text) };
      const proof = await omar.prove(target);
      const answer = await socket.timeout(5_000).emitWithAck('session.prove', proof, text);
      omar.nonce = answer.nonce ?? omar.nonce;
      codes.push([answer.ok, answer.problem?.code, answer.problem?.facts]);
    }
    clients.end();
    expect(codes[0]).toEqual(codes[1]);
    expect(codes[0]).toEqual([false, 'purpose.required', {}]);
  });
});
