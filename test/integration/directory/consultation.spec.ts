import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { formatInstant, sha256, toBase64Url, utf8, type JsonObject } from '@enlace/kernel';
import {
  freshDatabase,
  officeId,
  personaOf,
  Region,
  testId,
  type FreshDatabase,
} from '@enlace/testing';
import { cardHash } from '@enlace/trust';

import { CardErasuresRepository } from '../../../apps/api/src/directory/consultation/card-erasures.repository.js';
import { CardErasures } from '../../../apps/api/src/directory/consultation/card-erasures.service.js';
import { InstitutionsExport } from '../../../apps/api/src/directory/consultation/institutions.service.js';
import { ConsultationsRepository } from '../../../apps/api/src/directory/consultation/consultations.repository.js';
import { Consultations } from '../../../apps/api/src/directory/consultation/consultations.service.js';
import { aPerson, aRegistrar } from '../../support/people/callers.js';
import { readEvents } from '../../support/people/recorded-acts.js';
import { aStandingNode } from '../../support/people/standing.js';

type Person = Awaited<ReturnType<typeof aPerson>>;

const DAY_MS = 86_400_000;
const DECLARED = { purpose: 'investigation', declarationId: testId('declaration', 7) } as const;
const OMAR = testId('pa-omar', 4);
const CONTACT_ID = testId('contact', 7);
const NEXT_ID = testId('next contact', 7);
const salt = utf8('s'.repeat(32));
const contactCard: JsonObject = {
  displayName: null,
  email: 'enlace@fiscalia.example',
  function: { en: 'Focal point', es: 'Punto focal' },
  hours: '24/7',
  languages: ['es'],
  phone: '+507 0000 0000',
  substitute: null,
};

let fresh: FreshDatabase;
let region: Region;
let node: Awaited<ReturnType<typeof aStandingNode>>;
let consultations: Consultations;
let erasures: CardErasures;
let rosa: Person;

beforeEach(async () => {
  fresh = await freshDatabase();
  region = await Region.founded(['CR', 'PA', 'XR']);
  for (const state of ['CR', 'PA', 'XR'] as const) region.addOffices(state);
  for (const slug of ['cr-rosa', 'cr-ines', 'pa-omar', 'pa-hugo', 'xr-alma'])
    region.enrol(personaOf(slug));
  node = await aStandingNode(fresh, region);
  const { acts, permissions, audit, clock } = node;
  consultations = new Consultations(acts, permissions, new ConsultationsRepository(), audit);
  erasures = new CardErasures(acts, permissions, new CardErasuresRepository(), audit, clock);
  rosa = await aPerson(fresh, 'cr-rosa');
  await plantNames({ 'cr-rosa': 'Rosa Alpízar Mena', 'pa-omar': 'Omar Pinzón Arce' });
  await anApprovedContact();
});

afterEach(async () => {
  await node.close();
  await fresh.drop();
});

async function plantNames(names: Readonly<Record<string, string>>): Promise<void> {
  for (const [slug, displayName] of Object.entries(names)) {
    const body = JSON.stringify({ displayName, title: { en: 'Prosecutor', es: 'Fiscal' } });
    await fresh.asAdmin(
      `INSERT INTO app.cards SELECT state, card, 'person', $2, $3 FROM app.persons WHERE person_id = $1`,
      [testId(slug, 4), body, Buffer.from(salt)],
    );
  }
}

async function anApprovedContact(): Promise<void> {
  const contact = region.draft(
    {
      type: 'contact',
      state: 'PA',
      contactId: CONTACT_ID,
      officeId: officeId('PA', personaOf('pa-omar').office),
      personId: OMAR,
      duties: ['urgent-24x7'],
      card: cardHash(contactCard, salt),
      closed: false,
    },
    ['identity:pa-omar'],
  );
  const validUntil = formatInstant(region.nowMs + 300 * DAY_MS);
  const approval = region.draft(
    { type: 'contact-approval', state: 'PA', contact: contact.id, validUntil },
    ['identity:pa-hugo'],
  );
  const omar = await aPerson(fresh, 'pa-omar');
  const hugo = await aPerson(fresh, 'pa-hugo');
  await node.contacts.propose(omar.act('contact.propose', CONTACT_ID, 'contact.proposed'), {
    wire: contact.object.wire,
    card: { body: JSON.stringify(contactCard), salt: toBase64Url(salt) },
  });
  const act = hugo.act('contact.approve', CONTACT_ID, 'contact.approved');
  await node.contacts.approve(act, CONTACT_ID, approval.object.wire);
}

const search = async (
  filter: Parameters<Consultations['search']>[1],
  { by = rosa, why = DECLARED }: { by?: Person; why?: object } = {},
) =>
  consultations.search(
    { ...by.act('directory.search', 'directory', 'directory.searched'), why },
    filter,
  );
const consult = async (
  personId: string,
  { by = rosa, why = DECLARED }: { by?: Person; why?: object } = {},
) =>
  consultations.consult(
    { ...by.act('person.consult', personId, 'person.consulted'), why },
    personId,
  );
