import { beforeEach, describe, expect, it } from '@jest/globals';

import { formatInstant } from '@enlace/kernel';
import type { Role } from '@enlace/contracts';
import {
  officeId,
  personaOf,
  Region,
  refusalOf,
  strictPolicy,
  testId,
  testPublicKey,
  type AnyDraft,
  type Draft,
} from '@enlace/testing';

import { verifyDevice, verifyPerson } from '../chain.js';
import { applySeenRevocation, findStatement, replay } from './apply.js';

const DAY_MS = 86_400_000;
const TWO = ['registrar:CR:1', 'registrar:CR:2'];
const rosa = personaOf('cr-rosa');
const omar = personaOf('pa-omar');

const complete = await Region.complete('CR');
let region = complete;
beforeEach(() => {
  region = complete.copy();
});

const refused = (draft: AnyDraft, ...signers: string[]) =>
  refusalOf(() => region.add(draft, signers));
const judge = (slug = 'cr-rosa') =>
  refusalOf(() => verifyDevice(region.directory, testId(`device:${slug}`, 7), region));
const certOf = (slug: string) =>
  region.newestId('person-cert', personaOf(slug).state, testId(slug, 4));
const deviceCertOf = (slug: string) =>
  region.newestId('device-cert', personaOf(slug).state, testId(`device:${slug}`, 7));
const registrarCertOf = (number: number) =>
  region.newestId('registrar-cert', 'CR', testId(`registrar:CR:${number}`, 4));
const person = (slug: string, change: Partial<Draft<'person-cert'>> = {}) =>
  region.renewal(personaOf(slug), change);
