import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { formatInstant, toBase64Url, utf8, type JsonObject } from '@enlace/kernel';
import {
  freshDatabase,
  officeId,
  personaOf,
  Region,
  testId,
  type Draft,
  type FreshDatabase,
} from '@enlace/testing';
import { cardHash, type Statement } from '@enlace/trust';

import { aPerson, aRegistrar } from '../../support/people/callers.js';
import { unrecordedStatements } from '../../support/audit/unrecorded.js';
import { readEvents } from '../../support/people/recorded-acts.js';
import { aStandingNode } from '../../support/people/standing.js';

const DAY_MS = 86_400_000;
const CONTACT_ID = testId('contact', 7);
const salt = utf8('s'.repeat(32));
const cardBody: JsonObject = {
  displayName: 'Rosa Alpízar Mena',
  email: null,
  function: { en: 'Focal point', es: 'Punto focal' },
  hours: '24/7',
  languages: ['es', 'en'],
  phone: '+506 0000 0000',
  substitute: null,
};
const card = { body: JSON.stringify(cardBody), salt: toBase64Url(salt) };

let fresh: FreshDatabase;
let region: Region;
let node: Awaited<ReturnType<typeof aStandingNode>>;
let rosa: Awaited<ReturnType<typeof aPerson>>;
let daniel: Awaited<ReturnType<typeof aPerson>>;

beforeEach(async () => {
  fresh = await freshDatabase();
  region = await Region.founded(['CR', 'PA', 'XR']);
  for (const state of ['CR', 'PA'] as const) region.addOffices(state);
  for (const slug of ['cr-rosa', 'cr-lucia', 'cr-daniel', 'pa-hugo']) region.enrol(personaOf(slug));
  node = await aStandingNode(fresh, region);
  rosa = await aPerson(fresh, 'cr-rosa');
  daniel = await aPerson(fresh, 'cr-daniel');
});

afterEach(async () => {
  await node.close();
  await fresh.drop();
});

function aContact(change: Partial<Draft<'contact'>> = {}, signer = 'identity:cr-rosa'): Statement {
  const draft: Draft<'contact'> = {
    type: 'contact',
    state: 'CR',
    contactId: CONTACT_ID,
    officeId: officeId('CR', 'specialised'),
    personId: testId('cr-rosa', 4),
    duties: ['focal-point-smuggling'],
    card: cardHash(cardBody, salt),
    closed: false,
    ...change,
  };
  return region.draft(draft, [signer]);
}

const propose = (contact = aContact(), by = rosa) =>
  node.contacts.propose(by.act('contact.propose', CONTACT_ID, 'contact.proposed'), {
    wire: contact.object.wire,
    card,
  });
const approvalOf = (contact: Statement, signer = 'identity:cr-daniel') => {
  const validUntil = formatInstant(region.nowMs + 300 * DAY_MS);
  const draft = { type: 'contact-approval', state: 'CR', contact: contact.id, validUntil } as const;
  return region.draft(draft, [signer]).object.wire;
};
const approve = (contact = aContact(), by = daniel, wire = approvalOf(contact)) =>
  node.contacts.approve(
    by.act('contact.approve', CONTACT_ID, 'contact.approved'),
    CONTACT_ID,
    wire,
  );
const reject = (by = daniel) =>
  node.contacts.reject(
    by.act('contact.reject', CONTACT_ID, 'contact.rejected'),
    CONTACT_ID,
    'not our office',
  );
const confirm = (by: typeof rosa, signer: string, contact = aContact()) => {
  const draft = {
    type: 'contact-confirmation',
    state: 'CR',
    contact: contact.id,
    quarter: '2027-Q1',
    confirmedUntil: formatInstant(region.nowMs + 90 * DAY_MS),
  } as const;
  return node.contacts.confirm(
    by.act('contact.confirm', CONTACT_ID, 'contact.confirmed'),
    CONTACT_ID,
    region.draft(draft, [signer]).object.wire,
  );
};
const logged = async () =>
  (await fresh.asAdmin('SELECT kind FROM app.directory_statements ORDER BY place'))
    .map(({ kind }) => kind)
    .slice(region.wires.length);