const cardOf = async (slug: string): Promise<string> => {
  const [row] = await fresh.asAdmin('SELECT card FROM app.persons WHERE person_id = $1', [
    testId(slug, 4),
  ]);
  return String(row?.['card']);
};
const lastEvent = async (type: string) =>
  (await readEvents(fresh)).findLast(({ what }) => what['type'] === type);

describe('a search of the directory', () => {
  it.each([
    ['a name without its accents', { text: 'pinzon' }],
    ['a name in capitals', { text: 'OMAR' }],
    ['a State and a role', { state: 'PA', role: 'liaison' }],
    ['a region that the office covers', { region: 'PA-5', role: 'prosecutor' }],
  ] as const)('finds a person by %s', async (_, filter) => {
    const found = await search(filter);
    expect(found.people.map(({ personId }) => personId)).toEqual([OMAR]);
    expect(found.hasMore).toBe(false);
  });

  it('finds the contact with a duty, and shows no telephone', async () => {
    const found = await search({ duty: 'urgent-24x7' });
    expect(found.contacts).toMatchObject([
      { contactId: CONTACT_ID, state: 'PA', personId: OMAR, confirmedUntil: null },
    ]);
    expect(JSON.stringify(found)).not.toContain('+507');
  });

  it('finds nobody who was revoked, and nothing by the signs that SQL knows', async () => {
    await fresh.asAdmin(`UPDATE app.persons SET revoked_reason = 'left' WHERE person_id = $1`, [
      OMAR,
    ]);
    expect(await search({ text: 'pinzon' })).toMatchObject({ people: [], contacts: [] });
    expect(await search({ text: '%%' })).toMatchObject({ people: [] });
  });

  it('says on record what was asked, why, and how much was found', async () => {
    await search({ text: 'pinzón', state: 'PA' });
    const event = await lastEvent('directory.searched');
    expect(event?.what).toMatchObject({ filter: ['state=PA', 'text=pinzón'], rows: 2 });
    expect(event?.why).toMatchObject(DECLARED);
  });

  it('for nothing is no search', async () => {
    await expect(search({})).rejects.toMatchObject({ code: 'body.malformed' });
  });

  it('without a declared purpose is refused and recorded', async () => {
    await expect(search({ state: 'PA' }, { why: {} })).rejects.toMatchObject({
      code: 'purpose.required',
    });
    expect((await lastEvent('access.denied'))?.what).toMatchObject({
      reasonCode: 'purpose.required',
    });
  });
});

describe('the contacts that offices proposed', () => {
  const list = async (by: Person, why: object = {}) =>
    consultations.listProposals({
      ...by.act('directory.search', 'directory', 'directory.searched'),
      why,
    });

  const card = { ...contactCard, phone: '+507 1111 1111' };
  const proposeNext = async () => {
    const omar = await aPerson(fresh, 'pa-omar');
    const next = region.draft(
      {
        type: 'contact',
        state: 'PA',
        contactId: NEXT_ID,
        officeId: officeId('PA', personaOf('pa-omar').office),
        personId: OMAR,
        duties: ['urgent-24x7'],
        card: cardHash(card, salt),
        closed: false,
      },
      ['identity:pa-omar'],
    );
    await node.contacts.propose(omar.act('contact.propose', NEXT_ID, 'contact.proposed'), {
      wire: next.object.wire,
      card: { body: JSON.stringify(card), salt: toBase64Url(salt) },
    });
    return next;
  };

  it('are what the foreign ministry reads before it approves or rejects', async () => {
    const hugo = await aPerson(fresh, 'pa-hugo');
    const next = await proposeNext();
    const { proposals, hasMore } = await list(hugo);
    expect(hasMore).toBe(false);
    expect(proposals).toMatchObject([
      {
        statementId: next.id,
        step: 'proposed',
        wire: next.object.wire,
        cardSalt: toBase64Url(salt),
      },
      { contactId: CONTACT_ID, step: 'approved', cardBody: null, cardSalt: null },
    ]);
    expect(JSON.parse(proposals[0]?.cardBody ?? '')).toEqual(card);
    expect((await lastEvent('directory.searched'))?.what).toMatchObject({
      filter: ['proposals'],
      rows: 2,
    });
  });

  it('leave no words behind when they are rejected, nor a second copy when they are approved', async () => {
    const hugo = await aPerson(fresh, 'pa-hugo');
    await proposeNext();
    const wordsKept = async () =>
      JSON.stringify(await fresh.asAdmin('SELECT * FROM app.contact_proposals'));
    expect(await wordsKept()).toContain('1111');
    const act = hugo.act('contact.reject', NEXT_ID, 'contact.rejected');
    await node.contacts.reject(act, NEXT_ID, 'The telephone is not answered.');
    expect(await wordsKept()).not.toContain('+507');
    const { proposals } = await list(hugo);
    expect(Object.fromEntries(proposals.map(({ step, reason }) => [step, reason]))).toEqual({
      rejected: 'The telephone is not answered.',
      approved: null,
    });
  });

  it('are not shown to another State, nor without a purpose to who needs one', async () => {
    expect((await list(rosa, DECLARED)).proposals).toEqual([]);
    await expect(list(rosa)).rejects.toMatchObject({ code: 'purpose.required' });
  });
});