const newcomer = (change: Partial<Draft<'person-cert'>> = {}): Draft<'person-cert'> => ({
  ...region.person({ ...rosa, slug: 'cr-nadia' }),
  ...change,
});
const revocation = (change: Partial<Draft<'revocation'>>): Draft<'revocation'> => ({
  type: 'revocation',
  state: 'CR',
  target: certOf('cr-rosa'),
  targetKind: 'person',
  reason: 'suspended',
  sinceIndex: null,
  ...change,
});
describe('a person is certified', () => {
  it('by two registrars of the own State and by nobody else', () => {
    expect(refused(newcomer(), 'registrar:CR:1')).toBe('two-registrars');
    expect(refused(newcomer(), 'registrar:CR:1', 'registrar:CR:1')).toBe('signature-order');
    expect(refused(newcomer(), 'registrar:CR:1', 'registrar:PA:1')).toBe('signer');
    expect(refused(newcomer(), 'root:CR')).toBe('signer');
    expect(refused(newcomer(), ...TWO, 'identity:cr-rosa')).toBe('signer');
    expect(refused(newcomer(), 'registrar:PA:1', 'registrar:PA:2')).toBe('signer');
    region.add(newcomer(), TWO);
    expect(refused({ ...region.person(omar), previous: certOf('pa-omar') }, ...TWO)).toBe('signer');
  });

  it('in one State for ever', () => {
    const stolen = { ...person('cr-rosa'), personId: testId('pa-omar', 4), previous: null };
    expect(refused({ ...stolen, identityKey: testPublicKey('other') }, ...TWO)).toBe('other-state');
  });

  it('not by a registrar who was revoked, whose term is over, or who is not yet', () => {
    region.add(
      revocation({ target: registrarCertOf(1), targetKind: 'registrar', reason: 'left' }),
      ['root:CR'],
    );
    expect(refused(newcomer(), ...TWO)).toBe('signer');
    region.addRegistrar('CR', 3);
    region.add(newcomer(), ['registrar:CR:2', 'registrar:CR:3']);
    const before = { ...newcomer(), personId: testId('x', 4), identityKey: testPublicKey('x') };
    const early = { ...before, issuedAt: '2027-01-05T12:00:00.000Z' };
    expect(refused(early, 'registrar:CR:2', 'registrar:CR:3')).toBe('signer');
    region.nowMs += 365 * DAY_MS;
    expect(refused({ ...before, ...region.term(1) }, 'registrar:CR:2', 'registrar:CR:3')).toBe(
      'signer',
    );
  });

  it.each<[string, readonly Role[], 'national' | 'regional' | null]>([
    ['accepted', ['prosecutor', 'liaison'], null],
    ['accepted', ['cooperation-officer', 'central-authority'], null],
    ['accepted', ['platform-operator'], null],
    ['role-mixture', ['prosecutor', 'registrar'], null],
    ['role-mixture', ['prosecutor', 'cooperation-officer'], null],
    ['role-mixture', ['auditor', 'registrar'], 'national'],
    ['role-authority', ['auditor'], null],
    ['role-authority', ['auditor'], 'regional'],
    ['role-authority', ['prosecutor'], 'national'],
    ['role-authority', ['secretariat'], null],
    ['member-roles', [], null],
    ['member-roles', ['prosecutor', 'prosecutor'], null],
  ])('%s as %s with scope %s', (expected, roles, auditScope) => {
    expect(refused(newcomer({ roles: [...roles], auditScope }), ...TWO)).toBe(expected);
  });

  it.each<[string, Role, 'national' | 'technical' | null]>([
    ['accepted', 'registrar', null],
    ['accepted', 'auditor', 'technical'],
    ['role-authority', 'auditor', 'national'],
    ['role-authority', 'prosecutor', null],
    ['role-authority', 'chancellery-approver', null],
  ])('%s by the regional body as %s with scope %s', (expected, role, auditScope) => {
    const draft = region.person({ ...personaOf('xr-alma'), slug: 'xr-new', roles: [role] });
    const signers = ['registrar:XR:1', 'registrar:XR:2'];
    expect(refused({ ...draft, auditScope }, ...signers)).toBe(expected);
  });

  it('as a registrar or as something else, never as both', () => {
    const clara = { personId: testId('registrar:CR:1', 4), identityKey: testPublicKey('clara') };
    expect(refused(newcomer(clara), ...TWO)).toBe('role-mixture');
    region.add(newcomer({ ...clara, roles: ['registrar'] }), TWO);
    const registrarId = testId('cr-rosa', 4);
    const cert: Draft<'registrar-cert'> = {
      type: 'registrar-cert',
      state: 'CR',
      registrarId,
      key: testPublicKey('registrar:rosa'),
      ...region.term(365),
    };
    expect(refused(cert, 'root:CR')).toBe('role-mixture');
    region.add(revocation({ reason: 'left' }), ['registrar:CR:1']);
    region.add(cert, ['root:CR']);
    expect(refused(person('cr-rosa'), ...TWO)).toBe('role-mixture');
    region.add(
      revocation({ target: registrarCertOf(1), targetKind: 'registrar', reason: 'left' }),
      ['root:CR'],
    );
    region.add(
      newcomer({ ...clara, previous: region.newestId('person-cert', 'CR', clara.personId) }),
      ['registrar:CR:2', 'registrar:rosa'],
    );
  });

  it.each<[string, Partial<Draft<'person-cert'>>]>([
    ['office', { officeId: officeId('PA', 'specialised') }],
    ['previous', { previous: testPublicKey('nothing') }],
    ['term-length', { notAfter: '2028-06-01T00:00:00.000Z' }],
    ['key-in-use', { identityKey: testPublicKey('identity:pa-omar') }],
    ['key-in-use', { identityKey: testPublicKey('device:cr-rosa') }],
    ['member-personId', { personId: testId('cr-rosa', 7) }],
    ['serial-skipped', { serial: 2 }],
    ['member-serial', { serial: 0 }],
  ])('refused by the rule %s', (rule, change) => {
    expect(refused(newcomer(change), ...TWO)).toBe(rule);
  });

  it('with a serial that follows, once', () => {
    const again = region.draft(
      person('cr-rosa', {
        serial: 1,
        previous: null,
        issuedAt: '2027-01-04T12:00:00.000Z',
        ...beginning(),
      }),
      TWO,
    );
    expect(refusalOf(() => region.apply(again))).toBe('repeated');
    expect(refused(person('cr-rosa', { serial: 3 }), ...TWO)).toBe('serial-skipped');
  });

  const beginning = () => ({
    notBefore: '2027-01-04T12:00:00.000Z',
    notAfter: '2028-01-04T12:00:00.000Z',
  });
});

