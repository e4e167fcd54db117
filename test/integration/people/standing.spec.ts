import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import {
  freshDatabase,
  personaOf,
  Region,
  strictPolicy,
  testId,
  type AnyDraft,
  type FreshDatabase,
} from '@enlace/testing';
import { findStatement, parseStatement, verifyDevice } from '@enlace/trust';

import { unrecordedStatements } from '../../support/audit/unrecorded.js';
import { aPerson, aRegistrar } from '../../support/people/callers.js';
import { readEvents } from '../../support/people/recorded-acts.js';
import { aStandingNode } from '../../support/people/standing.js';

const HOUR_MS = 3_600_000;
const ONE = 'registrar:CR:1';
const TWO = 'registrar:CR:2';
const PEOPLE = ['cr-rosa', 'cr-lucia', 'pa-omar'];

let fresh: FreshDatabase;
let region: Region;
let node: Awaited<ReturnType<typeof aStandingNode>>;
let ana: Awaited<ReturnType<typeof aRegistrar>>;
let rosa: Awaited<ReturnType<typeof aPerson>>;

beforeEach(async () => {
  fresh = await freshDatabase();
  region = await Region.founded(['CR', 'PA', 'XR']);
  region.add(strictPolicy('CR', { allowCliDevices: true }), ['root:CR']);
  for (const state of ['CR', 'PA'] as const) region.addOffices(state);
  for (const slug of PEOPLE) region.enrol(personaOf(slug));
  node = await aStandingNode(fresh, region);
  ana = await aRegistrar(fresh, 'CR', 1);
  rosa = await aPerson(fresh, 'cr-rosa');
});

afterEach(async () => {
  await node.close();
  await fresh.drop();
});

/** Drafted and signed; in the region's log only when the server took it. */
async function handIn<T>(
  draft: AnyDraft,
  signers: readonly string[],
  hand: (wire: string) => Promise<T>,
): Promise<T> {
  const statement = region.draft(draft, signers);
  const answer = await hand(statement.object.wire);
  region.apply(statement);
  return answer;
}

const revocationOf = (slug: string): AnyDraft => {
  const reason = 'suspended';
  const { state } = personaOf(slug);
  const target = region.newestId('person-cert', state, testId(slug, 4));
  return { type: 'revocation', state, target, targetKind: 'person', reason, sinceIndex: null };
};
const revoke = (slug: string, by: typeof ana, signer: string) =>
  handIn(revocationOf(slug), [signer], (wire) => {
    const act = by.act('person.suspend', testId(slug, 4), 'person.suspended');
    return node.standing.revoke(act, testId(slug, 4), wire);
  });
const liveSessions = async (personId: string) =>
  fresh.asAdmin('SELECT FROM app.sessions WHERE person_id = $1 AND revoked_at IS NULL', [personId]);
const chainOf = async (slug: string) => {
  const directory = await node.database.beforeSignIn((tx) => node.log.current(tx));
  return () =>
    verifyDevice(directory, testId(`device:${slug}`, 7), { nowMs: region.nowMs + HOUR_MS });
};
const typesOfEvents = async () =>
  (await readEvents(fresh)).map(({ what }) => `${String(what['type'])} ${String(what['outcome'])}`);

describe('a suspension', () => {
  it('takes chain and sessions at once, by one registrar, and is lifted by two', async () => {
    expect(await liveSessions(rosa.personId)).toHaveLength(1);
    await revoke('cr-rosa', ana, ONE);
    expect(await liveSessions(rosa.personId)).toHaveLength(0);
    expect(await chainOf('cr-rosa')).toThrow('person-revoked');
    expect(await typesOfEvents()).toContain('person.suspended success');
    const act = () => ana.act('person.reinstate', rosa.personId, 'person.reinstated');
    const renewal = region.renewal(personaOf('cr-rosa'));
    const alone = region.draft(renewal, [ONE]).object.wire;
    await expect(node.renewal.certify(act(), rosa.personId, { wire: alone })).rejects.toMatchObject(
      { code: 'approval.required' },
    );
    await handIn(renewal, [ONE, TWO], (wire) =>
      node.renewal.certify(act(), rosa.personId, { wire }),
    );
    expect(await chainOf('cr-rosa')).not.toThrow();
    expect(await typesOfEvents()).toContain('person.reinstated success');
  });

  it('is nothing for a registrar of another State, nor with the signature of somebody else', async () => {
    const elsa = await aRegistrar(fresh, 'PA', 1);
    await expect(revoke('cr-rosa', elsa, ONE)).rejects.toMatchObject({ code: 'access.denied' });
    await expect(revoke('cr-rosa', ana, TWO)).rejects.toMatchObject({ code: 'statement.refused' });
    await expect(revoke('cr-rosa', ana, 'registrar:PA:1')).rejects.toMatchObject({
      code: 'statement.refused',
    });
    expect(await liveSessions(rosa.personId)).toHaveLength(1);
    expect(await chainOf('cr-rosa')).not.toThrow();
  });

  it('names a certificate of the person in the path', async () => {
    const wire = region.draft(revocationOf('cr-lucia'), [ONE]).object.wire;
    const act = ana.act('person.suspend', rosa.personId, 'person.suspended');
    await expect(node.standing.revoke(act, rosa.personId, wire)).rejects.toMatchObject({
      code: 'person.not-found',
    });
  });
});

