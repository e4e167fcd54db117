import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { DELIVERY_LIMITS } from '@enlace/contracts';
import { parseId, type CaseId, type ThreadId } from '@enlace/kernel';

import type { ActContext } from '../platform/access/act.js';
import type { ProvenSeat } from '../platform/realtime/session-sockets.js';
import type { ServerWork } from '../platform/server-work.js';
import { ReceivedEntries } from './received-entries.service.js';

const THREAD = parseId<ThreadId>('01900000-0000-7000-8000-000000000001');
const about = {
  caseId: parseId<CaseId>('01900000-0000-7000-8000-000000000002'),
  originator: 'CR',
  states: ['CR'],
} as const;
const act = {} as unknown as ActContext;
const aSeat = () => ({ context: { state: 'CR' }, isHeld: false }) as unknown as ProvenSeat;

let isRecording: boolean;
let written: number;
let received: ReceivedEntries;
beforeEach(() => {
  isRecording = false;
  written = 0;
  const database = {
    asServer: async (work: (tx: object) => Promise<void>) => {
      if (!isRecording) throw new Error('no record');
      await work({});
    },
  };
  const writer = { write: async () => void (written += 1) };
  const log = { warn: () => undefined };
  received = new ReceivedEntries({ database, writer, log } as unknown as ServerWork);
});
afterEach(async () => received.onApplicationShutdown());

/** A socket that is sent one entry and reports it. */
function oneMore(): ProvenSeat {
  const seat = aSeat();
  received.pushed([seat], { threadId: THREAD, seq: 1, about });
  received.report(seat, act, [[THREAD, 1]]);
  return seat;
}

describe('reports that cannot be recorded', () => {
  it('hold their sockets, and are all written once they can be', async () => {
    const seats = [oneMore(), oneMore()];
    await received.flush();
    expect(seats.map(({ isHeld }) => isHeld)).toEqual([true, true]);
    isRecording = true;
    await received.flush();
    expect(seats.map(({ isHeld }) => isHeld)).toEqual([false, false]);
    expect(written).toBe(2);
  });

  it('are taken up to a bound, however often sockets come anew, and can be made again later', async () => {
    for (let count = 0; count < DELIVERY_LIMITS.unrecordedReports; count += 1) {
      expect(received.isFull).toBe(false);
      oneMore();
    }
    expect(received.isFull).toBe(true);
    const late = aSeat();
    received.pushed([late], { threadId: THREAD, seq: 1, about });
    const report = () => received.report(late, act, [[THREAD, 1]]);
    expect(report).toThrow(expect.objectContaining({ code: 'audit.unavailable' }));
    isRecording = true;
    await received.flush();
    expect(received.isFull).toBe(false);
    expect(report).not.toThrow();
    await received.flush();
    expect(written).toBe(DELIVERY_LIMITS.unrecordedReports + 1);
  });
});
