import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { RECEIPT_HEADER } from '@enlace/contracts';
import { ScriptedServer } from '@enlace/testing';

import { wayFrom } from './own-address.js';

const SOON = { 'retry-after': '0.01' };
const RECORDED = { ...SOON, [RECEIPT_HEADER]: 'a receipt' };

describe('the way of somebody of the demo to its server', () => {
  let server: ScriptedServer;

  beforeEach(async () => {
    server = new ScriptedServer();
    await server.start();
  });

  afterEach(async () => {
    await server.stop();
  });

  const statusOf = async (...headers: readonly Record<string, string>[]) => {
    const answers = headers.map((more) => ({ status: 503, headers: more }));
    server.answer = () => answers.shift() ?? { status: 204 };
    const answer = await wayFrom(7)(`${server.origin}/x`, { method: 'POST' });
    return [answer.status, server.seen.length];
  };

  it('comes again with the same bytes while nothing was done', async () => {
    expect(await statusOf(SOON, SOON)).toEqual([204, 3]);
  });

  it('brings back what is on record: its number is used up', async () => {
    expect(await statusOf(RECORDED)).toEqual([503, 1]);
  });

  it('waits for nobody who says no time', async () => {
    expect(await statusOf({})).toEqual([503, 1]);
  });
});