describe('an identity key', () => {
  const renewed = () => person('cr-rosa', { identityKey: testPublicKey('identity:cr-rosa:2') });
  const seen = () => verifyPerson(region.directory, testId('cr-rosa', 4), region).identityChange;

  it('is confirmed by the one before; its devices are certified anew', () => {
    region.add(renewed(), [...TWO, 'identity:cr-rosa']);
    region.witness();
    expect(seen()).toBe('confirmed-by-previous-key');
    expect(judge()).toBe('identity-changed');
    region.add(region.device(rosa), ['identity:cr-rosa:2']);
    region.witness();
    expect(judge()).toBe('accepted');
  });

  it('that only the authority vouches for waits a day', () => {
    region.add(renewed(), TWO);
    region.witness();
    expect(judge()).toBe('not-in-effect');
    region.nowMs += DAY_MS;
    expect(seen()).toBe('by-national-authority');
    region.add(person('cr-rosa', { identityKey: testPublicKey('identity:cr-rosa:2') }), TWO);
    region.witness();
    expect(seen()).toBe('none');
  });

  it('is never certified again once lost or compromised, and confirms nothing', () => {
    region.add(revocation({ reason: 'compromised' }), ['registrar:CR:2']);
    expect(refused(person('cr-rosa'), ...TWO)).toBe('key-burned');
    expect(refused(renewed(), ...TWO, 'identity:cr-rosa')).toBe('signer');
    region.add(renewed(), TWO);
  });
});

describe('a suspension', () => {
  it('takes one registrar, works at once, and is lifted by a new certificate with the same key', () => {
    expect(refused(revocation({}), 'identity:cr-rosa')).toBe('signer');
    expect(refused(revocation({}), 'registrar:PA:1')).toBe('signer');
    region.add(revocation({}), ['registrar:CR:1']);
    expect(judge()).toBe('person-revoked');
    expect(refused(region.device(rosa), 'identity:cr-rosa')).toBe('person');
    region.add(person('cr-rosa'), TWO);
    region.witness();
    expect(judge()).toBe('accepted');
  });

  it('reaches a renewal that was hidden from the registrar', () => {
    const target = certOf('cr-rosa');
    region.add(person('cr-rosa'), TWO);
    region.witness();
    region.add(revocation({ target }), ['registrar:CR:1']);
    expect(judge()).toBe('person-revoked');
  });

  it('counts when seen, in the log or not', () => {
    const statement = region.draft(revocation({}), ['registrar:CR:1']);
    region.directory = applySeenRevocation(region.directory, statement);
    expect(judge()).toBe('person-revoked');
    region.apply(statement);
    expect(judge()).toBe('person-revoked');
    expect(applySeenRevocation(region.directory, statement)).toBe(region.directory);
    expect(findStatement(region.directory, statement.id)?.index).toBe(region.wires.length - 1);
    const cert = region.draft(newcomer(), TWO);
    expect(refusalOf(() => applySeenRevocation(region.directory, cert))).toBe('not-a-revocation');
    expect(findStatement(region.directory, cert.id)).toBeNull();
  });

  it('counts although the server hid the one before it', () => {
    const second = region.draft(revocation({ serial: 2 }), ['registrar:CR:1']);
    const entry = { index: region.wires.length, wire: second.object.wire };
    const { directory, skipped } = replay(region.directory, [entry]);
    expect(skipped).toHaveLength(1);
    region.directory = directory;
    expect(judge()).toBe('person-revoked');
    expect(applySeenRevocation(directory, second)).toBe(directory);
  });

  it('is not undone by a second one with the same serial', () => {
    const [one, two] = ['suspended', 'left'].map((reason) =>
      region.draft(revocation({ reason: reason === 'left' ? 'left' : 'suspended' }), [
        'registrar:CR:1',
      ]),
    );
    if (one) region.apply(one);
    if (two) region.apply(two);
    expect(region.directory.forks).toHaveLength(1);
    expect(judge()).toBe('person-revoked');
  });
});

