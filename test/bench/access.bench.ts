import { request as httpRequest, Agent } from 'node:http';
import { cpus } from 'node:os';

import { decide, type Subject } from '@enlace/contracts';
import {
  newId,
  newRandomId,
  parseId,
  systemClock,
  systemRandom,
  type EventId,
} from '@enlace/kernel';
import { freshDatabase, officeId, plantSession } from '@enlace/testing';
import { fastify } from 'fastify';
import pg from 'pg';

import { AuditRecorder } from '../../apps/api/src/platform/tlog/audit-recorder.js';
import { plantStatements } from '../support/people/region-directory.js';
import { SeatedDevice, seatOf } from '../support/sessions/seated-device.js';
import { startSessionServer } from '../support/sessions/session-server.js';
import { bodyHash, TestDevice } from '../support/sessions/test-device.js';
import { median, nowMs, timed } from './timing.js';

/** Each side takes turns, so that whatever else the machine does meets both. */
const ROUNDS = 300;
const SIGN_INS = 120;
const SIGN_INS_AT_ONCE = 4;
/** Acts in a slice, with and without their events in turn, so many times each. */
const ACTS = 400;
const ACTS_AT_ONCE = 16;
const SLICES = 7;
/** What is measured is not the limit. */
const UNLIMITED = { perSecond: 1e5, burst: 1e5 };
const ROWS = 5_000;
const DECISIONS = 200_000;

const agent = new Agent({ keepAlive: true });
async function post(
  url: string,
  headers: Readonly<Record<string, string>>,
  body: string,
): Promise<void> {
  await new Promise<void>((resolve, reject) => {
    const sent = httpRequest(url, { method: 'POST', agent, headers }, (answer) => {
      answer.resume();
      answer.once('end', () => {
        if (answer.statusCode === 201) resolve();
        else reject(new Error(`${url}: ${answer.statusCode}`));
      });
    });
    sent.once('error', reject);
    sent.end(body);
  });
}

/** Sign-ins by the second: challenge, statement, chain, session, event, with the signatures of the clients. */
async function benchSignIns(): Promise<string> {
  const api = await startSessionServer();
  const devices = ['cr-rosa', 'cr-esteban'].map(
    (slug) => new TestDevice(api, api.region, { slug }),
  );
  for (const device of devices) await device.signIn();
  const each = SIGN_INS / SIGN_INS_AT_ONCE;
  const ms = await timed(async () =>
    Promise.all(
      Array.from({ length: SIGN_INS_AT_ONCE }, async (_, at) => {
        for (let done = 0; done < each; done += 1) {
          await new TestDevice(api, api.region, {
            slug: at % 2 === 0 ? 'cr-rosa' : 'cr-esteban',
          }).signIn();
        }
      }),
    ),
  );
  await api.close();
  return `sign-ins: ${((SIGN_INS * 1_000) / ms).toFixed(0)} a second, ${SIGN_INS_AT_ONCE} at once`;
}

/** One recorded act with proof, policy, row and event, against a bare route that takes the same body. */
async function benchAct(): Promise<string> {
  const api = await startSessionServer({}, { forTestsOnlyRates: { acts: UNLIMITED } });
  const bare = fastify();
  bare.post('/declarations', (_request, reply) =>
    reply.code(201).send({ declarationId: '', purpose: '' }),
  );
  const bareUrl = await bare.listen({ port: 0, host: '127.0.0.1' });
  const rosa = await SeatedDevice.at(api, seatOf('cr-rosa'));
  const body = JSON.stringify({ purpose: 'prosecution' });
  const target = { htm: 'POST', htu: `${api.url}/declarations`, bh: bodyHash('', body) };
  // From everywhere, because each address has a limit, and what is measured is not the limit.
  const headers = (dpop: string, at: number) => ({
    'x-forwarded-for': `203.0.113.${at % 200}`,
    authorization: `DPoP ${rosa.opened?.token ?? ''}`,
    'content-type': 'application/json',
    dpop,
  });
  const ours: number[] = [];
  const base: number[] = [];
  for (let at = 0; at < ROUNDS + 20; at += 1) {
    const proof = await rosa.prove(target);
    ours.push(await timed(async () => post(`${api.url}/declarations`, headers(proof, at), body)));
    base.push(await timed(async () => post(`${bareUrl}/declarations`, headers(proof, at), body)));
  }
  await bare.close();
  await api.close();
  const [act, route] = [median(ours.slice(20)), median(base.slice(20))];
  return `recorded act ${act.toFixed(2)} ms, bare route ${route.toFixed(2)} ms, ratio ${(act / route).toFixed(1)}`;
}

/**
 * An act as its caller meets it: door, proof, policy, row, commit and answer, with its event and receipt and without
 * them. The proofs are signed before the clock starts; the caller's side of HTTP is in both.
 */
