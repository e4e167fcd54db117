import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { Action } from '@enlace/contracts';
import { cryptoReady } from '@enlace/e2ee';
import { canonicalJson, newRandomId, systemRandom, toBase64Url, utf8 } from '@enlace/kernel';
import { officeId, testId } from '@enlace/testing';
import { cardHash } from '@enlace/trust';

import { plantOversight } from '../../support/policy/planted-oversight.js';
import { plantVault } from '../../support/policy/planted-rows.js';
import { plantedIdOf } from '../../support/policy/row-operation.js';
import { Invitee } from '../../support/people/invitee.js';
import {
  registrarSeat,
  SeatedDevice,
  seatOf,
  type Seat,
} from '../../support/sessions/seated-device.js';
import type { SessionServer } from '../../support/sessions/session-server.js';
import { FileHand } from '../../support/threads/file-hand.js';
import { startThreadServer, ThreadStory } from '../../support/threads/thread-story.js';

const CONTACT_ID = testId('contact', 7);
const salt = utf8('s'.repeat(32));
const cardBody = {
  displayName: null,
  email: null,
  function: { en: 'Focal point', es: 'Punto focal' },
  hours: '24/7',
  languages: ['es'],
  phone: '+506 0000 0000',
  substitute: null,
};

let api: SessionServer;
let invitee: Invitee;
let story: ThreadStory;
let file: FileHand;
beforeAll(async () => {
  await cryptoReady();
  api = await startThreadServer();
  invitee = new Invitee(api.region, 'cr-lucia');
  await plantOfCostaRica();
  story = await ThreadStory.begin(api);
  file = await new FileHand(story.rosa).upload();
  await file.name();
  await plantOversight(api.database, 'CR');
  await plantVault(api.database, testId('cr-rosa', 4));
  // A server does not start on such a database; this one had started before.
  const tables = await api.database.asAdmin(`
    SELECT c.oid::regclass::text AS name FROM pg_class c
     WHERE c.relnamespace IN ('app'::regnamespace, 'audit'::regnamespace) AND c.relkind = 'r'`);
  // One by one: all at once would wait for the rounds of the server, and they for it.
  for (const { name } of tables) {
    await api.database.asAdmin(
      `ALTER TABLE ${String(name)} DISABLE ROW LEVEL SECURITY, NO FORCE ROW LEVEL SECURITY`,
    );
  }
});
afterAll(async () => api.close());

/** An invitation and a proposed contact, which are nobody else's matter. */
async function plantOfCostaRica(): Promise<void> {
  const invitation = { wire: invitee.invitationWire(['registrar:CR:1']), card: invitee.card };
  const about = { action: 'person.invite', objectId: invitee.invitationId } as const;
  const ana = await SeatedDevice.at(api, registrarSeat('CR'));
  await ana.sendElevated({ method: 'POST', path: '/people/invitations', body: invitation }, about);
  const contact = api.region.draft(
    {
      type: 'contact',
      state: 'CR',
      contactId: CONTACT_ID,
      officeId: officeId('CR', 'specialised'),
      personId: testId('cr-rosa', 4),
      duties: ['focal-point-smuggling'],
      card: cardHash(cardBody, salt),
      closed: false,
    },
    ['identity:cr-rosa'],
  );
  const card = { body: canonicalJson(cardBody), salt: toBase64Url(salt) };
  const rosa = await SeatedDevice.at(api, seatOf('cr-rosa'));
  const body = { wire: contact.object.wire, card };
  await rosa.send({ method: 'POST', path: '/directory/contacts', body });
}

/** How far everything has come that waits for a second person. */
const oversight = async () =>
  api.database.asAdmin(`
    SELECT (SELECT array_agg(approved_by::text) FROM audit.exports) AS exports,
           (SELECT array_agg(step) FROM audit.alerts) AS alerts,
           (SELECT array_agg(approved_by::text) FROM audit.erasures) AS erasures,
           (SELECT array_agg(approved_by::text) FROM audit.disclosures) AS disclosures,
           (SELECT array_agg(ARRAY[granted_by::text, revoked_at::text]) FROM audit.scopes) AS scopes`);

/** Nothing for those who declare none. */
async function purposeOf(device: SeatedDevice): Promise<Readonly<Record<string, string>>> {
  const declaring = { method: 'POST', path: '/declarations', body: { purpose: 'audit' } } as const;
  const { body } = await device.send(declaring);
  return body.declarationId === undefined ? {} : { 'enlace-purpose': body.declarationId };
}

