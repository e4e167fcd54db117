import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals';

import type { PresenceAsked } from '../../protocol/messages.js';
import type { ArgsOf } from '../../protocol/operations.js';
import { WorkerProxy } from './worker-proxy.js';

type Shown = ArgsOf<'presence.show'>;

const ASKED: PresenceAsked = {
  action: 'person.invite',
  objectId: 'an-invitation',
  rpId: 'localhost',
  challenge: new ArrayBuffer(0),
  credentials: [],
};
const SHOWN: Shown = {
  credentialId: new ArrayBuffer(0),
  clientDataJSON: new ArrayBuffer(0),
  authenticatorData: new ArrayBuffer(0),
  signature: new ArrayBuffer(0),
};
const INVITEE = {
  officeId: 'o',
  roles: [],
  auditScope: null,
  name: 'n',
  title: { es: 'e', en: 'e' },
};
const PAPER = { invitationId: 'an-invitation', expiresAt: 'later', paper: 'the only copy' };

/** The worker's end: a test says what the worker says, and when. */
class Port extends EventTarget {
  readonly heard: { readonly id: number; readonly op: string }[] = [];

  postMessage(message: { readonly id: number; readonly op: string }): void {
    this.heard.push(message);
    if (message.op.startsWith('presence.')) this.answer(message.op, {});
  }

  say(data: object): void {
    this.dispatchEvent(new MessageEvent('message', { data: { v: 1, ...data } }));
  }

  answer(op: string, data: object): void {
    const call = this.heard.find((each) => each.op === op);
    this.say({ id: call?.id ?? 0, ok: true, data });
  }

  terminate(): void {}
}

let port: Port;
let proxy: WorkerProxy;
/** The person touches the passkey. */
let touch: () => void;
let news: unknown[];

beforeEach(async () => {
  jest.useFakeTimers();
  port = new Port();
  news = [];
  const starting = WorkerProxy.start(port as unknown as Worker, {
    onTakenOver: () => {},
    onNews: (told) => news.push(told),
    checkScriptsOnDemand: async () => {},
    showPresence: async () =>
      new Promise((settle) => {
        touch = () => settle(SHOWN);
      }),
  });
  port.say({ event: 'ready' });
  proxy = await starting;
});

afterEach(() => {
  jest.useRealTimers();
});

const pass = async (seconds: number): Promise<void> =>
  jest.advanceTimersByTimeAsync(seconds * 1_000);

async function becomes(call: Promise<unknown>): Promise<unknown> {
  return call.catch((error: unknown) => Reflect.get(Object(error), 'code'));
}

describe('a call of the worker', () => {
  it('is given up after 30 seconds without an answer', async () => {
    const outcome = becomes(proxy.call('registrar.list', {}));
    await pass(31);
    expect(await outcome).toBe('client.worker-silent');
  });

  it.each([
    ['just before the limit', 1, 28],
    ['long after it', 25, 95],
  ])('keeps an answer that comes after a person answered %s', async (_when, from, took) => {
    const outcome = becomes(proxy.call('registrar.invite', INVITEE));
    await pass(from);
    port.say({ event: 'presence', ...ASKED });
    await pass(took);
    touch();
    await pass(20);
    port.answer('registrar.invite', PAPER);
    expect(await outcome).toEqual(PAPER);
  });

  it('is waited for as long as the worker keeps something', async () => {
    const outcome = becomes(proxy.call('registrar.invite', INVITEE));
    for (let times = 0; times < 4; times += 1) {
      await pass(25);
      port.say({ event: 'busy' });
    }
    port.answer('registrar.invite', PAPER);
    expect(await outcome).toEqual(PAPER);
  });

  it('is given up when the worker stays silent after the person has answered', async () => {
    const outcome = becomes(proxy.call('registrar.invite', INVITEE));
    port.say({ event: 'presence', ...ASKED });
    await pass(20);
    touch();
    await pass(61);
    expect(await outcome).toBe('client.worker-silent');
  });
});

describe('what the worker says by itself', () => {
  it('reaches the page as news of a thread', () => {
    port.say({ event: 'news', news: { kind: 'thread', threadId: 'a-thread' } });
    expect(news).toEqual([{ kind: 'thread', threadId: 'a-thread' }]);
  });
});