describe('the next certificate of a person', () => {
  it('with other roles ends the sessions, which still had the old ones', async () => {
    const change = region.renewal(personaOf('cr-rosa'), { roles: ['prosecutor', 'liaison'] });
    const act = ana.act('person.certify', rosa.personId, 'person.role-changed');
    await handIn(change, [ONE, TWO], (wire) => node.renewal.certify(act, rosa.personId, { wire }));
    expect(await liveSessions(rosa.personId)).toHaveLength(0);
    expect(await typesOfEvents()).toContain('person.role-changed success');
    const [ended] = (await readEvents(fresh)).filter(
      ({ what }) => what['type'] === 'session.revoked',
    );
    expect(ended).toMatchObject({
      what: {
        ownerState: 'CR',
        states: ['CR'],
        cause: 'revoked',
      },
      who: { actorId: ana.personId },
    });
    const [row] = await fresh.asAdmin('SELECT roles FROM app.persons WHERE person_id = $1', [
      rosa.personId,
    ]);
    expect(row).toEqual({ roles: ['prosecutor', 'liaison'] });
  });

  it('comes with its card when it has another one', async () => {
    const renewal = region.renewal(personaOf('cr-rosa'), { card: 'A'.repeat(43) });
    const act = ana.act('person.certify', rosa.personId, 'person.renewed');
    const { wire } = region.draft(renewal, [ONE, TWO]).object;
    await expect(node.renewal.certify(act, rosa.personId, { wire })).rejects.toMatchObject({
      facts: { rule: 'card' },
    });
  });
});

describe('somebody who says that it was not them', () => {
  it('has no session and gets none, until a registrar of the own State lifts it', async () => {
    await node.people.freezeMe(rosa.act('person.freeze', '', 'person.frozen'));
    expect(await liveSessions(rosa.personId)).toHaveLength(0);
    expect(await typesOfEvents()).toContain('session.revoked success');
    await expect(aPerson(fresh, 'cr-rosa')).rejects.toMatchObject({ code: '42501' });
    const unfreeze = (by: typeof ana) =>
      node.people.unfreeze(
        by.act('person.unfreeze', rosa.personId, 'person.unfrozen'),
        rosa.personId,
      );
    await expect(unfreeze(await aRegistrar(fresh, 'PA', 1))).rejects.toMatchObject({
      code: 'person.not-found',
    });
    const [frozen] = await node.people
      .list(ana.act('person.list', '', 'person.listed'))
      .then((all) => all.filter(({ isFrozen }) => isFrozen));
    expect(frozen).toMatchObject({ personId: rosa.personId, state: 'CR' });
    await unfreeze(ana);
    await aPerson(fresh, 'cr-rosa');
    expect(await typesOfEvents()).toEqual(
      expect.arrayContaining(['person.frozen success', 'person.unfrozen success']),
    );
  });
});

