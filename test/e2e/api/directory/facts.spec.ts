import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { canonicalJson } from '@enlace/kernel';
import { personaOf, testId, type Draft } from '@enlace/testing';
import { parseStatement, type Statement } from '@enlace/trust';

import { unrecordedStatements } from '../../../support/audit/unrecorded.js';
import { readEvents } from '../../../support/people/recorded-acts.js';
import {
  registrarSeat,
  SeatedDevice,
  seatOf,
  type Seat,
} from '../../../support/sessions/seated-device.js';
import {
  startSessionServer,
  type SessionServer,
} from '../../../support/sessions/session-server.js';

const LANGUAGES = '/countries/CR/languages';
const REVIEW = '/rules/dual-criminality/3';
const LUCIA = seatOf('cr-lucia');
const TWO = ['identity:cr-lucia', 'identity:cr-marta'] as const;

let api: SessionServer;
beforeAll(async () => {
  api = await startSessionServer();
  api.region.enrol({ ...personaOf('cr-lucia'), slug: 'cr-marta' });
  await api.logStatements();
});
afterAll(async () => api.close());
function aFact(
  signers: readonly string[] = TWO,
  change: Partial<Draft<'fact-confirmation'>> = {},
): Statement {
  const draft: Draft<'fact-confirmation'> = {
    type: 'fact-confirmation',
    state: 'CR',
    path: LANGUAGES,
    value: '["es"]',
    source: 'Ley de ejemplo 1',
    sourceDate: '2026-09-01',
    validFrom: null,
    validTo: null,
    reviewBy: null,
    note: null,
    ...change,
  };
  return api.region.draft(draft, signers);
}

type Action = 'fact.confirm' | 'rule.review';

/** What somebody gets for a wire; the id in the step-up is the one of the statement, if it is one. */
async function handIn(wire: string, seat: Seat, action: Action = 'fact.confirm') {
  // Each in a minute of its own: events stand in the order of the clock, and refusals of one minute are told together.
  api.clock.ms += 60_000;
  const by = await SeatedDevice.at(api, seat);
  const sending = { method: 'POST', path: '/facts', body: { wire } } as const;
  return by.sendElevated(sending, { action, objectId: idOf(wire) });
}

function idOf(wire: string): string {
  try {
    return parseStatement(wire).id;
  } catch {
    return 'none';
  }
}

/** The wire with another value, under the signatures of the first. */
function altered(wire: string, change: object): string {
  const { body, ...rest } = JSON.parse(wire);
  const said = { ...JSON.parse(Buffer.from(body, 'base64url').toString()), ...change };
  return canonicalJson({ ...rest, body: Buffer.from(canonicalJson(said)).toString('base64url') });
}

const logged = async () =>
  api.database.asAdmin(
    `SELECT state, subject, serial FROM app.directory_statements WHERE kind = 'fact-confirmation' ORDER BY place`,
  );
const newestEvent = async () => (await readEvents(api.database)).at(-1);

describe('a fact that a State confirms', () => {
  it('enters the log with two cooperation people, and is on record with its path', async () => {
    const fact = aFact();
    const before = (await unrecordedStatements(api.database)).length;
    const { status, body } = await handIn(fact.object.wire, LUCIA);
    expect([status, body]).toEqual([201, { index: expect.any(Number), statementId: fact.id }]);
    expect(await logged()).toEqual([{ state: 'CR', subject: LANGUAGES, serial: 1 }]);
    expect(await newestEvent()).toMatchObject({
      what: { type: 'fact.confirmed', outcome: 'success', path: LANGUAGES, statementHash: fact.id },
    });
    expect(await unrecordedStatements(api.database)).toHaveLength(before);
  });

  it('may be secondary, of the secretariat alone, and a review is of one central authority', async () => {
    const secondary = aFact(['identity:xr-alma'], { state: 'XR', path: '/countries/US/languages' });
    expect((await handIn(secondary.object.wire, seatOf('xr-alma'))).status).toBe(201);
    const value = '{"result":"confirmed"}';
    const review = aFact(['identity:pa-yara'], { state: 'PA', path: REVIEW, value });
    const told = await handIn(review.object.wire, seatOf('pa-yara'), 'rule.review');
    expect(told.status).toBe(201);
    expect(await newestEvent()).toMatchObject({
      what: { type: 'rule.reviewed', path: REVIEW, statementHash: review.id },
    });
  });
});

