import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import type { AuditEventType } from '@enlace/contracts';
import { formatInstant, systemRandom, toBase64Url } from '@enlace/kernel';
import {
  forTestsOnlySeed,
  freshDatabase,
  personaOf,
  Region,
  stateRootOf,
  strictPolicy,
  testPublicKey,
  vkeyOf,
  type FreshDatabase,
} from '@enlace/testing';
import {
  addSignature,
  cosignStatement,
  SIGNING_LABELS,
  verifyDevice,
  type Statement,
} from '@enlace/trust';

import { People } from '../../../apps/api/src/people/people.service.js';
import { StandingRepository } from '../../../apps/api/src/people/standing.repository.js';
import { unrecordedStatements } from '../../support/audit/unrecorded.js';
import { aRegistrar, strangerAct } from '../../support/people/callers.js';
import { aCeremonyNode } from '../../support/people/ceremony.js';
import { Invitee } from '../../support/people/invitee.js';
import { anAct, readEvents } from '../../support/people/recorded-acts.js';
import { plantStatements } from '../../support/people/region-directory.js';

const HOUR_MS = 3_600_000;
const ONE = 'registrar:CR:1';
const TWO = 'registrar:CR:2';
const FOUNDING: readonly AuditEventType[] = [
  'authority.registered',
  'registrar.appointed',
  'state.policy-changed',
  'office.changed',
];

let fresh: FreshDatabase;
let region: Region;
let node: Awaited<ReturnType<typeof aCeremonyNode>>;
let ana: Awaited<ReturnType<typeof aRegistrar>>;
let mario: Awaited<ReturnType<typeof aRegistrar>>;
let rosa: Invitee;

/** Two States with registrars and offices, by their signatures alone; nobody has an account yet. */
async function found(): Promise<void> {
  region = await Region.founded(['CR', 'PA', 'XR']);
  region.add(strictPolicy('CR', { allowCliDevices: true }), ['root:CR']);
  for (const state of ['CR', 'PA'] as const) region.addOffices(state);
  node = await aCeremonyNode(fresh, region);
  for (const wire of region.wires) await node.authorities.found(strangerAct(...FOUNDING), wire);
}

beforeEach(async () => {
  fresh = await freshDatabase();
  await found();
  ana = await aRegistrar(fresh, 'CR', 1);
  mario = await aRegistrar(fresh, 'CR', 2);
  rosa = new Invitee(region);
});

afterEach(async () => {
  await node.close();
  await fresh.drop();
});

const propose = (by = ana, invitee = rosa, wire = invitee.invitationWire([ONE])) =>
  node.invitations.propose(by.act('person.invite', invitee.invitationId, 'person.invited'), {
    wire,
    card: invitee.card,
  });
const approve = (by = mario, invitee = rosa, wire = invitee.invitationWire([ONE, TWO])) =>
  node.invitations.approve(
    by.act('person.invite', invitee.invitationId, 'person.invitation-approved'),
    invitee.invitationId,
    wire,
  );
const claim = (code = toBase64Url(rosa.code), wire = rosa.claimWire()) =>
  node.claims.claim(strangerAct('person.claimed'), { wire, code });
const certify = (by: typeof ana, wire: string) =>
  node.certificates.certify(
    by.act('person.certify', rosa.invitationId, 'person.certified'),
    rosa.invitationId,
    wire,
  );
const enrolDevice = (wire = rosa.deviceWire()) =>
  node.claimedDevices.enrol(strangerAct('device.enrolled'), rosa.invitationId, wire);
const poll = () => node.claims.poll(rosa.pollWire());

async function untilApproved(): Promise<void> {
  await propose();
  await approve();
}

async function untilCertified(): Promise<void> {
  await untilApproved();
  await claim();
  const half = rosa.certificateWire([ONE]);
  await certify(ana, half);
  await certify(mario, cosignStatement(half, forTestsOnlySeed(TWO)));
}

const typesOfEvents = async () =>
  (await readEvents(fresh)).map(({ what }) => `${String(what['type'])} ${String(what['outcome'])}`);

/** The words of cards that stand with an invitation. */
const wordsKept = async () =>
  fresh.asAdmin('SELECT card_body FROM app.invitations WHERE card_body IS NOT NULL');