describe('a registrar', () => {
  it('who was compromised takes down what he signed since, and the sessions that stand on it', async () => {
    const lucia = await aPerson(fresh, 'cr-lucia');
    const since = region.wires.findIndex((wire) => {
      const { body } = parseStatement(wire);
      return body.type === 'person-cert' && body.personId === lucia.personId;
    });
    const registrarId = testId(TWO, 4);
    const target = region.newestId('registrar-cert', 'CR', registrarId);
    await handIn(
      {
        type: 'revocation',
        state: 'CR',
        target,
        targetKind: 'registrar',
        reason: 'compromised',
        sinceIndex: since,
      },
      ['root:CR'],
      (wire) =>
        node.registrars.revoke(
          ana.act('authority.submit', registrarId, 'registrar.revoked'),
          registrarId,
          wire,
        ),
    );
    expect(await liveSessions(lucia.personId)).toHaveLength(0);
    expect(await liveSessions(rosa.personId)).toHaveLength(1);
    expect(await chainOf('cr-lucia')).toThrow('person-revoked');
    expect(await chainOf('cr-rosa')).not.toThrow();
  });
});

describe('a device', () => {
  const withPasskey = () => region.device(personaOf('cr-rosa'), 'device:cr-rosa:2');
  const second = (): AnyDraft => ({ ...withPasskey(), platform: 'cli', authenticators: [] });
  const certify = (wire: string, by = rosa) =>
    node.deviceCertificates.certify(by.act('device.enrol', '', 'device.enrolled'), { wire });
  const revokeDevice = (by: typeof rosa, signer: string) => {
    const deviceId = testId('device:cr-rosa', 7);
    const draft: AnyDraft = {
      type: 'revocation',
      state: 'CR',
      target: region.newestId('device-cert', 'CR', deviceId),
      targetKind: 'device',
      reason: 'lost',
      sinceIndex: null,
    };
    return handIn(draft, [signer], (wire) =>
      node.devices.revoke(by.act('device.revoke', deviceId, 'device.revoked'), deviceId, wire),
    );
  };

  it('is not enrolled with a passkey that nobody has verified', async () => {
    const { wire } = region.draft(withPasskey(), ['identity:cr-rosa']).object;
    await expect(certify(wire)).rejects.toMatchObject({ facts: { rule: 'passkey-unproven' } });
  });

  it('is enrolled and renewed by its person', async () => {
    await handIn(second(), ['identity:cr-rosa'], (wire) => certify(wire));
    await handIn(second(), ['identity:cr-rosa'], (wire) =>
      node.deviceCertificates.certify(rosa.act('device.renew', '', 'device.renewed'), { wire }),
    );
    const own = await node.devices.list(rosa.act('device.renew', '', null));
    expect(own.map(({ deviceId }) => deviceId).toSorted()).toEqual(
      [testId('device:cr-rosa', 7), testId('device:cr-rosa:2', 7)].toSorted(),
    );
    expect(await typesOfEvents()).toEqual(
      expect.arrayContaining(['device.enrolled success', 'device.renewed success']),
    );
  });

  it('enrolled, renewed or given up leaves no statement that reconciliation misses', async () => {
    const planted = await unrecordedStatements(fresh);
    await handIn(second(), ['identity:cr-rosa'], (wire) => certify(wire));
    await handIn(second(), ['identity:cr-rosa'], (wire) =>
      node.deviceCertificates.certify(rosa.act('device.renew', '', 'device.renewed'), { wire }),
    );
    await revokeDevice(ana, ONE);
    expect(await unrecordedStatements(fresh)).toEqual(planted);
  });

  it('is nobody else’s to hand in', async () => {
    const lucia = await aPerson(fresh, 'cr-lucia');
    const { wire } = region.draft(second(), ['identity:cr-rosa']).object;
    await expect(certify(wire, lucia)).rejects.toMatchObject({ code: 'access.denied' });
  });

  it('is given up by its person, or by a registrar of the State; its sessions end', async () => {
    const lucia = await aPerson(fresh, 'cr-lucia');
    const elsa = await aRegistrar(fresh, 'PA', 1);
    for (const stranger of [lucia, elsa]) {
      await expect(revokeDevice(stranger, 'identity:cr-rosa')).rejects.toMatchObject({
        code: 'device.not-found',
      });
    }
    await fresh.asAdmin('UPDATE app.sessions SET device_id = $1 WHERE person_id = $2', [
      testId('device:cr-rosa', 7),
      rosa.personId,
    ]);
    await revokeDevice(ana, ONE);
    expect(await liveSessions(rosa.personId)).toHaveLength(0);
    expect(await chainOf('cr-rosa')).toThrow('device-revoked');
    const directory = await node.database.beforeSignIn((tx) => node.log.current(tx));
    expect(findStatement(directory, parseStatement(region.wires.at(-1) ?? '').id)).not.toBeNull();
  });
});
