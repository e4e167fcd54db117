import { describe, expect, it } from '@jest/globals';
import type { JsonValue } from '@enlace/kernel';

import type { Session } from '../../session/session.js';
import { listAlerts, moveAlert } from './alerts.js';

const ALERT = {
  alertId: '0192f0aa-0000-7000-8000-000000000001',
  state: 'CR',
  rule: 'refusals-burst',
  numbers: [7, 5],
  eventIds: ['0192f0aa-0000-7000-8000-000000000002'],
  raisedAt: '2026-11-01T10:00:00.000Z',
  step: 'raised',
  changedBy: null,
  changedAt: null,
} as const;

type Asked = Parameters<Session['request']>[0];

function answering(answer: JsonValue) {
  const asked: Asked[] = [];
  const request = async (one: Asked) => {
    asked.push(one);
    return answer;
  };
  return { asked, session: { request } };
}

describe('the alerts of a State', () => {
  it('are read whole, at one step or at all', async () => {
    const { asked, session } = answering([ALERT]);
    expect(await listAlerts(session, null)).toEqual([ALERT]);
    await listAlerts(session, 'closed');
    expect(asked.map(({ query }) => query)).toEqual([{}, { step: 'closed' }]);
  });

  it('are moved with a reason, or without one', async () => {
    const moved = { ...ALERT, step: 'closed', changedBy: 'somebody', changedAt: ALERT.raisedAt };
    const { asked, session } = answering(moved);
    const about = { alertId: ALERT.alertId, step: 'closed' } as const;
    expect(await moveAlert(session, { ...about, reason: 'was agreed' })).toEqual(moved);
    await moveAlert(session, { ...about, reason: null });
    expect(asked.map(({ path, body }) => [path, body])).toEqual([
      [`/audit/alerts/${ALERT.alertId}/transitions`, { step: 'closed', reason: 'was agreed' }],
      [`/audit/alerts/${ALERT.alertId}/transitions`, { step: 'closed' }],
    ]);
  });

  it.each([
    ['no list', {}],
    ['an alert that is none', ['alert']],
    ['a State that is none', [{ ...ALERT, state: 'ZZ' }]],
    ['a step that is none', [{ ...ALERT, step: 'forgotten' }]],
    ['numbers in words', [{ ...ALERT, numbers: ['seven'] }]],
    ['one event instead of a list', [{ ...ALERT, eventIds: 'event' }]],
    ['no moment', [{ ...ALERT, raisedAt: 3 }]],
    ['a number for whoever moved it', [{ ...ALERT, changedBy: 3 }]],
  ])('are refused with %s', async (_, wrong) => {
    await expect(listAlerts(answering(wrong).session, null)).rejects.toMatchObject({
      code: 'client.answer-malformed',
    });
  });
});
