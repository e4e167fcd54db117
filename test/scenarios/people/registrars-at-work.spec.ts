import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';

import {
  approveInvitation,
  cancelInvitation,
  certifyPerson,
  completeNextCertificate,
  completeOffice,
  confirmContact,
  approveContact,
  draftNextCertificate,
  draftOffice,
  listInvitations,
  listPeople,
  proposeContact,
  proposeInvitation,
  readOpenInvitation,
  readPersonCards,
  revokeDeviceOf,
  revokePerson,
  softwarePresence,
  carryInSession,
  type Invited,
  type OpenInvitation,
} from '@enlace/client';
import { systemClock, systemRandom } from '@enlace/kernel';
import { cryptoReady, currentOf, parseStatement } from '@enlace/trust';

import { startServer, type TestServer } from '../../support/api-server.js';
import {
  atWork,
  claimOfAnother,
  ClientPerson,
  foundState,
  FromElsewhere,
  readDirectory,
} from '../../support/people/client-people.js';
import { FoundingState } from '../../support/people/founding-state.js';

const STORY_MS = 120_000;
const ROSA = { displayName: 'Rosa Alpízar Mena', title: { en: 'Prosecutor', es: 'Fiscal' } };
const refusal = (rule: string) =>
  expect.objectContaining({ code: 'ceremony.refused', facts: { rule } });

