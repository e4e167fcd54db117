import { describe, expect, it } from '@jest/globals';

import type { RecordIntegrity, Registry } from '../../protocol/operations.js';
import { inTrouble, toDecide } from './waiting-work.js';

type Invitation = Registry['invitations'][number];
type Log = RecordIntegrity['logs'][number];

const invitation = (step: Invitation['step'], isOwn: boolean, hasCertified = false) =>
  ({ step, isOwn, hasCertified }) as Invitation;

const log = (change: Partial<Log>) =>
  ({
    origin: 'audit.example',
    state: 'open',
    standing: 'grown',
    isQuorumMet: true,
    witnesses: [],
    ...change,
  }) as Log;

describe('what waits for a registrar', () => {
  it('is what somebody else proposed, and claims that the own signature is missing on', () => {
    const invitations = [
      invitation('proposed', true),
      invitation('proposed', false),
      invitation('claimed', true),
      invitation('claimed', false, true),
      invitation('active', false),
    ];
    expect(toDecide({ invitations })).toEqual({ approvals: 1, certificates: 1 });
    expect(toDecide({ invitations: [] })).toEqual({ approvals: 0, certificates: 0 });
  });
});

describe('what waits for an auditor', () => {
  it('is a log that does not hold, was stopped, or that too few have seen', () => {
    const logs = [
      log({ origin: 'a', standing: 'refused' }),
      log({ origin: 'b', state: 'halted' }),
      log({ origin: 'c', isQuorumMet: false }),
      log({ origin: 'd' }),
      log({ origin: 'e', standing: 'unsigned', isQuorumMet: false }),
    ];
    expect(inTrouble({ logs, disputes: 1, counterGaps: 2 })).toEqual({
      alarms: ['a', 'b'],
      few: ['c'],
      late: [],
      open: 3,
    });
  });

  it('is a witness that stays behind the others, by a quarter of an hour', () => {
    const witnesses = [
      { name: 'w1', cosignedAt: '2027-03-01T12:00:00.000Z' },
      { name: 'w2', cosignedAt: '2027-03-01T11:44:59.000Z' },
      { name: 'w3', cosignedAt: '2027-03-01T11:45:00.000Z' },
    ];
    const closed = log({ origin: 'last-year.example', state: 'closed', witnesses });
    const seen = inTrouble({ logs: [log({ witnesses }), closed], disputes: 0, counterGaps: 0 });
    expect(seen).toEqual({
      alarms: [],
      few: [],
      late: [{ name: 'w2', origin: 'audit.example' }],
      open: 0,
    });
  });
});