describe('a revocation', () => {
  it.each<[string, () => Partial<Draft<'revocation'>>, string[]]>([
    ['target', () => ({ target: testPublicKey('nothing') }), ['registrar:CR:1']],
    ['target', () => ({ target: certOf('pa-omar') }), ['registrar:CR:1']],
    ['target-kind', () => ({ targetKind: 'device' as const }), ['registrar:CR:1']],
    ['since', () => ({ sinceIndex: 3 }), ['registrar:CR:1']],
    ['since', () => ({ ...ofRegistrar(), reason: 'compromised' as const }), ['root:CR']],
    ['since', () => ({ ...ofRegistrar(), sinceIndex: 1_000_000 }), ['root:CR']],
    ['signer', () => ofRegistrar(), ['registrar:CR:2']],
    ['two-registrars', () => ofOffice(), ['registrar:CR:2']],
    ['accepted', () => ofOffice(), TWO],
  ])('is judged %s', (rule, change, signers) => {
    expect(refused(revocation(change()), ...signers)).toBe(rule);
  });

  const ofRegistrar = () => ({ target: registrarCertOf(1), targetKind: 'registrar' as const });
  const ofOffice = () => {
    const target = region.newestId('office', 'CR', officeId('CR', 'audit'));
    return { target, targetKind: 'office' as const };
  };

  it('of a registrar who leaves takes nobody down; of a compromised one, whom he signed since', () => {
    region.add(newcomer(), TWO);
    const index = region.wires.length - 1;
    region.add(region.device({ ...rosa, slug: 'cr-nadia' }), ['identity:cr-nadia']);
    region.add(revocation({ ...ofRegistrar(), reason: 'left' }), ['root:CR']);
    region.witness();
    expect(judge()).toBe('accepted');
    const newer = refusalOf(() =>
      verifyDevice(region.directory, testId('device:cr-nadia', 7), region),
    );
    expect(newer).toBe('accepted');
    region.add(revocation({ ...ofRegistrar(), reason: 'compromised', sinceIndex: index }), [
      'root:CR',
    ]);
    expect(judge()).toBe('accepted');
    expect(
      refusalOf(() => verifyDevice(region.directory, testId('device:cr-nadia', 7), region)),
    ).toBe('person-revoked');
    expect(refused(renewal(1), 'root:CR')).toBe('key-burned');
  });

  it('of a registrar ends with a new certificate and key, whose signatures count again', () => {
    const target = ofRegistrar();
    const sinceIndex = region.wires.length;
    region.add(revocation({ ...target, reason: 'compromised', sinceIndex }), ['root:CR']);
    region.add({ ...renewal(1), key: testPublicKey('registrar:CR:1b') }, ['root:CR']);
    region.add(newcomer(), ['registrar:CR:1b', 'registrar:CR:2']);
    region.add(region.device({ ...rosa, slug: 'cr-nadia' }), ['identity:cr-nadia']);
    region.witness();
    expect(
      refusalOf(() => verifyDevice(region.directory, testId('device:cr-nadia', 7), region)),
    ).toBe('accepted');
  });

  const renewal = (number: number): Draft<'registrar-cert'> => ({
    type: 'registrar-cert',
    state: 'CR',
    registrarId: testId(`registrar:CR:${number}`, 4),
    key: testPublicKey(`registrar:CR:${number}`),
    ...region.term(365),
  });

  it('leaves two registrars with one key impossible', () => {
    const twin = { ...renewal(9), key: testPublicKey('registrar:CR:1') };
    expect(refused(twin, 'root:CR')).toBe('key-in-use');
    expect(refused({ ...renewal(1), notAfter: '2029-01-01T00:00:00.000Z' }, 'root:CR')).toBe(
      'term-length',
    );
    expect(refused({ ...renewal(1), registrarId: testId('registrar:PA:1', 4) }, 'root:CR')).toBe(
      'other-state',
    );
  });
});

