import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import * as forms from '@enlace/contracts/dto';
import type { Type } from '@nestjs/common';
import type { Response } from 'supertest';

import { createValidationPipe } from '../../apps/api/src/platform/problem/validation.js';
import { registrarSeat, SeatedDevice } from '../support/sessions/seated-device.js';
import { startSessionServer, type SessionServer } from '../support/sessions/session-server.js';
import { everyRoute, type InputSchema } from './input/every-input.js';

const EXTRA = ['role', 'roles', 'state', 'createdAt', 'isAdmin', 'personId'];

/** A class of five an hour, which is not what refuses a form. */
const MANY = { perSecond: 1, burst: 100 };

let api: SessionServer;
beforeAll(async () => {
  api = await startSessionServer({}, { forTestsOnlyRates: { threadExports: MANY } });
});
afterAll(async () => api.close());

/** Members that narrow a search, and grant nothing. */
const OWN: Readonly<Record<string, readonly string[]>> = {
  AuditExportRequest: ['state'],
  AuditSearchRequest: ['state'],
  DirectorySearchRequest: ['role', 'state'],
};

const OWN_OF_ROUTES: Readonly<Record<string, readonly string[]>> = {
  '/audit/exports': ['/state'],
  '/audit/searches': ['/state'],
  '/directory/search': ['/role', '/state'],
};

const classes = Object.entries(forms).filter(
  (entry): entry is [string, Type] => typeof entry[1] === 'function',
);

describe('D11: members that a form does not have', () => {
  it('are refused by every form that a client can fill in', async () => {
    expect(classes.length).toBeGreaterThan(10);
    const pipe = createValidationPipe();
    for (const [name, metatype] of classes) {
      for (const member of EXTRA.filter((extra) => OWN[name]?.includes(extra) !== true)) {
        const body = JSON.parse(`{"${member}":"registrar"}`);
        const refused = pipe.transform(body, { type: 'body', metatype }).then(
          () => [name, 'accepted'],
          (error: { errors: readonly { pointer: string; code: string }[] }) =>
            error.errors.some(
              ({ pointer, code }) => pointer === `/${member}` && code === 'whitelistValidation',
            )
              ? 'refused'
              : [name, error.errors],
        );
        expect(await refused).toBe('refused');
      }
    }
  });

  it('are refused by every route of the server, in its body and inside it', async () => {
    const ana = await SeatedDevice.at(api, registrarSeat('CR'));
    const accepted: unknown[] = [];
    let asked = 0;
    for (const { method, path, template, isPublic, body } of await everyRoute(api.url)) {
      for (const { pointer, text } of body === null ? [] : forgeriesOf(body)) {
        if (OWN_OF_ROUTES[template]?.includes(pointer) === true) continue;
        asked += 1;
        api.clock.ms += 3_000;
        const answer = await ana.send({ method, path, text, withoutProof: isPublic });
        if (!isToldApart(answer, pointer)) accepted.push([template, pointer, answer.body]);
      }
    }
    expect(accepted).toEqual([]);
    expect(asked).toBeGreaterThan(150);
  });

  it('are refused in every query that is read', async () => {
    const ana = await SeatedDevice.at(api, registrarSeat('CR'));
    const routes = (await everyRoute(api.url)).filter(({ query }) => query.length > 0);
    for (const { path, template } of routes) {
      for (const member of EXTRA) {
        const { status } = await ana.send({ path: `${path}?${member}=registrar` });
        expect([template, member, status]).toEqual([template, member, 400]);
      }
    }
  });
});

/** Bodies with one member too many, at the top and in each object inside. */
function forgeriesOf({ properties = {} }: InputSchema) {
  const inner = Object.entries(properties).filter(([, { type }]) => type === 'object');
  return [...EXTRA, 'id'].flatMap((member) => [
    { pointer: `/${member}`, text: JSON.stringify({ [member]: 'registrar' }) },
    ...inner.map(([name]) => ({
      pointer: `/${name}/${member}`,
      text: JSON.stringify({ [name]: { [member]: 'registrar' } }),
    })),
  ]);
}

function isToldApart({ status, body }: Response, at: string): boolean {
  const errors: readonly { pointer: string; code: string }[] = body.errors ?? [];
  const isNamed = errors.some(
    ({ pointer, code }) => pointer === at && code === 'whitelistValidation',
  );
  return status === 400 && isNamed;
}
