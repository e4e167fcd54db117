import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { forTestsOnlySeed, Region, strictPolicy } from '@enlace/testing';
import { cosignStatement } from '@enlace/trust';
import request, { type Response } from 'supertest';
import { toBase64Url } from '@enlace/kernel';

import { startServer } from '../api-server.js';
import { Invitee } from './invitee.js';

/** What a program sends that has no session and no cookie. */
const AS_PROGRAM = { authorization: 'DPoP none' };
const ONE = 'registrar:CR:1';
const TWO = 'registrar:CR:2';

/** The real server with roots to trust and an empty directory, at a moment that only tests move. */
export async function startFoundingServer() {
  const region = await Region.founded(['CR', 'PA', 'XR']);
  region.add(strictPolicy('CR', { allowCliDevices: true }), ['root:CR']);
  for (const state of ['CR', 'PA'] as const) region.addOffices(state);
  const clock = { ms: region.nowMs, nowMs: () => clock.ms };
  const dataDir = await mkdtemp(join(tmpdir(), 'enlace-founding-'));
  await writeFile(join(dataDir, 'trust-store.json'), region.trustStoreText);
  const server = await startServer({ ENLACE_DATA: dataDir }, { forTestsOnlyClock: clock });
  const post = async (path: string, body: object): Promise<Response> =>
    request(server.url).post(path).set(AS_PROGRAM).send(body);
  return {
    ...server,
    region,
    clock,
    post,
    close: async () => {
      await server.close();
      await rm(dataDir, { recursive: true, force: true });
    },
  };
}

type FoundingServer = Awaited<ReturnType<typeof startFoundingServer>>;

/** Hands in everything that the region has stated; answers with the statuses. */
export async function foundRegion({ region, post }: FoundingServer): Promise<readonly number[]> {
  const statuses: number[] = [];
  for (const wire of region.wires) {
    statuses.push((await post('/authorities/founding/statements', { wire })).status);
  }
  return statuses;
}

/** One person's way through the ceremony, over HTTP and without any session. */
export class HttpCeremony {
  readonly invitee: Invitee;

  constructor(
    private readonly server: FoundingServer,
    slug = 'cr-rosa',
  ) {
    this.invitee = new Invitee(server.region, slug);
  }

  async propose(): Promise<Response> {
    const wire = this.invitee.invitationWire([ONE]);
    return this.#found('', { wire, card: this.invitee.card });
  }

  async approve(): Promise<Response> {
    return this.#found('approval', { wire: this.invitee.invitationWire([ONE, TWO]) });
  }

  claimBody(code: Uint8Array = this.invitee.code) {
    return { wire: this.invitee.claimWire(), code: toBase64Url(code) };
  }

  /** Ten minutes pass before each: the limit of an address is another test's matter. */
  async claim(body: object = this.claimBody()): Promise<Response> {
    this.server.clock.ms += 600_000;
    return this.server.post('/people/invitations/claim', body);
  }

  async poll(): Promise<Response> {
    this.server.clock.ms += 600_000;
    const wire = this.invitee.pollWire(this.server.clock.ms);
    return this.server.post('/people/invitations/claim/status', { wire });
  }

  async certify(): Promise<readonly Response[]> {
    const half = this.invitee.certificateWire([ONE]);
    const first = await this.#found('certificate', { wire: half });
    const whole = cosignStatement(half, forTestsOnlySeed(TWO));
    return [first, await this.#found('certificate', { wire: whole })];
  }

  async enrolDevice(): Promise<Response> {
    this.server.clock.ms += 600_000;
    const { invitationId } = this.invitee;
    const wire = this.invitee.deviceWire();
    return this.server.post('/people/invitations/claim/device', { invitationId, wire });
  }

  async #found(step: string, body: object): Promise<Response> {
    const path = step === '' ? '' : `/${this.invitee.invitationId}/${step}`;
    return this.server.post(`/authorities/founding/invitations${path}`, body);
  }
}
