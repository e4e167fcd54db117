import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';

import type { PresenceAsked } from '../protocol/messages.js';
import { inPresence, showPresence } from './presence.js';

const ASKED: PresenceAsked = {
  action: 'person.invite',
  objectId: 'an-invitation',
  rpId: 'localhost',
  challenge: new ArrayBuffer(0),
  credentials: [],
};
/** What the platform was asked for; nobody shows a passkey here. */
let asked: unknown[];

beforeEach(() => {
  asked = [];
  Object.defineProperty(navigator, 'credentials', {
    configurable: true,
    value: {
      get: async (options: unknown) => {
        asked.push(options);
        throw new DOMException('nobody', 'NotAllowedError');
      },
    },
  });
});

afterEach(() => {
  Reflect.deleteProperty(navigator, 'credentials');
});

const outcome = async (showing: Promise<unknown>): Promise<unknown> =>
  showing.catch(({ code, facts }: { code: string; facts: object }) => ({ code, ...facts }));

describe('a passkey', () => {
  it('is asked for the act and the object that the person has confirmed', async () => {
    const confirmed = { action: ASKED.action, objectId: ASKED.objectId };
    const shown = inPresence(confirmed, async () => showPresence(ASKED));
    expect(await outcome(shown)).toEqual({
      code: 'client.passkey-refused',
      reason: 'NotAllowedError',
    });
    expect(asked).toHaveLength(1);
  });

  it('is asked for what the worker makes, where the object is new', async () => {
    const confirmed = { action: ASKED.action, objectId: null };
    await outcome(inPresence(confirmed, async () => showPresence(ASKED)));
    expect(asked).toHaveLength(1);
  });

  it.each([
    ['another act', { action: 'person.revoke', objectId: 'an-invitation' }],
    ['another object', { action: 'person.invite', objectId: 'another' }],
  ])('is not asked for when the person has confirmed %s', async (_what, confirmed) => {
    const shown = inPresence(confirmed, async () => showPresence(ASKED));
    expect(await outcome(shown)).toEqual({ code: 'client.passkey-refused' });
    expect(asked).toEqual([]);
  });

  it('is not asked for when nothing was confirmed, or the act is over', async () => {
    expect(await outcome(showPresence(ASKED))).toEqual({ code: 'client.passkey-refused' });
    await inPresence({ action: ASKED.action, objectId: ASKED.objectId }, async () => null);
    expect(await outcome(showPresence(ASKED))).toEqual({ code: 'client.passkey-refused' });
    expect(asked).toEqual([]);
  });
});
