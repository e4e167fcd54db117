import { systemRandom, toBase64Url } from '@enlace/kernel';
import { officeId, testId, type PlantedSession } from '@enlace/testing';

import {
  cardOf,
  certificateOf,
  contactOf,
  personOf,
  plantedIdOf,
  RECOVERING_KEY,
  statement,
  type RowOperation,
  type Target,
} from './row-operation.js';

const INVITATION = {
  sql: 'SELECT guard.cancel_invitation($1, $2)',
  values: ({ state }) => [state, plantedIdOf(state, 'invitation')],
  isFunction: true,
} satisfies Partial<RowOperation>;

/** The secretariat speaks in its own name of the facts of every State; everybody else in the name of the State. */
const confirmingState = ({ state }: Target, by: PlantedSession) =>
  by.roles.includes('secretariat') ? by.state : state;

/** People, devices, offices and contacts. */
export const DIRECTORY_ROWS: readonly RowOperation[] = [
  {
    name: 'read invitations',
    actions: ['person.list'],
    sql: 'SELECT true FROM app.invitations WHERE state = $1',
    values: ({ state }) => [state],
  },
  { name: 'cancel an invitation', actions: ['person.invite'], ...INVITATION },
  {
    name: 'certify a claim',
    actions: ['person.certify'],
    sql: `SELECT true FROM guard.lock_invitation($1, $2)`,
    values: INVITATION.values,
  },
  { name: 'certify a person', actions: ['person.certify'], ...statement('person-cert') },
  { name: 'reinstate a person', actions: ['person.reinstate'], ...statement('person-cert') },
  {
    name: 'approve a code of re-entry',
    actions: ['person.recover'],
    sql: `SELECT guard.approve_reentry($1, $2, '{}', $3, now())`,
    values: ({ state }) => [state, plantedIdOf(state, 'reentry'), testId('second', 4)],
    isFunction: true,
  },
  {
    name: 'end the sessions of a person',
    actions: ['person.revoke', 'person.freeze'],
    sql: 'SELECT true FROM guard.revoke_sessions($1, NULL, now())',
    values: ({ personId }) => [personId],
  },
  { name: 'suspend a person', actions: ['person.suspend'], ...statement('revocation') },
  { name: 'revoke a person', actions: ['person.revoke'], ...statement('revocation') },
  {
    name: 'revoke a device',
    actions: ['device.revoke'],
    ...statement('revocation', ({ personId }) => ({ target: certificateOf(personId) })),
  },
  {
    name: 'certify a device',
    actions: ['device.enrol'],
    ...statement('device-cert', ({ personId }) => ({ personId })),
  },
  {
    name: 'certify the device that asks',
    actions: ['device.enrol'],
    ...statement('device-cert', ({ personId }, { deviceId }) => ({
      personId,
      deviceId,
      signKey: RECOVERING_KEY,
    })),
  },
  {
    name: 'renew a device',
    actions: ['device.renew'],
    ...statement('device-cert', ({ personId }) => ({ personId, serial: 2 })),
  },
  {
    name: 'lift a freeze',
    actions: ['person.unfreeze'],
    sql: 'SELECT guard.unfreeze_person($1)',
    values: ({ state }) => [personOf(state)],
    isFunction: true,
  },
  {
    name: 'freeze oneself',
    actions: ['person.freeze'],
    sql: 'SELECT guard.freeze_me(now())',
    values: () => [],
    isFunction: true,
    of: 'self',
  },
  { name: 'change an office', actions: ['office.change'], ...statement('office') },
  { name: 'change a policy', actions: ['authority.submit'], ...statement('state-policy') },
  { name: 'certify a registrar', actions: ['authority.submit'], ...statement('registrar-cert') },
  {
    name: 'give a token to a witness',
    actions: ['witness.issue-token'],
    sql: `SELECT guard.put_witness_token('witness of ' || $1::text, decode(repeat('00', 32), 'hex'),
            decode(repeat('00', 32), 'hex'))`,
    values: ({ state }) => [state],
  },
  {
    name: 'propose a contact',
    actions: ['contact.propose'],
    sql: `INSERT INTO app.contact_proposals
          SELECT state, $2, contact_id, office_id, wire, card, card_body, card_salt, step, reason,
                 proposed_by, proposed_at
            FROM jsonb_populate_record(NULL::app.contact_proposals, $1) RETURNING true`,
    values: ({ state }) => [
      JSON.stringify({
        state,
        contact_id: testId('x', 7),
        office_id: officeId(state, 'registry'),
        wire: '{}',
        card: 'c',
        card_body: '{}',
        card_salt: `\\x${'00'.repeat(32)}`,
        step: 'proposed',
        proposed_by: testId('x', 7),
        proposed_at: '2027-01-01T00:00:00Z',
      }),
      toBase64Url(systemRandom.bytes(32)),
    ],
  },
  {
    name: 'confirm a contact',
    actions: ['contact.confirm'],
    ...statement('contact-confirmation', ({ state }) => ({ contact: contactOf(state) })),
  },
  { name: 'log a contact', actions: ['contact.approve'], ...statement('contact') },
  { name: 'approve a contact', actions: ['contact.approve'], ...statement('contact-approval') },
  {
    name: 'reject a contact',
    actions: ['contact.reject'],
    sql: `UPDATE app.contact_proposals SET step = 'rejected', reason = 'no', card_body = NULL, card_salt = NULL
           WHERE statement_id = $1 RETURNING true`,
    values: ({ state }) => [contactOf(state)],
  },
  {
    name: 'confirm a fact',
    actions: ['fact.confirm'],
    ...statement('fact-confirmation', (target, by) => ({
      state: confirmingState(target, by),
      path: `/countries/${target.state}/languages`,
    })),
  },
  {
    name: 'review a rule',
    actions: ['rule.review'],
    ...statement('fact-confirmation', (target, by) => ({
      state: confirmingState(target, by),
      path: '/rules/dual-criminality/3',
    })),
  },
  {
    name: 'ask that a card be erased',
    actions: ['card.erase'],
    sql: 'SELECT guard.ask_card_erasure($1, now())',
    values: ({ state }) => [cardOf(state)],
  },
  {
    name: 'read the directory',
    actions: ['directory.read'],
    sql: 'SELECT true FROM app.persons WHERE state = $1',
    values: ({ state }) => [state],
  },
  {
    name: 'read people',
    actions: ['directory.cards', 'directory.read'],
    sql: 'SELECT true FROM app.offices WHERE state = $1',
    values: ({ state }) => [state],
  },
];