describe('the ceremony of two registrars and one person', () => {
  it('ends with a person and a device whose chain every client verifies', async () => {
    await propose();
    expect(await approve()).toMatchObject({ step: 'approved' });
    expect(await claim()).toMatchObject({ step: 'claimed', personId: rosa.personId });
    expect(await poll()).toMatchObject({ step: 'claimed' });
    const half = rosa.certificateWire([ONE]);
    expect(await certify(ana, half)).toMatchObject({ step: 'claimed' });
    const whole = cosignStatement(half, forTestsOnlySeed(TWO));
    expect(await certify(mario, whole)).toMatchObject({ step: 'certified' });
    expect(await enrolDevice()).toMatchObject({ step: 'certified' });
    const directory = await node.database.beforeSignIn((tx) => node.log.current(tx));
    const moment = { nowMs: region.nowMs + HOUR_MS };
    const device = verifyDevice(directory, rosa.claim.deviceId, moment);
    expect(device.person).toMatchObject({ personId: rosa.personId, state: 'CR' });
    expect(await typesOfEvents()).toEqual(
      expect.arrayContaining([
        'person.invited success',
        'person.invitation-approved success',
        'person.claimed success',
        'person.certified success',
        'device.enrolled success',
      ]),
    );
  });

  it('puts every statement into the directory log, in its place', async () => {
    await untilCertified();
    const rows = await fresh.asAdmin(
      `SELECT s.place::int, o.kind::int FROM app.directory_statements s
         JOIN audit.outbox o ON o.entry_id = s.entry_id AND o.stream = 'directory' ORDER BY o.entry_id`,
    );
    expect(rows.map(({ place }) => place)).toEqual(rows.map((_, at) => at));
    expect(rows).toHaveLength(region.wires.length + 1);
    expect(rows.at(-1)).toMatchObject({ kind: 7 });
    expect(await unrecordedStatements(fresh)).toEqual([]);
  });

  it('keeps the name behind the certificate for whoever is signed in, and checks it first', async () => {
    const other = { ...rosa.card, body: rosa.cardText.replace('Rosa', 'Rita') };
    const act = ana.act('person.invite', rosa.invitationId, 'person.invited');
    const wire = rosa.invitationWire([ONE]);
    await expect(node.invitations.propose(act, { wire, card: other })).rejects.toMatchObject({
      facts: { rule: 'card' },
    });
    await untilCertified();
    const [row] = await fresh.asAdmin('SELECT kind, body FROM app.cards');
    expect(row).toEqual({ kind: 'person', body: rosa.cardText });
    expect(await wordsKept()).toEqual([]);
  });

  it('lets the person activate the account once', async () => {
    await untilCertified();
    const { acts, permissions, audit, clock, endings } = node;
    const standings = new StandingRepository();
    const people = new People(acts, permissions, standings, audit, endings, clock);
    const act = anAct({ ...ana.act('device.enrol', '', 'person.activated') });
    await fresh.asAdmin('UPDATE app.sessions SET person_id = $1, roles = $2 WHERE person_id = $3', [
      rosa.personId,
      ['prosecutor'],
      ana.personId,
    ]);
    await people.activate(act);
    const [row] = await fresh.asAdmin('SELECT step FROM app.invitations');
    expect(row).toEqual({ step: 'active' });
    await expect(
      people.activate({ ...act, correlationId: anAct().correlationId }),
    ).rejects.toMatchObject({ code: 'invitation.step' });
  });
});

describe('what roots sign later', () => {
  it('is on record as what it does to the authority, with the statement that says so', async () => {
    const five = await Region.founded(['CR', 'PA', 'GT', 'MX', 'XR']);
    const own = await freshDatabase();
    await plantStatements(own, five);
    const at = await aCeremonyNode(own, five);
    const told: string[] = [];
    const handIn = async (type: AuditEventType, signed: Statement) => {
      const by = await aRegistrar(own, signed.body.state === 'US' ? 'CR' : signed.body.state, 1);
      const { wire } = signed.object;
      await at.authorities.submit(by.act('authority.submit', signed.id, type), wire);
      told.push(`${type} ${signed.id}`);
    };
    const vkey = vkeyOf('witness.cr.example.test');
    await handIn(
      'witness.added',
      five.add({ type: 'witness-key', state: 'CR', vkey }, ['root:CR']),
    );
    const notAfter = formatInstant(five.nowMs + 24_000 * HOUR_MS);
    const next = (state: string) => ({ newKey: testPublicKey(`root:${state}:2`), notAfter });
    const rotation = { type: 'root-rotation', state: 'GT', effectiveAfterHours: 168 } as const;
    const rotated = { ...rotation, oldKey: testPublicKey('root:GT'), ...next('GT') };
    await handIn('authority.key-rotated', five.add(rotated, ['root:GT', 'root:GT:2']));
    const replacement = { type: 'root-replacement', state: 'MX' } as const;
    const replaced = { ...replacement, lostKey: testPublicKey('root:MX'), ...next('MX') };
    const replacing = five.add(replaced, ['root:MX:2', 'root:CR', 'root:PA']);
    await handIn('authority.key-replaced', replacing);
    const root = five.add(stateRootOf('US'), ['root:US']);
    await handIn('authority.registered', root);
    const admission = { type: 'state-admission', state: 'US', admitted: root.id } as const;
    const three = ['root:CR', 'root:PA', 'root:GT'];
    await handIn('state.admitted', five.add(admission, three));
    const removal = { type: 'state-removal', state: 'PA', removed: 'PA' } as const;
    await handIn('state.removed', five.add(removal, ['root:CR', 'root:GT', 'root:MX:2']));
    const recorded = (await readEvents(own)).map(
      ({ what }) => `${String(what['type'])} ${String(what['statementHash'])}`,
    );
    expect(recorded.toSorted()).toEqual(told.toSorted());
    await at.close();
    await own.drop();
  });
});