const rowsOf = async (sql: string) => api.database.asAdmin(sql);

describe('with row-level security off, the check of the service', () => {
  it.each(['/people/invitations', '/people'])('keeps %s to the own State', async (path) => {
    const elsa = await SeatedDevice.at(api, registrarSeat('PA'));
    const { status, body } = await elsa.send({ path });
    const states: readonly { readonly state: string }[] = body;
    expect(status).toBe(200);
    expect(states.filter(({ state }) => state !== 'PA')).toEqual([]);
    const ana = await SeatedDevice.at(api, registrarSeat('CR'));
    expect((await ana.send({ path })).body).not.toEqual([]);
  });

  it.each<readonly [Seat, 'POST' | 'DELETE', string, Action]>([
    [registrarSeat('PA'), 'DELETE', '/people/invitations/:invitation', 'person.invite'],
    [registrarSeat('PA'), 'POST', '/people/invitations/:invitation/approval', 'person.invite'],
    [seatOf('pa-hugo'), 'POST', '/directory/contacts/:contact/rejection', 'contact.reject'],
    [registrarSeat('PA'), 'POST', '/people/:person/unfreeze', 'person.unfreeze'],
  ])('lets %s not %s %s', async (...[seat, method, path, action]) => {
    const device = await SeatedDevice.at(api, seat);
    const ids = {
      invitation: invitee.invitationId,
      contact: CONTACT_ID,
      person: testId('cr-rosa', 4),
    };
    const [, name = ''] = /:(\w+)/.exec(path) ?? [];
    const objectId = new Map(Object.entries(ids)).get(name) ?? '';
    const bodies: Readonly<Record<string, object>> = {
      approval: { wire: invitee.invitationWire(['registrar:CR:1', 'registrar:CR:2']) },
      rejection: { reason: 'not ours' },
    };
    const body = bodies[path.split('/').at(-1) ?? ''];
    const sending = { method, path: path.replace(`:${name}`, objectId), ...(body && { body }) };
    const { status } = await device.sendElevated(sending, { action, objectId });
    expect([403, 404]).toContain(status);
    expect(await rowsOf(`SELECT FROM app.invitations WHERE step <> 'proposed'`)).toEqual([]);
    expect(await rowsOf(`SELECT FROM app.contact_proposals WHERE step <> 'proposed'`)).toEqual([]);
  });

  it('shows a thread, its case and its files to nobody else', async () => {
    const { caseId } = story;
    // Of the same State, and no member.
    const esteban = await story.hand('cr-esteban');
    const told = async (path: string) => (await esteban.device.send({ path })).body;
    expect((await told('/threads')).threads).toEqual([]);
    expect((await told('/cases')).cases).toEqual([]);
    const { heads } = (await esteban.device.send({ path: '/threads/heads', withoutProof: true }))
      .body;
    expect(heads).toEqual([]);
    expect((await told(`/cases/${caseId}`)).code).toBe('case.not-found');
    const foreign = file.as(esteban);
    const answers = [
      await esteban.page(),
      await esteban.send([esteban.sealed('x')]),
      await esteban.stage(systemRandom.bytes(10)),
      await foreign.reserve(),
      await foreign.ticket(),
    ];
    const codes = answers.map(({ body }) => body.code);
    expect(codes).toEqual(Array.from({ length: answers.length }, () => 'thread.not-found'));
    const { rosa } = story;
    expect((await rosa.page()).body.entries).toHaveLength(2);
    expect((await rosa.device.send({ path: '/threads' })).body.threads).toMatchObject([
      { threadId: rosa.threadId },
    ]);
    expect((await file.ticket()).status).toBe(200);
  });

  it('hands a vault to its person, and to nobody else', async () => {
    const item = `/vault/items/${'A'.repeat(43)}`;
    for (const seat of [seatOf('cr-esteban'), seatOf('pa-omar'), registrarSeat('CR')]) {
      const device = await SeatedDevice.at(api, seat);
      expect((await device.send({ path: '/vault' })).body).toEqual({
        head: null,
        wraps: [],
        items: [],
      });
      expect((await device.send({ path: item })).body.code).toBe('vault.not-found');
    }
    const rosa = await SeatedDevice.at(api, seatOf('cr-rosa'));
    expect((await rosa.send({ path: '/vault' })).body.items).toHaveLength(1);
    expect((await rosa.send({ path: item })).status).toBe(200);
  });

  it.each<readonly [string, Action, path: string, how: 'POST' | 'DELETE' | 'GET', object]>([
    ['export', 'audit.export-large', '/audit/exports/:id/approval', 'POST', {}],
    ['export', 'audit.view', '/audit/exports/:id/content', 'GET', {}],
    [
      'alert',
      'audit.acknowledge-alert',
      '/audit/alerts/:id/transitions',
      'POST',
      { step: 'closed' },
    ],
    ['erasure', 'audit.erase', '/audit/erasures/:id/approval', 'POST', {}],
    ['disclosure', 'audit.disclose', '/audit/disclosures/:id/approval', 'POST', {}],
    ['scope', 'audit.grant-scope', '/audit/scopes/:id/approval', 'POST', {}],
    ['scope', 'audit.grant-scope', '/audit/scopes/:id', 'DELETE', {}],
  ])(
    'leaves an %s to the auditors of its State (%s, %s)',
    async (...[name, action, path, method, said]) => {
      const before = await oversight();
      const objectId = plantedIdOf('CR', name);
      const absent = name === 'scope' ? 'scope.not-found' : `${name}.not-found`;
      const strangers = [
        [seatOf('pa-nelva'), absent],
        [registrarSeat('PA'), absent],
        [seatOf('cr-rosa'), 'access.denied'],
        [seatOf('cr-daniel'), 'access.denied'],
      ] as const;
      for (const [seat, code] of strangers) {
        // Five refusals of somebody in a minute are told one by one.
        api.clock.ms += 60_000;
        const device = await SeatedDevice.at(api, seat);
        const headers = await purposeOf(device);
        const body = Object.keys(said).length === 0 ? {} : { body: said };
        const sending = { method, path: path.replace(':id', objectId), headers, ...body };
        const { body: answer } = await device.sendElevated(sending, { action, objectId });
        expect([seat.name, answer.code]).toEqual([
          seat.name,
          expect.stringMatching(`^(${code}|access.denied)$`),
        ]);
      }
      expect(await oversight()).toEqual(before);
    },
  );

  it('tells the alerts of a State to its own, and those about the platform to operators', async () => {
    const rules = async (seat: Seat) =>
      (await (await SeatedDevice.at(api, seat)).send({ path: '/audit/alerts' })).body;
    expect(await rules(seatOf('pa-nelva'))).toEqual([]);
    expect(await rules(registrarSeat('PA'))).toEqual([]);
    expect((await rules(seatOf('cr-rosa'))).code).toBe('access.denied');
    const ids = (alerts: readonly { readonly alertId: string }[]) =>
      alerts.map((one) => one.alertId);
    const technical = plantedIdOf('CR', 'technical alert');
    expect(ids(await rules(seatOf('xr-tania')))).toEqual([technical]);
    const own = [plantedIdOf('CR', 'alert'), technical].toSorted();
    expect(ids(await rules(seatOf('cr-ines'))).toSorted()).toEqual(own);
  });

  it('takes a purpose in the session that declared it, and in no other', async () => {
    const search = async (device: SeatedDevice, headers: Readonly<Record<string, string>>) =>
      (await device.send({ method: 'POST', path: '/audit/searches', body: {}, headers })).body;
    const ines = await SeatedDevice.at(api, seatOf('cr-ines'));
    const headers = await purposeOf(ines);
    expect((await search(ines, headers)).events).toBeDefined();
    for (const seat of [seatOf('pa-nelva'), seatOf('cr-ines')]) {
      const other = await SeatedDevice.at(api, seat);
      expect((await search(other, headers)).code).toBe('purpose.required');
    }
  });

  it('shows no draft of a request to the State that it is for, or to a third one', async () => {
    const requestId = newRandomId(systemRandom);
    const rosa = await SeatedDevice.at(api, seatOf('cr-rosa'));
    const body = { requestId, requestedState: 'PA' };
    expect((await rosa.send({ method: 'POST', path: '/requests', body })).status).toBe(201);
    for (const slug of ['pa-omar', 'gt-delia'] as const) {
      const device = await SeatedDevice.at(api, seatOf(slug));
      const shown = await device.send({ path: `/requests/${requestId}` });
      expect([slug, shown.body.code]).toEqual([slug, 'request.not-found']);
      expect((await device.send({ path: '/requests' })).body.requests).toEqual([]);
    }
    expect((await rosa.send({ path: `/requests/${requestId}` })).status).toBe(200);
  });
});
