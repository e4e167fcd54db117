import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { encodeEntry } from '@enlace/contracts';
import { cryptoReady } from '@enlace/e2ee';
import { newId, systemClock, systemRandom, toBase64Url } from '@enlace/kernel';
import request from 'supertest';
import type { Socket } from 'socket.io-client';

import type { SessionServer } from '../../support/sessions/session-server.js';
import { SocketClients } from '../../support/sessions/socket-clients.js';
import { LiveHand } from '../../support/threads/live-hand.js';
import { startThreadServer, ThreadStory } from '../../support/threads/thread-story.js';

let api: SessionServer;
let clients: SocketClients;
let events: readonly string[];
beforeAll(async () => {
  await cryptoReady();
  api = await startThreadServer();
  clients = new SocketClients(api);
  const { body } = await request(api.url).get('/api/openapi.json');
  events = Object.keys(body['x-enlace-socket-events']).filter((name) => name !== 'session.prove');
  // A node that has not asked for its sessions yet lets nobody in.
  while ((await clients.dial({})).heard === 'service.unavailable') clients.end();
});
afterEach(() => clients.end());
afterAll(async () => api.close());

const send = async (socket: Socket, event: string, text: string) =>
  socket.timeout(5_000).emitWithAck(event, 'x', text);

const entriesOf = async (threadId: string) =>
  api.database.asAdmin('SELECT * FROM app.entries WHERE thread_id = $1', [threadId]);

describe('D19: whoever has no session', () => {
  it('opens no socket, and so reaches no event', async () => {
    expect(events).toContain('entry.append');
    for (const auth of [{}, { ticket: toBase64Url(systemRandom.bytes(32)) }, { ticket: '' }]) {
      const { socket, heard } = await clients.dial(auth);
      expect(heard).toBe('ticket.refused');
      for (const event of events) {
        const answered = socket.timeout(200).emitWithAck(event, 'x', '{}');
        await expect(answered).rejects.toThrow('operation has timed out');
      }
    }
  });
});

describe('D09: a socket that has not proved its session', () => {
  it('is handled no event', async () => {
    const { rosa } = await ThreadStory.begin(api);
    const { socket } = await clients.dial({ ticket: await clients.ticketOf(rosa.device) });
    const items = [{ entry: toBase64Url(encodeEntry(rosa.sealed('x'))) }];
    const text = JSON.stringify({ threadId: rosa.threadId, items });
    for (const event of events) {
      const answer = await send(socket, event, event === 'entry.append' ? text : '{}');
      expect([event, answer.ok, answer.problem?.code]).toEqual([event, false, 'proof.refused']);
    }
    expect(await entriesOf(rosa.threadId)).toHaveLength(1);
  });
});

describe('D12: members that reach into prototypes', () => {
  it('are refused in the body of every event', async () => {
    const { rosa } = await ThreadStory.begin(api);
    const { socket } = await LiveHand.of(rosa, clients);
    for (const event of events) {
      for (const text of [
        '{"__proto__":{"polluted":true}}',
        '{"\\u005f\\u005fproto\\u005f\\u005f":{"polluted":true}}',
        '{"constructor":{"prototype":{"polluted":true}}}',
        '[{"__proto__":{"polluted":true}}]',
        '[]',
        '"text"',
      ]) {
        api.clock.ms += 200;
        const answer = await send(socket, event, text);
        const codes =
          event === 'entry.append' ? ['body.malformed', 'proof.refused'] : ['body.malformed'];
        expect([event, text, codes.includes(answer.problem?.code)]).toEqual([event, text, true]);
      }
    }
    expect(Object.keys(Object.prototype)).toEqual([]);
  });
});

describe('D01: the thread of somebody else', () => {
  it('is no thread to any event', async () => {
    const { rosa } = await ThreadStory.begin(api);
    const other = await ThreadStory.begin(api);
    const omar = await LiveHand.of(await other.joinedBy('pa-omar'), clients);
    const entry = toBase64Url(encodeEntry(omar.hand.sealed('x')));
    for (const threadId of [rosa.threadId, newId(systemClock, systemRandom)]) {
      const items = [{ entry }];
      expect(await omar.emit('entry.append', { threadId, items })).toMatchObject({
        ok: false,
        problem: { code: 'thread.not-found', status: 404 },
      });
    }
    expect(await entriesOf(rosa.threadId)).toHaveLength(1);
  });
});

describe('D11: members that a form does not have', () => {
  it('are refused by every event', async () => {
    const { rosa } = await ThreadStory.begin(api);
    const one = await LiveHand.of(rosa, clients);
    for (const event of events) {
      for (const member of ['role', 'state', 'personId', 'deviceId', 'isAdmin']) {
        api.clock.ms += 200;
        const body = { [member]: 'registrar' };
        const answer =
          event === 'entry.append' ? await one.emit(event, body) : await one.say(event, body);
        const pointers = answer.ok
          ? []
          : (answer.problem.errors ?? []).map(({ pointer }) => pointer);
        expect([event, pointers]).toEqual([event, expect.arrayContaining([`/${member}`])]);
      }
    }
  });
});
