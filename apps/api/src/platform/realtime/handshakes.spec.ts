import type { Problem } from '@enlace/contracts';
import { expect, it } from '@jest/globals';
import type { Socket } from 'socket.io';

import { Metrics } from '../metrics/metrics.js';
import { Refusal } from '../problem/refusal.js';
import { Handshakes, type Admission } from './handshakes.js';

const admitNobody: Admission = async () => {
  throw new Refusal('ticket.refused');
};

async function knock(
  handshakes: Handshakes,
): Promise<{ problem?: Problem | undefined; closed: boolean }> {
  const heard = { closed: false };
  const socket = { conn: { close: () => void (heard.closed = true) } } as unknown as Socket;
  let refusal: Error | undefined;
  await handshakes.decide(socket, (error) => {
    refusal = error;
  });
  return {
    problem: (refusal as (Error & { data: Problem }) | undefined)?.data,
    get closed() {
      return heard.closed;
    },
  };
}

const clock = { ms: 1_000, nowMs: () => clock.ms };

it('nobody is let in, and a refused connection ends after it heard why', async () => {
  const answer = await knock(new Handshakes({ admit: admitNobody, clock, metrics: new Metrics() }));
  expect(answer.problem).toMatchObject({ code: 'ticket.refused', status: 403 });
  await new Promise<void>((resolve) => process.nextTick(resolve));
  expect(answer.closed).toBe(true);
});

it('a node takes 200 handshakes a second, whoever they are of', async () => {
  const handshakes = new Handshakes({ admit: () => undefined, clock, metrics: new Metrics() });
  const knocks = await Promise.all(Array.from({ length: 250 }, async () => knock(handshakes)));
  const outcomes = knocks.map(({ problem }) => problem);
  expect(outcomes.slice(0, 200)).toEqual(Array.from({ length: 200 }, () => undefined));
  expect(outcomes[200]).toMatchObject({ code: 'rate.limited', facts: { retryAfterSeconds: 1 } });
  clock.ms += 1_000;
  expect((await knock(handshakes)).problem).toBeUndefined();
});
