import { beforeEach, describe, expect, it } from '@jest/globals';

import { formatInstant } from '@enlace/kernel';
import {
  officeId,
  personaOf,
  Region,
  refusalOf,
  testBytes,
  testId,
  testPublicKey,
  vkeyOf,
  type AnyDraft,
  type Draft,
} from '@enlace/testing';

import { officeAt, policyOf } from './authority-rules.js';

const DAY_MS = 86_400_000;
const TWO = ['registrar:CR:1', 'registrar:CR:2'];

const complete = await Region.complete('CR');
let region = complete;
beforeEach(() => {
  region = complete.copy();
});

const refused = (draft: AnyDraft, ...signers: string[]) =>
  refusalOf(() => region.add(draft, signers));
const inDays = (days: number) => formatInstant(region.nowMs + days * DAY_MS);

describe('an office', () => {
  const office = (change: Partial<Draft<'office'>> = {}): Draft<'office'> => ({
    ...region.office('CR', 'cooperation'),
    officeId: testId('new office', 7),
    ...change,
  });
  const liaison = (parent: string | null, regions = ['CR-P']) =>
    office({ kind: 'liaison', parent, regions });

  it('is made, changed and closed by two registrars of its State', () => {
    expect(refused(office(), 'registrar:CR:1')).toBe('two-registrars');
    expect(refused(office(), 'registrar:PA:1', 'registrar:PA:2')).toBe('signer');
    const { officeId: id } = office();
    region.add(office(), TWO);
    expect(officeAt(region.directory, 'CR', id)?.kind).toBe('cooperation');
    expect(refused({ ...office(), state: 'PA' }, 'registrar:PA:1', 'registrar:PA:2')).toBe(
      'other-state',
    );
    region.add(office({ closed: true }), TWO);
    expect(officeAt(region.directory, 'CR', id)).toBeNull();
  });

  it('stands in the tree: a liaison below a specialised or a liaison office, with regions of its own State', () => {
    const specialised = officeId('CR', 'specialised');
    region.add(liaison(specialised), TWO);
    expect(refused(liaison(null), ...TWO)).toBe('office-parent');
    expect(refused(liaison(officeId('CR', 'audit')), ...TWO)).toBe('office-parent');
    expect(refused(liaison(officeId('PA', 'specialised')), ...TWO)).toBe('office-parent');
    expect(refused(liaison(specialised, []), ...TWO)).toBe('office-regions');
    expect(refused(liaison(specialised, ['PA-5']), ...TWO)).toBe('other-state');
    expect(refused(office({ regions: ['CR-P'] }), ...TWO)).toBe('office-regions');
  });

  it('is never below itself', () => {
    const [a, b] = [testId('a', 7), testId('b', 7)];
    region.add(office({ officeId: a }), TWO);
    region.add(office({ officeId: b, parent: a }), TWO);
    expect(refused(office({ officeId: a, parent: b }), ...TWO)).toBe('office-cycle');
    expect(refused(office({ officeId: a, parent: a }), ...TWO)).toBe('office-cycle');
  });

  it('has a policy of its State, the strictest until one is signed', () => {
    expect(policyOf(region.directory, 'CR')).toMatchObject({
      allowCliDevices: false,
      sensitiveRoleDelayHours: 24,
      minVaultWraps: 2,
    });
  });
});

