import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { toBase64Url, utf8 } from '@enlace/kernel';
import { nodeTlogCrypto, testId } from '@enlace/testing';
import { parsePolicy } from '@enlace/tlog';
import { cryptoReady, readWebRelease } from '@enlace/trust';

import { checkDelivery } from '../../../apps/cli/src/audit-verify/web/check-delivery.js';
import { deliveredBy, type Deliver } from '../../../apps/cli/src/audit-verify/web/delivered.js';
import { ReleaseStage, TestBuild } from '../../support/releases/release-stage.js';
import { SeatedDevice, seatOf } from '../../support/sessions/seated-device.js';
import { until } from '../../support/until.js';

let stage: ReleaseStage;
beforeAll(async () => {
  await cryptoReady();
  stage = await ReleaseStage.begin();
});
afterAll(async () => stage.end());

const isServed = async () => (await stage.page()).status === 200;
const hasEvidence = async () => (await stage.page('/web-release.json')).status === 200;
const hashOf = (note: string) => toBase64Url(readWebRelease(utf8(note)).manifestHash);

async function check(change: (deliver: Deliver) => Deliver = (deliver) => deliver) {
  const { trustStore, trustStoreText } = stage;
  const finding = await checkDelivery({
    deliver: change(deliveredBy(stage.api.url)),
    trustStore,
    trustStoreText,
    policy: parsePolicy(nodeTlogCrypto, utf8(trustStore.policy)),
    isTls: false,
    inventedPath: '/assets/index-invented.js',
  });
  return { ...finding, told: finding.problems.map(({ code, path }) => `${code} ${path}`) };
}

/** A server that answers otherwise at one path. */
const lying =
  (
    at: string,
    lie: (answer: Awaited<ReturnType<Deliver>>) => Partial<Awaited<ReturnType<Deliver>>>,
  ) =>
  (deliver: Deliver): Deliver =>
  async (path) => {
    const answer = await deliver(path);
    return path === at ? { ...answer, ...lie(answer) } : answer;
  };

const operator = async (slug: string) =>
  SeatedDevice.at(stage.api, { ...seatOf('xr-tania'), name: slug, personId: testId(slug, 4) });

async function handIn(by: SeatedDevice, note: string) {
  const sending = { method: 'POST', path: '/releases', body: { note } } as const;
  return by.sendElevated(sending, { action: 'release.activate', objectId: hashOf(note) });
}

describe('a client that was not released', () => {
  it('is not served, and the server says so', async () => {
    for (const path of [
      '/',
      '/assets/index-abcdefgh.js',
      '/deployment.json',
      '/trust-store.json',
    ]) {
      expect((await stage.page(path)).body).toMatchObject({ code: 'release.none' });
    }
  });

  it.each([
    ['too few signatures', () => stage.note([0]), 'too-few-signatures'],
    [
      'another deployment',
      () => stage.note([0, 1], { deployment: 'other.test' }),
      'other-deployment',
    ],
    ['a time to come', () => stage.note([0, 1], { aheadMs: 7_200_000 }), 'issued-in-the-future'],
    ['no note', () => 'nothing', 'tlog.note-malformed'],
    ['a changed text', () => stage.note().replace('0.1.0+', '0.1.1+'), 'tlog.note-signature'],
  ])('is not released by a note with %s', async (_, make, rule) => {
    const answer = await stage.found(make());
    expect(answer.body).toMatchObject({ code: 'release.refused', facts: { rule } });
    await stage.look();
    expect(await isServed()).toBe(false);
  });

  it('is not released by the manifest of another build, whoever signed it', async () => {
    const other = await TestBuild.make({ '/': '<!doctype html><title>Other</title>' });
    const note = stage.note([0, 1], { manifest: other.manifest });
    expect((await stage.found(note)).status).toBe(201);
    await stage.look();
    expect(await isServed()).toBe(false);
    await other.remove();
  });
});