describe('two registrars at work, through the client that we ship', () => {
  let server: TestServer;
  let folder: string;
  let state: FoundingState;
  let transport: FromElsewhere;
  let ana: ClientPerson;
  let mario: ClientPerson;
  let rosa: ClientPerson;
  let paper: string;

  beforeAll(async () => {
    await cryptoReady();
    folder = mkdtempSync(join(tmpdir(), 'enlace-registrars-'));
    state = new FoundingState();
    writeFileSync(join(folder, 'trust-store.json'), state.trustStoreText);
    server = await startServer({ ENLACE_DATA: folder, TRUSTED_PROXIES: '127.0.0.1,::1' });
    transport = new FromElsewhere(server.url);
    [ana, mario] = await foundState(state, transport);
  }, STORY_MS);

  afterAll(async () => {
    await server.close();
    rmSync(folder, { recursive: true });
  });

  const invited = (): Invited => ({
    officeId: state.officeId,
    roles: ['prosecutor'],
    auditScope: null,
    card: ROSA,
  });
  const find = async (registrar: Awaited<ReturnType<typeof atWork>>): Promise<OpenInvitation> => {
    const [newest] = await listInvitations(registrar.session);
    if (newest === undefined) throw new Error('no invitation');
    return newest;
  };

  it(
    'invite, approve, compare digits and certify, each with a second factor for that one act',
    async () => {
      const one = await atWork(ana, state);
      const two = await atWork(mario, state);
      const proposed = await proposeInvitation(one, invited(), state.trustStoreText);
      ({ paper } = proposed);
      rosa = new ClientPerson(transport, proposed.invitation.personId as never);
      await expect(approveInvitation(one, await find(one))).rejects.toThrow(
        refusal('own-proposal'),
      );
      const shown = await find(two);
      expect(readOpenInvitation(shown)).toMatchObject({
        invitation: proposed.invitation,
        signatures: 1,
        claim: null,
      });
      await approveInvitation(two, shown);
      await expect(certifyPerson(one, await find(one), '0')).rejects.toThrow(
        refusal('not-claimed'),
      );
      await rosa.claim(paper);
      const claimed = await find(one);
      expect(readOpenInvitation(claimed).digits).toBe(rosa.digits);
      await expect(certifyPerson(one, claimed, '12345 '.repeat(12))).rejects.toThrow(
        refusal('digits'),
      );
      await certifyPerson(one, claimed, rosa.digits.replaceAll(' ', ''));
      await expect(certifyPerson(one, await find(one), rosa.digits)).rejects.toThrow(
        refusal('own-proposal'),
      );
      await certifyPerson(two, await find(two), rosa.digits);
      await rosa.enrol(paper);
      const session = await rosa.signIn();
      const directory = await readDirectory(session, state.trustStoreText);
      expect(directory.devices.get(rosa.personId)).toEqual([rosa.keys.deviceId]);
      const elevated = await server.database.asAdmin(
        `SELECT count(*)::int AS count FROM audit.events WHERE type = 'session.elevated'`,
      );
      expect(elevated[0]?.['count']).toBe(4);
    },
    STORY_MS,
  );

  it('sign nothing that a lying server puts in place of the claim or the signatures', async () => {
    const two = await atWork(mario, state);
    const open = await find(two);
    const swapped = { ...open, claimWire: claimOfAnother(open.claimWire ?? '') };
    await expect(certifyPerson(two, swapped, rosa.digits)).rejects.toThrow(
      refusal('certificate-of-another'),
    );
    const early = { ...swapped, certificateWire: null };
    await expect(certifyPerson(two, early, rosa.digits)).rejects.toThrow(refusal('digits'));
    const stranger = { ...two, seed: systemRandom.bytes(32) };
    const forged = await proposeInvitation(
      { ...stranger, carry: async () => null },
      invited(),
      state.trustStoreText,
    );
    const unsigned = { step: 'proposed', claimWire: null, certificateWire: null } as const;
    await expect(approveInvitation(two, { ...unsigned, wire: forged.wire })).rejects.toThrow(
      refusal('signers'),
    );
    const foreign = { ...two, state: 'PA' } as const;
    await expect(approveInvitation(foreign, open)).rejects.toThrow(refusal('other-state'));
  }, 60_000);

  it(
    'list people with their names, withdraw an invitation, change an office',
    async () => {
      const one = await atWork(ana, state);
      const people = await listPeople(one.session);
      const cards = await readPersonCards(
        one.session,
        people.map(({ card }) => card),
      );
      const listed = people.find(({ personId }) => personId === rosa.personId);
      expect(cards.get(listed?.card ?? '')).toEqual(ROSA);
      const { invitation } = await proposeInvitation(one, invited(), state.trustStoreText);
      await cancelInvitation(one, invitation.invitationId);
      expect((await find(one)).step).toBe('cancelled');
      const two = await atWork(mario, state);
      const office = draftOffice(one, {
        parent: null,
        kind: 'chancellery',
        names: { es: 'Cancillería', en: 'Foreign ministry' },
        regions: [],
        duties: [],
        zone: 'America/Costa_Rica',
        closed: false,
      });
      expect(parseStatement(await completeOffice(two, office)).object.signatures).toHaveLength(2);
    },
    STORY_MS,
  );

  it(
    'suspend at once and reinstate by two, revoke a device and a person',
    async () => {
      const one = await atWork(ana, state);
      await revokePerson(one, rosa.personId, 'suspended');
      await expect(rosa.signIn()).rejects.toThrow(
        expect.objectContaining({ code: 'session.refused' }),
      );
      const first = await atWork(ana, state);
      const drafted = draftNextCertificate(first, rosa.personId, {});
      const second = await atWork(mario, state);
      await completeNextCertificate(second, drafted);
      await rosa.signIn();
      const after = await atWork(ana, state);
      await revokeDeviceOf(after, rosa.keys.deviceId, 'lost');
      await expect(rosa.signIn()).rejects.toThrow(
        expect.objectContaining({ code: 'session.refused' }),
      );
      await revokePerson(await atWork(ana, state), rosa.personId, 'left');
      const [last] = await server.database.asAdmin(
        `SELECT array_agg(type ORDER BY event_id) AS types FROM audit.events
          WHERE type IN ('person.suspended', 'person.reinstated', 'device.revoked', 'person.revoked')`,
      );
      expect(last?.['types']).toEqual([
        'person.suspended',
        'person.reinstated',
        'device.revoked',
        'person.revoked',
      ]);
    },
    STORY_MS,
  );

  it(
    'see a contact proposed by its office, approved by the foreign ministry, and confirmed',
    async () => {
      const make = async (roles: Invited['roles']): Promise<ClientPerson> => {
        const one = await atWork(ana, state);
        const made = await proposeInvitation(one, { ...invited(), roles }, state.trustStoreText);
        await approveInvitation(await atWork(mario, state), await find(one));
        const person = new ClientPerson(transport, made.invitation.personId as never);
        await person.claim(made.paper);
        await certifyPerson(one, await find(one), person.digits);
        await certifyPerson(await atWork(mario, state), await find(one), person.digits);
        await person.enrol(made.paper);
        return person;
      };
      const hers = await make(['liaison']);
      const ministry = await make(['chancellery-approver']);
      const speaker = async (person: ClientPerson) => {
        const session = await person.signIn();
        const directory = await readDirectory(session, state.trustStoreText);
        const { identitySeed } = person.keys;
        // Each reading is a millisecond later, as on a machine that is busy.
        let readings = 0;
        const clock = { nowMs: () => systemClock.nowMs() + (readings += 1) };
        const ports = { clock, random: systemRandom };
        return { session, speaker: { state: 'CR', identitySeed, directory, ...ports } as const };
      };
      const one = await speaker(hers);
      const wire = await proposeContact(one.session, one.speaker, {
        officeId: state.officeId,
        personId: null,
        duties: ['urgent-24x7'],
        card: {
          displayName: null,
          function: { es: 'Turno', en: 'Duty desk' },
          languages: ['es'],
          phone: '+506 0000 0000',
          email: null,
          hours: null,
          substitute: null,
        },
      });
      const two = await speaker(ministry);
      const carry = carryInSession(two.session, softwarePresence(ministry.keys.signSeed));
      await approveContact(carry, two.speaker, { wire });
      const { body } = parseStatement(wire);
      const contactId = body.type === 'contact' ? body.contactId : '';
      const again = await speaker(hers);
      await confirmContact(again.session, again.speaker, contactId);
      const confirmed = await readDirectory(again.session, state.trustStoreText);
      const subject = parseStatement(wire).id;
      const key = { type: 'contact-confirmation', state: 'CR', subject } as const;
      expect(currentOf(confirmed, key)?.statement.body.quarter).toMatch(/^\d{4}-Q[1-4]$/);
    },
    STORY_MS,
  );
});