describe('one registrar alone', () => {
  it('cannot approve what he proposed, by whatever signatures', async () => {
    await propose();
    for (const signers of [[ONE], [ONE, TWO]]) {
      await expect(approve(ana, rosa, rosa.invitationWire(signers))).rejects.toMatchObject({
        code: expect.stringMatching(/statement\.refused|approval\.required/),
      });
    }
    await expect(claim()).rejects.toMatchObject({ code: 'invitation.refused' });
    expect(await typesOfEvents()).toContain('access.denied denied');
  });

  it('cannot certify alone, nor twice, nor bring both signatures at once', async () => {
    await untilApproved();
    await claim();
    const half = rosa.certificateWire([ONE]);
    const both = rosa.certificateWire([ONE, TWO]);
    await expect(certify(ana, both)).rejects.toMatchObject({ code: 'statement.refused' });
    await certify(ana, half);
    await expect(certify(ana, half)).rejects.toMatchObject({ code: 'approval.required' });
    await expect(certify(mario, half)).rejects.toMatchObject({ code: 'statement.refused' });
    expect(await poll()).toMatchObject({ step: 'claimed' });
    expect(await typesOfEvents()).toContain('statement.refused denied');
  });

  it('cannot act without a second factor shown for that invitation', async () => {
    const act = ana.act('person.invite', new Invitee(region).invitationId, 'person.invited');
    const asked = { wire: rosa.invitationWire([ONE]), card: rosa.card };
    await expect(node.invitations.propose(act, asked)).rejects.toMatchObject({
      code: 'step-up.required',
    });
  });
});

describe('a registrar of another State', () => {
  it('invites nobody for this one, whoever signed', async () => {
    const elsa = await aRegistrar(fresh, 'PA', 1);
    await expect(propose(elsa)).rejects.toMatchObject({ code: 'access.denied' });
    const own = rosa.invitationWire(['registrar:PA:1']);
    await expect(propose(ana, rosa, own)).rejects.toMatchObject({ code: 'statement.refused' });
  });

  it('approves, certifies and sees nothing of it', async () => {
    const elsa = await aRegistrar(fresh, 'PA', 1);
    await propose();
    const wire = addSignature(
      SIGNING_LABELS.invitation,
      rosa.invitationWire([ONE]),
      forTestsOnlySeed('registrar:PA:1'),
    );
    await expect(approve(elsa, rosa, wire)).rejects.toMatchObject({ code: 'access.denied' });
    await expect(approve(mario, rosa, wire)).rejects.toMatchObject({ code: 'statement.refused' });
    expect(await node.open.list(elsa.act('person.list', '', 'person.listed'))).toEqual([]);
    expect(await node.open.list(ana.act('person.list', '', 'person.listed'))).toHaveLength(1);
    const cancel = elsa.act('person.invite', rosa.invitationId, 'person.invitation-cancelled');
    await expect(node.open.cancel(cancel, rosa.invitationId)).rejects.toMatchObject({
      code: 'invitation.not-found',
    });
  });
});

