import { DomainError } from '@enlace/kernel';
import { describe, expect, it } from '@jest/globals';

import { answerTo, type Handlers } from './dispatch.js';

class Refused extends DomainError {
  override readonly code = 'vault.not-opened';
  override readonly kind = 'integrity';
}

const CALL = { v: 1, id: 7, op: 'session.open-store', args: { takeOver: false } };
const OPENED = { isOurs: true, stage: 'empty' } as const;

async function answer(message: unknown, open: Handlers['session.open-store'] = async () => OPENED) {
  return answerTo(message, async () => ({ 'session.open-store': open }));
}

describe('a call of the page', () => {
  it('is answered under its id', async () => {
    expect(await answer(CALL)).toEqual({ v: 1, id: 7, ok: true, data: OPENED });
  });

  it.each([
    ['text', 'session.open-store'],
    ['another version', { ...CALL, v: 2 }],
    ['an unknown member', { ...CALL, code: '() => 1' }],
    ['no id', { ...CALL, id: undefined }],
    ['an id of nobody', { ...CALL, id: 0 }],
    ['an operation that is none', { ...CALL, op: 'constructor' }],
    ['none of a thread', { ...CALL, op: 'thread.constructor' }],
    ['one of a thread that nobody does', { ...CALL, op: 'case.list', args: {} }],
    ['an unknown argument', { ...CALL, args: { takeOver: false, key: 1 } }],
    ['an argument of another type', { ...CALL, args: { takeOver: 'no' } }],
  ])('is refused with %s', async (_case, message) => {
    const refused = await answer(message);
    expect(refused).toMatchObject({ ok: false, problem: { code: 'client.call-malformed' } });
  });

  it('gets no member that its operation does not name: the answer is a fault instead', async () => {
    const leaking = async () => ({ ...OPENED, rootKey: new Uint8Array(32) });
    expect(await answer(CALL, leaking)).toEqual({
      v: 1,
      id: 7,
      ok: false,
      problem: { code: 'client.call-malformed', facts: { op: 'session.open-store' } },
    });
  });

  it('hears of a refusal by code and facts', async () => {
    const refusing = async () => {
      throw new Refused('the box does not open', { facts: { group: 3 } });
    };
    expect(await answer(CALL, refusing)).toEqual({
      v: 1,
      id: 7,
      ok: false,
      problem: { code: 'vault.not-opened', facts: { group: 3 } },
    });
  });

  it('hears nothing of a fault but that it was one', async () => {
    const failing = async () => {
      throw new Error('seed 0102');
    };
    expect(await answer(CALL, failing)).toMatchObject({
      problem: { code: 'client.fault', facts: {} },
    });
  });
});