const typesOfEvents = async () =>
  (await readEvents(fresh)).map(({ what }) => `${String(what['type'])} ${String(what['outcome'])}`);

describe('a contact', () => {
  it('stays out of the log until the foreign ministry approves it; then both enter together', async () => {
    expect(await propose()).toEqual({ contactId: CONTACT_ID, step: 'proposed' });
    expect(await logged()).toEqual([]);
    expect(await approve()).toEqual({ contactId: CONTACT_ID, step: 'approved' });
    expect(await logged()).toEqual(['contact', 'contact-approval']);
    const cards = await fresh.asAdmin(`SELECT kind, body FROM app.cards`);
    expect(cards).toEqual([{ kind: 'contact', body: card.body }]);
    expect(await confirm(rosa, 'identity:cr-rosa')).toMatchObject({ step: 'confirmed' });
    expect(await logged()).toEqual(['contact', 'contact-approval', 'contact-confirmation']);
    expect(await typesOfEvents()).toEqual(
      expect.arrayContaining([
        'contact.proposed success',
        'contact.approved success',
        'contact.confirmed success',
      ]),
    );
  });

  it('leaves no statement in the log that reconciliation misses in the record', async () => {
    const planted = await unrecordedStatements(fresh);
    await propose();
    await approve();
    await confirm(rosa, 'identity:cr-rosa');
    expect(await unrecordedStatements(fresh)).toEqual(planted);
    await fresh.asAdmin(`DELETE FROM audit.sections s USING audit.events e
      WHERE e.event_id = s.event_id AND e.type = 'contact.approved' AND s.section = 1`);
    expect(await unrecordedStatements(fresh)).toHaveLength(planted.length + 1);
  });

  it('that is rejected stays out for ever', async () => {
    await propose();
    expect(await reject()).toMatchObject({ step: 'rejected' });
    await expect(approve()).rejects.toMatchObject({ code: 'contact.step' });
    await expect(reject()).rejects.toMatchObject({ code: 'contact.step' });
    expect(await logged()).toEqual([]);
  });

  it('takes its steps in order', async () => {
    await expect(approve()).rejects.toMatchObject({ code: 'contact.not-found' });
    await expect(confirm(rosa, 'identity:cr-rosa')).rejects.toMatchObject({
      code: 'contact.not-found',
    });
    await propose();
    await expect(confirm(rosa, 'identity:cr-rosa')).rejects.toMatchObject({
      code: 'contact.not-found',
    });
    await approve();
    await expect(approve()).rejects.toMatchObject({ code: 'contact.step' });
  });

  it('is proposed by somebody of the office, with an own signature and its card', async () => {
    const lucia = await aPerson(fresh, 'cr-lucia');
    await expect(propose(aContact({}, 'identity:cr-lucia'), lucia)).rejects.toMatchObject({
      code: 'access.denied',
    });
    await expect(propose(aContact({}, 'identity:cr-lucia'))).rejects.toMatchObject({
      code: 'statement.refused',
    });
    await expect(propose(aContact({ card: 'A'.repeat(43) }))).rejects.toMatchObject({
      facts: { rule: 'card' },
    });
  });

  it('is approved by the ministry of its State alone, and confirmed by a registrar too', async () => {
    await propose();
    const hugo = await aPerson(fresh, 'pa-hugo');
    await expect(approve(aContact(), hugo)).rejects.toMatchObject({ code: 'contact.not-found' });
    await expect(approve(aContact(), rosa)).rejects.toMatchObject({ code: 'access.denied' });
    const foreign = approvalOf(aContact(), 'identity:pa-hugo');
    await expect(approve(aContact(), daniel, foreign)).rejects.toMatchObject({
      code: 'statement.refused',
    });
    await approve();
    const ana = await aRegistrar(fresh, 'CR', 1);
    expect(await confirm(ana, 'registrar:CR:1')).toMatchObject({ step: 'confirmed' });
  });
});