async function benchEvent(): Promise<string> {
  const api = await startSessionServer({}, { forTestsOnlyRates: { acts: UNLIMITED } });
  const recorder = api.server.app.get(AuditRecorder);
  const unheard = { eventId: newId<EventId>(systemClock, systemRandom), leaf: new Uint8Array(58) };
  const silence = { record: async () => unheard, getPrimary: () => null };
  const seats = await Promise.all(
    ['cr-rosa', 'cr-esteban'].map(async (slug) => SeatedDevice.at(api, seatOf(slug))),
  );
  const body = JSON.stringify({ purpose: 'prosecution' });
  const url = `${api.url}/declarations`;
  const slice = async (): Promise<number> => {
    const sent = await Promise.all(
      Array.from({ length: ACTS }, async (_, at) => {
        const seat = seats[at % seats.length];
        if (seat?.opened == null) throw new Error('nobody is signed in');
        const dpop = await seat.prove({ htm: 'POST', htu: url, bh: bodyHash('', body) });
        const from = `203.0.113.${at % 200}`;
        const authorization = `DPoP ${seat.opened.token}`;
        const type = 'application/json';
        return { 'x-forwarded-for': from, authorization, 'content-type': type, dpop };
      }),
    );
    const ms = await timed(async () =>
      Promise.all(
        Array.from({ length: ACTS_AT_ONCE }, async () => {
          for (let next = sent.shift(); next !== undefined; next = sent.shift()) {
            await post(url, next, body);
          }
        }),
      ),
    );
    return (ACTS * 1_000) / ms;
  };
  const [recorded, silent]: [number[], number[]] = [[], []];
  for (let round = 0; round <= SLICES; round += 1) {
    const loud = await slice();
    Object.assign(recorder, silence);
    const quiet = await slice();
    for (const name of Object.keys(silence)) Reflect.deleteProperty(recorder, name);
    if (round === 0) continue; // Warms both up.
    recorded.push(loud);
    silent.push(quiet);
  }
  await api.close();
  const [loud, quiet] = [median(recorded), median(silent)];
  return (
    `acts through the door, ${ACTS_AT_ONCE} at once: ${loud.toFixed(0)}/s with their events, ` +
    `${quiet.toFixed(0)}/s without: keep ${(loud / quiet).toFixed(2)} of their rate`
  );
}

const PAGE_SQL = `SELECT invitation_id, step FROM app.invitations WHERE state = 'CR' ORDER BY proposed_at LIMIT 50`;

/** A page of fifty rows in the name of a session, against the same page without policies. */
async function benchRows(): Promise<string> {
  const fresh = await freshDatabase();
  const { aPresentRegion } = await import('../support/people/region-directory.js');
  await plantStatements(fresh, await aPresentRegion());
  await fresh.asAdmin(
    `INSERT INTO app.invitations (state, invitation_id, person_id, office_id, roles, card, card_body, card_salt,
                                  code_hash, wire, proposed_by, proposed_at, expires_at)
     SELECT CASE n % 2 WHEN 0 THEN 'CR' ELSE 'PA' END, gen_random_uuid(), gen_random_uuid(),
            CASE n % 2 WHEN 0 THEN $1::uuid ELSE $2::uuid END, '{prosecutor}', 'c', '{}', $3, 'h', '{}',
            gen_random_uuid(), now() + n * interval '1 s', now() + n * interval '1 s' + interval '1 hour'
       FROM generate_series(1, $4) n`,
    [officeId('CR', 'registry'), officeId('PA', 'registry'), systemRandom.bytes(32), ROWS],
  );
  await fresh.asAdmin('ANALYZE app.invitations');
  const session = await plantSession(fresh, { state: 'CR', roles: ['registrar'] });
  const [app, owner] = [fresh.url('enl_app'), fresh.adminUrl].map(
    (url) => new pg.Client({ connectionString: url }),
  );
  if (app === undefined || owner === undefined) throw new Error('two clients');
  await Promise.all([app.connect(), owner.connect()]);
  const page = async (client: pg.Client, first: string, values: readonly unknown[]) => {
    await client.query('BEGIN');
    await client.query(first, [...values]);
    const { rows } = await client.query({ name: 'page', text: PAGE_SQL });
    await client.query('COMMIT');
    if (rows.length !== 50) throw new Error('no page');
  };
  const [guarded, plain]: [number[], number[]] = [[], []];
  for (let at = 0; at < ROUNDS; at += 1) {
    guarded.push(
      await timed(() => page(app, 'SELECT * FROM guard.enter($1)', [Buffer.from(session.sidHash)])),
    );
    plain.push(await timed(() => page(owner, 'SELECT $1::bytea', [Buffer.from(session.sidHash)])));
  }
  await Promise.all([app.end(), owner.end()]);
  await fresh.drop();
  const [withRows, without] = [median(guarded), median(plain)];
  const extra = withRows - without;
  return (
    `page of 50 rows: ${withRows.toFixed(2)} ms with session and policies, ${without.toFixed(2)} ms without: ` +
    `+${((100 * extra) / without).toFixed(0)} %, +${extra.toFixed(2)} ms; decide ${benchDecide().toFixed(1)} us`
  );
}

function benchDecide(): number {
  const id = parseId<Subject['deviceId']>(newRandomId(systemRandom));
  const subject = {
    personId: parseId<Subject['personId']>(id),
    officeId: parseId<Subject['officeId']>(id),
    deviceId: id,
    state: 'CR',
    roles: ['prosecutor', 'liaison'],
    acr: 'passkey',
  } as const;
  const object = {
    type: 'thread',
    id,
    ownerState: 'CR',
    states: ['CR', 'GT'],
    membership: 'member',
    state: 'open',
    hold: false,
  } as const;
  const context = {
    nowMs: 0,
    bodyHash: '',
    approvals: [],
    risk: [],
    purpose: 'prosecution',
    declarationId: id,
  } as const;
  const since = nowMs();
  for (let at = 0; at < DECISIONS; at += 1) decide(subject, 'thread.consult', object, context);
  return ((nowMs() - since) * 1_000) / DECISIONS;
}

const machine = `${cpus().length} cores, Node ${process.version}`;
const lines = [await benchSignIns(), await benchAct(), await benchEvent(), await benchRows()];
process.stdout.write(`access, medians of ${ROUNDS}, ${machine}\n${lines.join('\n')}\n`);