describe('the list of institutions', () => {
  const publish = async (by: Person) => {
    const { acts, permissions, audit, clock } = node;
    return new InstitutionsExport(acts, permissions, audit, clock).publish(
      by.act('directory.publish-institutions', 'directory', 'directory.institutions-published'),
    );
  };

  it('is made by the secretariat, holds offices and no person, and its hash is on record', async () => {
    const alma = await aPerson(fresh, 'xr-alma');
    const { file, fileHash } = await publish(alma);
    const list = JSON.parse(file);
    expect(list.authorities.map(({ state }: { state: string }) => state)).toEqual([
      'CR',
      'PA',
      'XR',
    ]);
    expect(list.offices.length).toBeGreaterThan(4);
    expect(file).not.toContain(OMAR);
    expect(file).not.toMatch(/phone|email|displayName|person/);
    expect(fileHash).toBe(toBase64Url(sha256(utf8(file))));
    const event = await lastEvent('directory.institutions-published');
    expect(event?.what).toMatchObject({ fileHash });
  });

  it('is made by nobody else', async () => {
    await expect(publish(rosa)).rejects.toMatchObject({ code: 'access.denied' });
  });
});

describe('a profile', () => {
  it('shows telephone and mail once a purpose is declared, and both States read that it was', async () => {
    const shown = await consult(OMAR);
    expect(shown.contacts.map(({ cardBody }) => JSON.parse(cardBody ?? ''))).toEqual([contactCard]);
    const event = await lastEvent('person.consulted');
    expect(event?.what).toMatchObject({
      subjectId: OMAR,
      subjectState: 'PA',
      states: ['CR', 'PA'],
    });
    expect(event?.why).toMatchObject(DECLARED);
    await expect(consult(OMAR, { why: {} })).rejects.toMatchObject({ code: 'purpose.required' });
  });

  it('of nobody is not found; a registrar sees those of the own State only', async () => {
    await expect(consult(testId('nobody', 4))).rejects.toMatchObject({ code: 'person.not-found' });
    const elsa = await aRegistrar(fresh, 'PA', 1);
    const ana = await aRegistrar(fresh, 'CR', 1);
    expect(await consult(OMAR, { by: elsa, why: {} })).toMatchObject({ person: { state: 'PA' } });
    await expect(consult(OMAR, { by: ana, why: {} })).rejects.toMatchObject({
      code: 'access.denied',
    });
  });
});

describe('the erasure of a card', () => {
  const ask = async (by: Person, card: string) =>
    erasures.ask(by.act('card.erase', card, 'card.erased'), card);
  const approve = async (by: Person, card: string) =>
    erasures.approve(by.act('card.erase', card, 'card.erased'), card);

  it('takes an auditor and a registrar of the State; then body and salt are gone', async () => {
    const card = await cardOf('cr-rosa');
    const ines = await aPerson(fresh, 'cr-ines');
    const ana = await aRegistrar(fresh, 'CR', 1);
    expect(await ask(ana, card)).toEqual({ card, step: 'proposed' });
    await expect(approve(ana, card)).rejects.toMatchObject({ code: 'approval.required' });
    const mario = await aRegistrar(fresh, 'CR', 2);
    await expect(approve(mario, card)).rejects.toMatchObject({ code: 'approval.required' });
    expect(await approve(ines, card)).toEqual({ card, step: 'erased' });
    expect(await fresh.asAdmin('SELECT body, salt FROM app.cards WHERE card = $1', [card])).toEqual(
      [{ body: null, salt: null }],
    );
    await expect(ask(ana, card)).rejects.toMatchObject({ code: 'card.not-found' });
    expect((await search({ text: 'Alpizar' })).people).toEqual([]);
    const events = (await readEvents(fresh)).filter(({ what }) => what['type'] === 'card.erased');
    // Two events of one millisecond have no order of their own: the asking has one approval, the erasure two.
    expect(events.map(({ what }) => what['approvals'])).toEqual(
      expect.arrayContaining([[ana.personId], [ana.personId, ines.personId]]),
    );
    expect(events).toHaveLength(2);
    expect(events[0]?.what).toMatchObject({ kind: 'person' });
  });

  it('is not for another State, nor for anybody else', async () => {
    const card = await cardOf('cr-rosa');
    const elsa = await aRegistrar(fresh, 'PA', 1);
    await expect(ask(elsa, card)).rejects.toMatchObject({ code: 'card.not-found' });
    await expect(ask(rosa, card)).rejects.toMatchObject({ code: 'access.denied' });
    await expect(approve(rosa, card)).rejects.toMatchObject({ code: 'access.denied' });
  });

  it('is refused by the database to one person who holds both roles', async () => {
    const card = await cardOf('cr-rosa');
    const ana = await aRegistrar(fresh, 'CR', 1);
    await ask(ana, card);
    const repository = new CardErasuresRepository();
    const { sidHash } = ana.act('card.erase', card, null);
    const alone = node.database.inSession(Object(sidHash), (tx) => repository.erase(tx, card));
    expect(await alone).toBe(false);
  });
});
