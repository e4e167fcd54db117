import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { RECEIPT_HEADER } from '@enlace/contracts';
import { decodeLeaf, LEAF_BYTES, RECEIPT_BYTES } from '@enlace/tlog';
import { Controller, Get, HttpCode, Inject, Module, Post } from '@nestjs/common';
import { SubscribeMessage } from '@nestjs/websockets';
import { io, type Socket } from 'socket.io-client';
import request from 'supertest';

import { type ActContext } from '../../../apps/api/src/platform/access/act.js';
import { CurrentAct } from '../../../apps/api/src/platform/access/act-guard.js';
import { Acts } from '../../../apps/api/src/platform/access/acts.js';
import {
  Access,
  Audited,
  NotAudited,
  Public,
} from '../../../apps/api/src/platform/access/declarations.js';
import { SocketDoor } from '../../../apps/api/src/platform/realtime/socket-door.js';
import { AuditRecorder } from '../../../apps/api/src/platform/tlog/audit-recorder.js';
import { startServer, type TestServer } from '../../support/api-server.js';
import { readEvents } from '../../support/people/recorded-acts.js';

const LISTED = {
  type: 'person.listed',
  outcome: 'success',
  object: { type: 'person', id: 'CR', ownerState: 'CR' },
  states: ['CR'],
  fields: { count: 0 },
} as const;

@Controller('test')
class RecordedController {
  constructor(
    @Inject(Acts) private readonly acts: Acts,
    @Inject(AuditRecorder) private readonly audit: AuditRecorder,
  ) {}

  @Post('recorded')
  @HttpCode(200)
  @Public()
  @Audited('person.listed')
  async recorded(@CurrentAct() act: ActContext): Promise<object> {
    return this.acts.run(act, async (at) => {
      await this.audit.record(at, LISTED);
      return { done: true };
    });
  }

  @Post('forgotten')
  @Public()
  @Audited('person.listed')
  async forgotten(@CurrentAct() act: ActContext): Promise<void> {
    await this.acts.run(act, async () => undefined);
  }

  @Get('closed')
  @Access('person.list')
  @NotAudited('a feature of the tests, in no build')
  closed(): void {}
}

@SocketDoor()
class RecordedGateway {
  constructor(
    @Inject(Acts) private readonly acts: Acts,
    @Inject(AuditRecorder) private readonly audit: AuditRecorder,
  ) {}

  @SubscribeMessage('test.recorded')
  @Public()
  @Audited('person.listed')
  async recorded(@CurrentAct() act: ActContext): Promise<object> {
    return this.acts.run(act, async (at) => {
      await this.audit.record(at, LISTED);
      return { done: true };
    });
  }

  @SubscribeMessage('test.closed')
  @Access('person.list')
  @NotAudited('a feature of the tests, in no build')
  closed(): void {}
}

@Module({ controllers: [RecordedController], providers: [RecordedGateway] })
class RecordedFeature {}

let api: TestServer;
let socket: Socket;

beforeAll(async () => {
  api = await startServer(
    {},
    { forTestsOnlyFeatures: [RecordedFeature], forTestsOnlyAdmission: () => undefined },
  );
  socket = io(api.url, { path: '/socket', transports: ['websocket'] });
});

afterAll(async () => {
  socket.disconnect();
  await api.close();
});

/** The recorded event whose leaf a receipt promises. */
async function eventOf(receipt: string | undefined) {
  const bytes = Buffer.from(receipt ?? '', 'base64url');
  expect(bytes).toHaveLength(RECEIPT_BYTES);
  const { eventId } = decodeLeaf(bytes.subarray(0, LEAF_BYTES));
  return (await readEvents(api.database)).find(({ leaf }) => leaf.eventId === eventId);
}

const post = (path: string) =>
  request(api.url)
    .post(path)
    .set('authorization', 'DPoP none')
    .set('user-agent', 'enlace-test')
    .send({});

const emit = async (event: string): Promise<unknown> =>
  socket.timeout(5_000).emitWithAck(event, '', '{}');

describe('the door', () => {
  it('gives each request an act of its own, recorded with its id, route and place', async () => {
    const { headers } = await post('/test/recorded').expect(200, { done: true });
    const event = await eventOf(headers[RECEIPT_HEADER]);
    expect(event).toMatchObject({
      what: { type: 'person.listed' },
      who: { via: 'cli' },
      where: { ip: expect.any(String), userAgent: 'enlace-test' },
    });
  });

  it('gives each socket event the same', async () => {
    const answer = await emit('test.recorded');
    expect(answer).toMatchObject({ ok: true, data: { done: true } });
    const event = await eventOf(Object(answer).receipt);
    expect(event).toMatchObject({ who: { via: 'socket' } });
  });

  it('gives no receipt for what left no event', async () => {
    const { headers } = await request(api.url).get('/health/live').expect(200);
    expect(headers[RECEIPT_HEADER]).toBeUndefined();
  });

  it('answers an act that was not recorded with 500, its title and nothing else', async () => {
    const { body } = await post('/test/forgotten').expect(500);
    expect(body).toMatchObject({ code: 'audit.unrecorded', facts: {}, errors: [] });
    // Nobody proved anything with this request: a fault leaves a log line, not an event.
    expect(api.logLines.some((line) => line.includes('AuditUnrecorded'))).toBe(true);
  });

  it('lets nobody without a session in where it is not said that anybody may call', async () => {
    await request(api.url).get('/test/closed').expect(401);
    expect(await emit('test.closed')).toMatchObject({
      ok: false,
      problem: { code: 'session.ended' },
    });
  });
});