describe('a contact', () => {
  const contact = (change: Partial<Draft<'contact'>> = {}): Draft<'contact'> => ({
    type: 'contact',
    state: 'CR',
    contactId: testId('contact', 7),
    officeId: officeId('CR', 'specialised'),
    personId: testId('cr-rosa', 4),
    duties: ['urgent-24x7'],
    card: testBytes('card', 32),
    closed: false,
    ...change,
  });
  const approval = (id: string, days = 300): Draft<'contact-approval'> => ({
    type: 'contact-approval',
    state: 'CR',
    contact: id,
    validUntil: inDays(days),
  });
  const confirmation = (id: string, days = 90): Draft<'contact-confirmation'> => ({
    type: 'contact-confirmation',
    state: 'CR',
    contact: id,
    quarter: '2027-Q1',
    confirmedUntil: inDays(days),
  });

  it('is proposed by its office, approved by the chancellery, confirmed by office or registrar', () => {
    expect(refused(contact(), 'identity:cr-lucia')).toBe('signer');
    expect(refused(contact(), 'registrar:CR:1')).toBe('signer');
    const { id } = region.add(contact(), ['identity:cr-rosa']);
    expect(refused(confirmation(id), 'identity:cr-rosa')).toBe('contact-not-approved');
    expect(refused(approval(id), 'identity:cr-rosa')).toBe('signer');
    expect(refused(approval(id), 'identity:pa-hugo')).toBe('signer');
    expect(refused(approval(id, 367), 'identity:cr-daniel')).toBe('term-length');
    expect(refused(approval(id, 0), 'identity:cr-daniel')).toBe('term-length');
    region.add(approval(id), ['identity:cr-daniel']);
    expect(refused(confirmation(id, 101), 'identity:cr-rosa')).toBe('term-length');
    expect(refused(confirmation(id), 'identity:cr-lucia')).toBe('signer');
    expect(refused(confirmation(id), 'registrar:CR:1', 'identity:cr-rosa')).toBe('one-signature');
    region.add(confirmation(id), ['identity:cr-rosa']);
    region.add(confirmation(id), ['registrar:CR:2']);
  });

  it('needs its newest text approved', () => {
    const { id } = region.add(contact(), ['identity:cr-rosa']);
    const newer = region.add(contact({ duties: ['victims'] }), ['identity:cr-rosa']);
    expect(refused(approval(id), 'identity:cr-daniel')).toBe('contact-superseded');
    region.add(approval(newer.id), ['identity:cr-daniel']);
    const closed = region.add(contact({ closed: true }), ['identity:cr-rosa']);
    expect(refused(approval(closed.id), 'identity:cr-daniel')).toBe('contact');
  });

  it('is not approved by two different terms with one serial', () => {
    const { id } = region.add(contact(), ['identity:cr-rosa']);
    for (const days of [10, 20]) {
      region.apply(region.draft({ ...approval(id, days), serial: 1 }, ['identity:cr-daniel']));
    }
    expect(refused(confirmation(id), 'identity:cr-rosa')).toBe('contact-not-approved');
  });

  it.each<[string, () => Partial<Draft<'contact'>>]>([
    ['office', () => ({ officeId: testId('none', 7) })],
    ['person', () => ({ personId: testId('none', 4) })],
    ['signer', () => ({ officeId: officeId('CR', 'audit') })],
    ['member-duties', () => ({ duties: [] })],
    ['member-duties', () => ({ duties: ['other'] })],
    ['accepted', () => ({ personId: null })],
  ])('is judged %s', (rule, change) => {
    expect(refused(contact(change()), 'identity:cr-rosa')).toBe(rule);
  });

  it('cannot be approved when it is no contact', () => {
    const { id } = region.add(contact(), ['identity:cr-rosa']);
    expect(refused(approval(testPublicKey('none')), 'identity:cr-daniel')).toBe('contact');
    expect(refused({ ...approval(id), state: 'PA' }, 'identity:pa-hugo')).toBe('contact');
    expect(refused({ ...contact(), state: 'PA' }, 'identity:pa-omar')).toBe('office');
  });
});

