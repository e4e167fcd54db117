import type { Problem } from '@enlace/contracts';
import { expect, it } from '@jest/globals';
import type { Socket } from 'socket.io';

import { Metrics } from '../metrics/metrics.js';
import { admitNobody, Handshakes } from './handshakes.js';

function knock(handshakes: Handshakes): { problem?: Problem | undefined; closed: boolean } {
  const heard = { closed: false };
  const socket = { conn: { close: () => void (heard.closed = true) } } as unknown as Socket;
  let refusal: Error | undefined;
  handshakes.decide(socket, (error) => {
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
  const answer = knock(new Handshakes({ admit: admitNobody, clock, metrics: new Metrics() }));
  expect(answer.problem).toMatchObject({ code: 'session.ended', status: 401 });
  expect(answer.closed).toBe(false);
  await new Promise<void>((resolve) => process.nextTick(resolve));
  expect(answer.closed).toBe(true);
});

it('a node takes 200 handshakes a second, whoever they are of', () => {
  const handshakes = new Handshakes({ admit: () => undefined, clock, metrics: new Metrics() });
  const outcomes = Array.from({ length: 250 }, () => knock(handshakes).problem);
  expect(outcomes.slice(0, 200)).toEqual(Array.from({ length: 200 }, () => undefined));
  expect(outcomes[200]).toMatchObject({ code: 'rate.limited', facts: { retryAfterSeconds: 1 } });
  clock.ms += 1_000;
  expect(knock(handshakes).problem).toBeUndefined();
});