describe('a client that was released', () => {
  let note: string;
  beforeAll(async () => {
    stage.api.clock.ms += 1_000;
    note = stage.note();
    await stage.found(note);
    await until(isServed);
    await until(async () => {
      await stage.cosign();
      return hasEvidence();
    });
  });

  it('is served beside its note and the event of the log, which anybody verifies', async () => {
    expect((await stage.page('/web-manifest.note')).text).toBe(note);
    const { told, logged, signers, files } = await check();
    expect(told).toEqual([]);
    expect(signers).toHaveLength(2);
    expect(files).toBe(3);
    expect(logged?.judged.meetsQuorum).toBe(true);
    expect(logged?.origin).toMatch(/^audit\.localhost\//);
  });

  const changedByte = (answer: { readonly bytes: Uint8Array }) => {
    const bytes = new Uint8Array(answer.bytes);
    bytes[bytes.length - 2] = (bytes[bytes.length - 2] ?? 0) ^ 1;
    return { bytes };
  };
  const headerOf =
    (name: string, value: string | null) => (answer: { readonly headers: Headers }) => {
      const headers = new Headers(answer.headers);
      if (value === null) headers.delete(name);
      else headers.set(name, value);
      return { headers };
    };
  it.each([
    ['one byte of a script', '/assets/index-abcdefgh.js', changedByte, 'web.file'],
    ['one byte of the page', '/', changedByte, 'web.file'],
    ['the settings', '/deployment.json', changedByte, 'web.file'],
    ['the roots of trust', '/trust-store.json', changedByte, 'web.trust-store'],
    ['a missing file', '/assets/index-abcdefgh.js', () => ({ status: 404 }), 'web.file'],
    [
      'a weaker policy',
      '/assets/index-abcdefgh.js',
      headerOf('content-security-policy', 'default-src *'),
      'web.header',
    ],
    ['a header less', '/', headerOf('cross-origin-opener-policy', null), 'web.header'],
    ['a cookie', '/', headerOf('set-cookie', 'a=b'), 'web.cookie'],
    [
      'a page at an invented path',
      '/assets/index-invented.js',
      () => ({ status: 200 }),
      'web.extra',
    ],
    ['a note less', '/web-manifest.note', () => ({ status: 404 }), 'web.release'],
    [
      'a signature less',
      '/web-manifest.note',
      () => ({ bytes: utf8(stage.note([0])) }),
      'web.release',
    ],
    ['an event less', '/web-release.json', () => ({ status: 404 }), 'web.event'],
    ['a changed event', '/web-release.json', changedByte, 'web.event'],
  ] as const)('is found out with %s', async (...[, path, lie, code]) => {
    expect((await check(lying(path, lie))).told).toContain(`${code} ${path}`);
  });

  it('is found out with the manifest of another build beside the true note and event', async () => {
    const manifest = utf8(stage.build.manifest.replace('24.21.0', '24.21.1'));
    const { told } = await check(lying('/web-manifest.json', () => ({ bytes: manifest })));
    expect(told).toContain('web.release /web-manifest.note');
    expect(told).toContain('web.event /web-release.json');
  });

  it('is found out where nothing but a manifest is', async () => {
    const nothing = () => ({ bytes: utf8('{}') });
    expect((await check(lying('/web-manifest.json', nothing))).told).toEqual([
      'web.manifest /web-manifest.json',
    ]);
  });

  it('is no longer served when its signatures, its event or its row are gone', async () => {
    const attempts = [
      `UPDATE app.web_releases SET note = replace(note, 'release.example/2', 'release.example/9'),
         note_hash = sha256(convert_to(replace(note, 'release.example/2', 'release.example/9'), 'utf8'))
        WHERE activated_at = (SELECT max(activated_at) FROM app.web_releases)`,
      `UPDATE audit.sections SET body = convert_to(replace(convert_from(body, 'utf8'), '"success"', '"denied"'), 'utf8')
        WHERE section = 1 AND event_id IN (SELECT event_id FROM app.web_releases)`,
      `UPDATE app.web_releases SET event_id = (SELECT event_id FROM audit.events WHERE type = 'access.denied' LIMIT 1)
        WHERE activated_at = (SELECT max(activated_at) FROM app.web_releases)`,
    ];
    for (const attempt of attempts) {
      await stage.api.database.asAdmin('CREATE TABLE app.kept AS SELECT * FROM app.web_releases');
      await stage.api.database.asAdmin('CREATE TABLE audit.kept AS SELECT * FROM audit.sections');
      await stage.api.database.asAdmin(attempt);
      await stage.look();
      expect(await isServed()).toBe(false);
      await stage.api.database.asAdmin('DELETE FROM app.web_releases');
      await stage.api.database.asAdmin('INSERT INTO app.web_releases SELECT * FROM app.kept');
      await stage.api.database.asAdmin(
        `UPDATE audit.sections s SET body = k.body FROM audit.kept k
          WHERE k.event_id = s.event_id AND k.section = s.section`,
      );
      await stage.api.database.asAdmin('DROP TABLE app.kept, audit.kept');
      await stage.look();
      expect(await isServed()).toBe(true);
    }
  });

  it('does not come back with an old note', async () => {
    expect((await stage.found(note)).body).toMatchObject({ code: 'release.stale' });
  });
});

describe('two platform operators', () => {
  it('put a release into use together, once two of them can sign in', async () => {
    for (const slug of ['xr-one', 'xr-two']) {
      await stage.api.database.asAdmin(
        `INSERT INTO app.persons (state, person_id, office_id, roles, card, statement_id, not_before, not_after,
                                  activated_at)
         SELECT state, $1, office_id, '{platform-operator}', 'c', $2, now(), now() + interval '1 year', now()
           FROM app.offices WHERE state = 'XR' LIMIT 1`,
        [testId(slug, 4), slug],
      );
    }
    stage.api.clock.ms += 1_000;
    const note = stage.note([1, 2]);
    expect((await stage.found(note)).status).toBe(403);
    const [one, two] = [await operator('xr-one'), await operator('xr-two')];
    const rosa = await SeatedDevice.at(stage.api, seatOf('cr-rosa'));
    expect((await handIn(rosa, note)).body).toMatchObject({ code: 'access.denied' });
    const without = await one.send({ method: 'POST', path: '/releases', body: { note } });
    expect(without.body).toMatchObject({ code: 'step-up.required' });
    expect((await handIn(one, note)).body).toMatchObject({ state: 'proposed' });
    const again = await operator('xr-one');
    expect((await handIn(again, note)).body).toMatchObject({ state: 'proposed' });
    // The same build under other signatures is another proposal.
    const other = stage.note([0, 2]);
    expect((await handIn(two, other)).body).toMatchObject({ state: 'proposed' });
    const third = await operator('xr-one');
    expect((await handIn(third, other)).body).toMatchObject({ state: 'active' });
    const proposed = await stage.api.database.asAdmin(
      `SELECT actor_id, cardinality(states) AS states FROM audit.events WHERE type = 'release.proposed'`,
    );
    const by = (slug: string) => ({ actor_id: testId(slug, 4), states: 12 });
    // In whatever order: the clock of this test stands still.
    expect(proposed).toHaveLength(3);
    expect(proposed).toEqual(expect.arrayContaining([by('xr-one'), by('xr-two')]));
    expect(proposed.filter(({ actor_id }) => actor_id === testId('xr-one', 4))).toHaveLength(2);
    const [event] = await stage.api.database.asAdmin(
      `SELECT cardinality(e.states) AS states, convert_from(s.body, 'utf8') AS why
         FROM audit.events e JOIN audit.sections s ON s.event_id = e.event_id AND s.section = 4
        WHERE e.type = 'release.activated' ORDER BY e.occurred_at DESC, e.event_id DESC LIMIT 1`,
    );
    expect(event).toMatchObject({ states: 12, why: expect.stringContaining(testId('xr-two', 4)) });
  });

  it('are on record also for what was refused them, and so is everybody else', async () => {
    const refused = async () => {
      const rows = await stage.api.database.asAdmin(
        `SELECT convert_from(s.body, 'utf8') AS what FROM audit.events e
           JOIN audit.sections s ON s.event_id = e.event_id AND s.section = 1
          WHERE e.type = 'access.denied' ORDER BY e.event_id`,
      );
      return rows.map(({ what }) => {
        const { target, reasonCode, outcome } = JSON.parse(String(what));
        return `${target} ${reasonCode} ${outcome}`;
      });
    };
    // Refusals beyond five a minute are counted, not told one by one.
    stage.api.clock.ms += 61_000;
    const before = (await refused()).length;
    const one = await operator('xr-one');
    const rosa = await SeatedDevice.at(stage.api, seatOf('cr-rosa'));
    stage.api.clock.ms += 1_000;
    const few = stage.note([0]);
    expect((await handIn(one, few)).body).toMatchObject({ code: 'release.refused' });
    expect((await handIn(rosa, stage.note())).body).toMatchObject({ code: 'access.denied' });
    // By the signatures alone nobody founds any more.
    expect((await stage.found(stage.note())).status).toBe(403);
    const added = (await refused()).slice(before);
    expect(added.toSorted()).toEqual([
      'POST /authorities/founding/releases access.denied denied',
      'POST /releases access.denied denied',
      expect.stringMatching(/^POST \/releases release\.refused (denied|failed)$/),
    ]);
  });
});