describe('an invitation', () => {
  it('lives 72 hours at most, and then neither approval nor code opens it', async () => {
    const later = { expiresAt: new Date(region.nowMs + 73 * HOUR_MS).toISOString() };
    await expect(propose(ana, rosa, rosa.invitationWire([ONE], later))).rejects.toMatchObject({
      facts: { rule: 'invitation-expiry' },
    });
    const other = new Invitee(region, 'cr-lucia');
    await untilApproved();
    await propose(ana, other);
    node.clock.ms += 72 * HOUR_MS;
    await expect(claim()).rejects.toMatchObject({ code: 'invitation.refused' });
    await expect(approve(mario, other)).rejects.toMatchObject({
      code: 'invitation.step',
      facts: { step: 'expired' },
    });
    // What ran out is forgotten with the next invitation of the State.
    expect(await wordsKept()).toHaveLength(2);
    const next = new Invitee(region, 'cr-esteban');
    const expiresAt = new Date(node.clock.ms + HOUR_MS).toISOString();
    await propose(ana, next, next.invitationWire([ONE], { expiresAt }));
    expect(await wordsKept()).toHaveLength(1);
  });

  it('takes its steps in order, each once', async () => {
    await untilApproved();
    await expect(approve()).rejects.toMatchObject({ code: 'invitation.step' });
    await expect(certify(ana, rosa.certificateWire([ONE]))).rejects.toMatchObject({
      code: 'invitation.step',
      facts: { step: 'approved' },
    });
    await expect(enrolDevice()).rejects.toMatchObject({ code: 'invitation.refused' });
    await claim();
    await expect(claim()).rejects.toMatchObject({ code: 'invitation.refused' });
    await expect(enrolDevice()).rejects.toMatchObject({ code: 'invitation.step' });
  });

  it('is withdrawn by either registrar until there is a certificate, and then no code opens it', async () => {
    await untilApproved();
    const act = () => mario.act('person.invite', rosa.invitationId, 'person.invitation-cancelled');
    await node.open.cancel(act(), rosa.invitationId);
    expect(await wordsKept()).toEqual([]);
    await expect(claim()).rejects.toMatchObject({ code: 'invitation.refused' });
    await expect(node.open.cancel(act(), rosa.invitationId)).rejects.toMatchObject({
      code: 'invitation.step',
    });
  });

  it('makes no certificate but the one that was invited, with the key that was claimed', async () => {
    await untilApproved();
    await claim();
    const wider = rosa.certificateWire([ONE], { roles: ['prosecutor', 'liaison'] });
    await expect(certify(ana, wider)).rejects.toMatchObject({ facts: { rule: 'not-as-invited' } });
    await certify(ana, rosa.certificateWire([ONE]));
    region.nowMs += 1_000;
    const later = rosa.certificateWire([ONE, TWO]);
    await expect(certify(mario, later)).rejects.toMatchObject({
      facts: { rule: 'not-as-proposed' },
    });
  });

  it('is for roles that one person may hold, in an office that exists', async () => {
    const mixed = rosa.invitationWire([ONE], { roles: ['registrar', 'prosecutor'] });
    await expect(propose(ana, rosa, mixed)).rejects.toMatchObject({
      facts: { rule: 'role-mixture' },
    });
    const secretariat = rosa.invitationWire([ONE], { roles: ['secretariat'] });
    await expect(propose(ana, rosa, secretariat)).rejects.toMatchObject({
      facts: { rule: 'role-authority' },
    });
    const nowhere = rosa.invitationWire([ONE], { officeId: rosa.invitationId });
    await expect(propose(ana, rosa, nowhere)).rejects.toMatchObject({ facts: { rule: 'office' } });
  });
});

