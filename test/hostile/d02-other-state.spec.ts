import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { newId, systemRandom } from '@enlace/kernel';
import {
  freshDatabase,
  officeId,
  personaOf,
  Region,
  testId,
  type FreshDatabase,
} from '@enlace/testing';
import { apply, subjectOf, type Statement } from '@enlace/trust';

import { DirectoryRepository } from '../../apps/api/src/directory/directory.repository.js';
import type { SessionHash } from '../../apps/api/src/platform/database/database.js';
import { aRegistrar } from '../support/people/callers.js';
import { Invitee } from '../support/people/invitee.js';
import { readEvents } from '../support/people/recorded-acts.js';
import { aStandingNode } from '../support/people/standing.js';

let fresh: FreshDatabase;
let region: Region;
let node: Awaited<ReturnType<typeof aStandingNode>>;
let elsa: Awaited<ReturnType<typeof aRegistrar>>;

beforeAll(async () => {
  fresh = await freshDatabase();
  region = await Region.founded(['CR', 'PA', 'XR']);
  for (const state of ['CR', 'PA'] as const) region.addOffices(state);
  region.enrol(personaOf('cr-rosa'));
  node = await aStandingNode(fresh, region);
  elsa = await aRegistrar(fresh, 'PA', 1);
});

afterAll(async () => {
  await node.close();
  await fresh.drop();
});

/** What a registrar of Panama signs about a person of Costa Rica. */
const aSuspension = (): Statement =>
  region.draft(
    {
      type: 'revocation',
      state: 'CR',
      target: region.newestId('person-cert', 'CR', testId('cr-rosa', 4)),
      targetKind: 'person',
      reason: 'suspended',
      sinceIndex: null,
    },
    ['registrar:PA:1'],
  );

const aRow = (statement: Statement) => ({
  place: region.wires.length,
  statementId: statement.id,
  subject: subjectOf(statement.body),
  entryId: newId({ nowMs: () => region.wires.length }, systemRandom),
  wire: statement.object.wire,
  acceptedAtMs: region.nowMs,
  counts: true,
});

describe('D02: a registrar of one State and a person of another', () => {
  it('is refused by the service, and the refusal is on record', async () => {
    const { wire } = aSuspension().object;
    const personId = testId('cr-rosa', 4);
    const suspend = elsa.act('person.suspend', personId, 'person.suspended');
    await expect(node.standing.revoke(suspend, personId, wire)).rejects.toMatchObject({
      code: 'access.denied',
      facts: { ruleId: 'B-001' },
    });
    const lucia = new Invitee(region, 'cr-lucia');
    const invite = elsa.act('person.invite', lucia.invitationId, 'person.invited');
    const asked = { wire: lucia.invitationWire(['registrar:PA:1']), card: lucia.card };
    await expect(node.invitations.propose(invite, asked)).rejects.toMatchObject({
      code: 'access.denied',
    });
    const denied = (await readEvents(fresh)).filter(({ what }) => what['type'] === 'access.denied');
    expect(denied.map(({ what }) => what['ruleId'])).toEqual(['B-001', 'B-001']);
  });

  it('is refused by the database when the service forgets to ask', async () => {
    const statement = aSuspension();
    const row = aRow(statement);
    const { sidHash } = elsa.act('person.suspend', '', 'person.suspended');
    const hash: SessionHash = sidHash ?? never();
    await expect(
      node.database.inSession(hash, (tx) => new DirectoryRepository().append(tx, row)),
    ).rejects.toMatchObject({ code: 'access.denied' });
    await expect(
      node.database.inSession(hash, (tx) =>
        tx.query(`SELECT guard.cancel_invitation('CR', $1)`, [
          newId({ nowMs: () => 0 }, systemRandom),
        ]),
      ),
    ).rejects.toMatchObject({ code: 'access.denied' });
  });

  it('is refused by the database where the statement names a contact of another State', async () => {
    const contactId = testId('contact', 7);
    await fresh.asAdmin(
      `INSERT INTO app.contacts VALUES ('CR', $1, $2, NULL, '{}', 'c', $3, false)`,
      [contactId, officeId('CR', 'registry'), 'A'.repeat(43)],
    );
    const contact = 'A'.repeat(43);
    const until = region.term(90).notAfter;
    const { sidHash } = elsa.act('contact.confirm', '', 'contact.confirmed');
    for (const draft of [
      { type: 'contact-approval', state: 'PA', contact, validUntil: until },
      {
        type: 'contact-confirmation',
        state: 'PA',
        contact,
        quarter: '2027-Q1',
        confirmedUntil: until,
      },
    ] as const) {
      const row = aRow(region.draft(draft, ['identity:pa-hugo']));
      await expect(
        node.database.inSession(sidHash ?? never(), (tx) =>
          new DirectoryRepository().append(tx, row),
        ),
      ).rejects.toMatchObject({ code: 'access.denied' });
    }
    const [kept] = await fresh.asAdmin('SELECT valid_until, confirmed_until FROM app.contacts');
    expect(kept).toEqual({ valid_until: null, confirmed_until: null });
  });

  it('is refused by every client when both forget', () => {
    expect(() => apply(region.directory, aSuspension(), region.wires.length)).toThrow('signer');
  });
});

function never(): never {
  throw new Error('a caller without a session');
}