describe('a device', () => {
  const second = (change: Partial<Draft<'device-cert'>> = {}) => ({
    ...region.device(rosa, 'device:cr-rosa:2'),
    ...change,
  });

  it('is certified by its person, renewed with the same keys, and revoked for ever', () => {
    region.nowMs += 60 * DAY_MS;
    region.add(region.device(rosa), ['identity:cr-rosa']);
    region.witness();
    region.nowMs += 80 * DAY_MS;
    expect(judge()).toBe('accepted');
    for (const change of [
      { signKey: testPublicKey('other') },
      { personId: testId('cr-lucia', 4) },
      { platform: 'cli' as const },
    ]) {
      const signer = 'personId' in change ? 'identity:cr-lucia' : 'identity:cr-rosa';
      const rule = 'platform' in change ? 'device-platform' : 'device-keys';
      expect(refused({ ...region.device(rosa), ...change }, signer)).toBe(rule);
    }
    expect(refused(region.device(rosa), 'identity:cr-rosa', 'registrar:CR:1')).toBe('signer');
    region.add(
      revocation({ target: deviceCertOf('cr-rosa'), targetKind: 'device', reason: 'lost' }),
      ['identity:cr-rosa'],
    );
    expect(judge()).toBe('device-revoked');
    expect(refused(region.device(rosa), 'identity:cr-rosa')).toBe('device-revoked');
  });

  it('may be revoked by its person even when that person is suspended, and by one registrar', () => {
    region.add(revocation({}), ['registrar:CR:1']);
    const lost = { targetKind: 'device', reason: 'lost' } as const;
    region.add(revocation({ ...lost, target: deviceCertOf('cr-rosa') }), ['identity:cr-rosa']);
    region.add(revocation({ ...lost, target: deviceCertOf('cr-lucia') }), ['registrar:CR:1']);
    expect(judge('cr-lucia')).toBe('device-revoked');
    const ines = revocation({ ...lost, target: deviceCertOf('cr-ines') });
    expect(refused(ines, 'identity:cr-lucia')).toBe('signer');
  });

  it.each<[string, () => Partial<Draft<'device-cert'>>, string]>([
    ['signer', () => ({}), 'identity:cr-lucia'],
    ['signer', () => ({}), 'registrar:CR:1'],
    ['person', () => ({ personId: testId('nobody', 4) }), 'identity:cr-rosa'],
    ['person', () => ({ state: 'PA' as const }), 'identity:cr-rosa'],
    [
      'term-length',
      () => ({ notAfter: formatInstant(region.nowMs + 91 * DAY_MS) }),
      'identity:cr-rosa',
    ],
    ['key-in-use', () => ({ signKey: testPublicKey('device:pa-omar') }), 'identity:cr-rosa'],
    ['device-platform', () => ({ platform: 'cli' as const }), 'identity:cr-rosa'],
    ['member-kemKey', () => ({ kemKey: testPublicKey('short') }), 'identity:cr-rosa'],
  ])('is refused by the rule %s', (rule, change, signer) => {
    expect(refused(second(change()), signer)).toBe(rule);
  });

  it('follows the policy of its State', () => {
    region.add(
      strictPolicy('CR', { newDeviceNeedsRegistrar: true, maxDevices: 2, allowCliDevices: true }),
      ['root:CR'],
    );
    const cli = second({ platform: 'cli' });
    expect(refused(cli, 'identity:cr-rosa', 'registrar:CR:1')).toBe('device-platform');
    expect(refused(second(), 'identity:cr-rosa')).toBe('device-registrar');
    region.add({ ...cli, authenticators: [] }, ['identity:cr-rosa', 'registrar:CR:2']);
    const third = region.device(rosa, 'device:cr-rosa:3');
    expect(refused(third, 'identity:cr-rosa', 'registrar:CR:1')).toBe('device-count');
    expect(refused(strictPolicy('CR', { minVaultWraps: 1 }), 'root:CR')).toBe(
      'member-minVaultWraps',
    );
    expect(refused(strictPolicy('CR', {}), 'registrar:CR:1')).toBe('signer');
  });
});