describe('the code', () => {
  it('is lost with the fifth wrong guess: the right one comes too late', async () => {
    await untilApproved();
    for (let guess = 0; guess < 5; guess += 1) {
      await expect(claim(toBase64Url(systemRandom.bytes(16)))).rejects.toMatchObject({
        code: 'invitation.refused',
      });
    }
    await expect(claim()).rejects.toMatchObject({ code: 'invitation.refused' });
    const [row] = await fresh.asAdmin('SELECT step, tries_left FROM app.invitations');
    expect(row).toEqual({ step: 'cancelled', tries_left: 0 });
  });

  it('survives four, and is never stored', async () => {
    await untilApproved();
    for (let guess = 0; guess < 4; guess += 1) {
      await claim(toBase64Url(systemRandom.bytes(16))).catch(() => undefined);
    }
    expect(await claim()).toMatchObject({ step: 'claimed' });
    const [row] = await fresh.asAdmin('SELECT row_to_json(i)::text AS text FROM app.invitations i');
    expect(String(row?.['text'])).not.toContain(toBase64Url(rosa.code));
  });

  it('opens nothing in another State, or for keys that did not sign', async () => {
    await untilApproved();
    const right = toBase64Url(rosa.code);
    await expect(claim(right, rosa.claimWire({ state: 'PA' }))).rejects.toMatchObject({
      code: 'invitation.refused',
    });
    const foreign = rosa.claimWire({ signKey: testPublicKey('somebody') });
    await expect(claim(right, foreign)).rejects.toMatchObject({ code: 'invitation.refused' });
    await expect(claim(right, rosa.claimWire({}, ['identity:cr-rosa']))).rejects.toMatchObject({
      code: 'invitation.refused',
    });
    expect(await claim()).toMatchObject({ step: 'claimed' });
  });

  it('makes no device for the command line where the policy of the State has none', async () => {
    const omar = new Invitee(region, 'pa-omar');
    const elsa = await aRegistrar(fresh, 'PA', 1);
    const julio = await aRegistrar(fresh, 'PA', 2);
    await propose(elsa, omar, omar.invitationWire(['registrar:PA:1']));
    await approve(julio, omar, omar.invitationWire(['registrar:PA:1', 'registrar:PA:2']));
    const act = strangerAct('person.claimed');
    const asked = { wire: omar.claimWire(), code: toBase64Url(omar.code) };
    await expect(node.claims.claim(act, asked)).rejects.toMatchObject({
      code: 'invitation.refused',
    });
  });
});

describe('somebody who claimed and is not certified', () => {
  it('can only ask how far it is, and only with the device that claimed, within the minute', async () => {
    await untilApproved();
    await claim();
    expect(await poll()).toMatchObject({ step: 'claimed' });
    const late = rosa.pollWire(region.nowMs - 61_000);
    const other = rosa.pollWire(region.nowMs, 'somebody');
    for (const wire of [late, other]) {
      await expect(node.claims.poll(wire)).rejects.toMatchObject({
        code: 'invitation.refused',
      });
    }
    await expect(enrolDevice()).rejects.toMatchObject({ code: 'invitation.step' });
    const persons = await fresh.asAdmin('SELECT FROM app.persons');
    expect(persons).toEqual([]);
  });

  it('enrols no device with other keys than those that were claimed', async () => {
    await untilCertified();
    const other = region.device(personaOf('cr-rosa'), 'other');
    const wire = region.draft({ ...other, platform: 'cli', authenticators: [] }, [
      'identity:cr-rosa',
    ]).object.wire;
    await expect(enrolDevice(wire)).rejects.toMatchObject({ facts: { rule: 'not-as-claimed' } });
    await expect(enrolDevice(rosa.deviceWire(['cli:cr-rosa']))).rejects.toMatchObject({
      code: 'statement.refused',
    });
  });
});

describe('a State that is being founded', () => {
  it('is spoken for by signatures until two of its registrars have accounts', async () => {
    const wire = region.draft(region.office('PA', 'audit'), ['registrar:PA:1', 'registrar:PA:2']);
    await fresh.asAdmin(
      `INSERT INTO app.persons (state, person_id, office_id, roles, card, statement_id, not_before, not_after,
                                activated_at)
       SELECT 'PA', gen_random_uuid(), office_id, '{registrar}', '', '', now(), now(), now()
         FROM app.offices WHERE state = 'PA' LIMIT 2`,
    );
    await expect(
      node.authorities.found(strangerAct('office.changed'), wire.object.wire),
    ).rejects.toMatchObject({ code: 'access.denied' });
  });

  it('takes no root that the trust store does not name', async () => {
    const other = await Region.founded(['GT']);
    await expect(
      node.authorities.found(strangerAct(...FOUNDING), other.wires[0] ?? ''),
    ).rejects.toMatchObject({ facts: { rule: 'not-the-pinned-root' } });
    expect(await typesOfEvents()).toContain('statement.refused denied');
  });

  it('enrols its own registrars by the same steps', async () => {
    const first = new Invitee(region, 'cr-lucia');
    const stranger = (type: AuditEventType) => strangerAct(type);
    const wire = first.invitationWire([ONE]);
    await node.invitations.propose(stranger('person.invited'), { wire, card: first.card });
    const both = first.invitationWire([ONE, TWO]);
    const standing = await node.invitations.approve(
      stranger('person.invitation-approved'),
      first.invitationId,
      both,
    );
    expect(standing).toMatchObject({ step: 'approved' });
  });
});