describe('a fact', () => {
  const fact = (path: string, change: Partial<Draft<'fact-confirmation'>> = {}): AnyDraft => ({
    type: 'fact-confirmation',
    state: 'CR',
    path,
    value: '["es"]',
    source: 'Source',
    sourceDate: '2026-09-01',
    validFrom: null,
    validTo: null,
    reviewBy: null,
    note: null,
    ...change,
  });

  it('of a State is confirmed by two of its cooperation people, of another by nobody', () => {
    region.enrol({ ...personaOf('cr-lucia'), slug: 'cr-marta' });
    const two = ['identity:cr-lucia', 'identity:cr-marta'];
    const languages = '/countries/CR/languages';
    expect(refused(fact(languages), 'identity:cr-lucia')).toBe('signature-count');
    expect(refused(fact(languages), 'identity:cr-rosa', 'identity:cr-lucia')).toBe('signer');
    expect(refused(fact('/countries/US/languages'), ...two)).toBe('other-state');
    expect(refused(fact('/pairs/PA-US/bilateral'), ...two)).toBe('other-state');
    const party = (code: string, state: string) =>
      fact(`/instruments/${code}/parties/${state}`, { value: 'true' });
    expect(refused(party('NASSAU', 'US'), ...two)).toBe('other-state');
    // The code of a treaty may look like that of a State.
    expect(refused(party('CR-1993', 'US'), ...two)).toBe('other-state');
    region.add(party('CA-1993', 'CR'), two);
    region.add(fact(languages), two);
    region.add(fact('/pairs/CR-US/bilateral/exists', { value: 'true' }), two);
  });

  it('may be published as secondary by the secretariat', () => {
    const secondary = fact('/countries/US/languages', { state: 'XR' });
    expect(refused(secondary, 'identity:xr-tania')).toBe('signer');
    region.add(secondary, ['identity:xr-alma']);
  });

  it('is a rule review of one central authority', () => {
    const review = fact('/rules/dual-criminality/3', {
      state: 'PA',
      value: '{"result":"confirmed"}',
    });
    expect(refused(review, 'identity:pa-omar')).toBe('signer');
    region.add(review, ['identity:pa-yara']);
  });

  it.each([
    ['member-path', { path: '/countries/cr' }],
    ['member-path', { path: '/instruments/NASSAU/inForce' }],
    ['member-path', { path: '/instruments/NASSAU/parties/CR/since' }],
    ['member-value', { value: '{ }' }],
    ['member-value', { value: '1.5' }],
    ['member-sourceDate', { sourceDate: '2026-02-30' }],
    ['member-note', { note: '' }],
  ])('is refused by the rule %s', (rule, change) => {
    expect(refused(fact('/countries/CR/languages', change), 'identity:cr-lucia')).toBe(rule);
  });
});

describe('a key of the platform', () => {
  const directory = 'directory.example.test';
  const next = 'audit.example.test/2028';
  const logKey = (change: Partial<Draft<'log-key'>> = {}): Draft<'log-key'> => ({
    type: 'log-key',
    state: 'XR',
    use: 'audit',
    origin: next,
    vkey: vkeyOf(next),
    notBefore: inDays(0),
    ...change,
  });
  const log = `log:${directory}`;
  const itself = { use: 'directory', origin: directory, vkey: vkeyOf(directory) } as const;

  it('is vouched for by the directory log’s key, which is the pinned one', () => {
    region.add(logKey(itself), [log]);
    region.add(logKey(), [log]);
    expect(refused(logKey({ vkey: vkeyOf('x'), serial: 2 }), log)).toBe('log-key-serial');
    expect(refused(logKey({ origin: 'other' }), 'root:XR')).toBe('signer');
    expect(refused(logKey({ state: 'CR' }), log)).toBe('log-key-serial');
    expect(refused(logKey({ origin: directory, serial: 1 }), log)).toBe('log-key-use');
    expect(refused(logKey({ use: 'directory', origin: 'o' }), log)).toBe('log-key-use');
  });

  it('never replaces the one of the trust store', () => {
    const other = { ...itself, vkey: vkeyOf('thief') };
    expect(refused(logKey(other), 'log:thief')).toBe('log-key-pinned');
  });

  it('cannot be of a kind we do not know', () => {
    const { trustStore } = region.directory;
    const vkey = `${directory}+00000000+AAAA`;
    region.directory = {
      ...region.directory,
      trustStore: { ...trustStore, directory: { origin: directory, vkey } },
    };
    expect(refused(logKey({ ...itself, vkey }), log)).toBe('log-key-form');
  });
});