const refusals: readonly (readonly [
  string,
  () => [string, Seat, Action?],
  number,
  string,
  object,
])[] = [
  [
    'one signature of two',
    () => [aFact(['identity:cr-lucia'], { serial: 2 }).object.wire, LUCIA],
    422,
    'statement.refused',
    { rule: 'signature-count' },
  ],
  [
    'a pair, by one of its State',
    () => [
      aFact(['identity:cr-lucia'], { path: '/pairs/CR-US/bilateral/exists', value: 'true' }).object
        .wire,
      LUCIA,
    ],
    422,
    'statement.refused',
    { rule: 'signature-count' },
  ],
  [
    'the fact of another State',
    () => [aFact(TWO, { path: '/countries/US/languages' }).object.wire, LUCIA],
    422,
    'statement.refused',
    { rule: 'other-state' },
  ],
  [
    'a pair of two other States',
    () => [aFact(TWO, { path: '/pairs/GT-US/bilateral/exists' }).object.wire, LUCIA],
    422,
    'statement.refused',
    { rule: 'other-state' },
  ],
  [
    'a statement in the name of another State',
    () => [aFact(TWO, { state: 'US', path: '/countries/US/languages' }).object.wire, LUCIA],
    403,
    'access.denied',
    { ruleId: 'B-001' },
  ],
  [
    'an unknown path',
    () => [altered(aFact().object.wire, { path: '/instruments/UNTOC/inForce' }), LUCIA],
    422,
    'statement.refused',
    { rule: 'member-path' },
  ],
  [
    'a malformed value',
    () => [altered(aFact().object.wire, { value: '{ }' }), LUCIA],
    422,
    'statement.refused',
    { rule: 'member-value' },
  ],
  [
    'a value that was not signed',
    () => [altered(aFact(TWO, { serial: 2 }).object.wire, { value: '["en"]' }), LUCIA],
    422,
    'statement.refused',
    { rule: 'signature' },
  ],
  [
    'somebody who did not sign',
    () => [
      aFact(TWO, { serial: 2 }).object.wire,
      { ...LUCIA, name: 'cr-otra', personId: testId('cr-otra', 4) },
    ],
    422,
    'statement.refused',
    { rule: 'signer' },
  ],
  [
    'a prosecutor',
    () => [aFact(['identity:cr-rosa', 'identity:cr-lucia']).object.wire, seatOf('cr-rosa')],
    403,
    'access.denied',
    { ruleId: 'R-000' },
  ],
  [
    'a registrar',
    () => [aFact().object.wire, registrarSeat('CR')],
    403,
    'access.denied',
    { ruleId: 'R-000' },
  ],
  [
    'a review by a cooperation officer',
    () => [
      aFact(['identity:cr-lucia'], { path: REVIEW, value: '{"result":"confirmed"}' }).object.wire,
      LUCIA,
      'rule.review',
    ],
    403,
    'access.denied',
    { ruleId: 'R-000' },
  ],
  [
    'a serial that was given before',
    () => [aFact(TWO, { serial: 1, value: '["en","es"]' }).object.wire, LUCIA],
    422,
    'statement.refused',
    { rule: 'fork' },
  ],
  [
    'a statement of another kind',
    () => [
      api.region.draft({ ...api.region.office('CR', 'audit') }, [
        'registrar:CR:1',
        'registrar:CR:2',
      ]).object.wire,
      LUCIA,
    ],
    422,
    'statement.refused',
    { rule: 'type' },
  ],
];

describe('what is no fact of the State', () => {
  it.each(refusals)('%s is refused, and on record', async (...[, given, status, code, facts]) => {
    const before = await logged();
    const [wire, seat, action] = given();
    const answer = await handIn(wire, seat, action);
    expect([answer.status, answer.body]).toEqual([
      status,
      expect.objectContaining({ code, facts }),
    ]);
    expect(await newestEvent()).toMatchObject({ what: { type: code, outcome: 'denied' } });
    expect(await logged()).toEqual(before);
  });

  it('is refused before it is read where it has not even the form of a statement', async () => {
    const { status, body } = await handIn('{}', LUCIA);
    expect([status, body.code]).toEqual([400, 'body.malformed']);
  });

  it('is asked for with a second factor for exactly this', async () => {
    const by = await SeatedDevice.at(api, LUCIA);
    const body = { wire: aFact(TWO, { serial: 2 }).object.wire };
    const { status, body: told } = await by.send({ method: 'POST', path: '/facts', body });
    expect([status, told.code]).toEqual([403, 'step-up.required']);
  });
});
