import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { utf8 } from '@enlace/kernel';
import { nodeTlogCrypto } from '@enlace/testing';
import { parsePolicy } from '@enlace/tlog';
import { cryptoReady } from '@enlace/trust';

import { checkDelivery } from '../../../apps/cli/src/audit-verify/web/check-delivery.js';
import { deliveredBy, type Deliver } from '../../../apps/cli/src/audit-verify/web/delivered.js';
import { PublishedLogs } from '../../../apps/api/src/platform/logs/published-logs.js';
import { ReleaseStage } from '../../support/releases/release-stage.js';
import { until } from '../../support/until.js';

const EVIDENCE = '/web-release.json';
const PATIENCE_MS = 240_000;

interface Year {
  readonly closing: { readonly [name: string]: unknown };
  readonly key: { readonly leaf: string; readonly wire: string; readonly proof: string };
}
/** The file beside the release, as whoever serves it may change it. */
interface Evidence {
  readonly proof: string;
  readonly years: readonly Year[];
}

let stage: ReleaseStage;
let year: number;
let evidence: Evidence;
beforeAll(async () => {
  await cryptoReady();
  stage = await ReleaseStage.begin();
  year = new Date(stage.api.clock.ms).getUTCFullYear();
  await stage.endYear();
  await stage.endYear();
  stage.api.clock.ms += 1_000;
  await stage.found(stage.note());
  await until(async () => {
    await stage.cosign();
    return (await stage.page(EVIDENCE)).status === 200;
  });
  evidence = JSON.parse((await stage.page(EVIDENCE)).text);
}, PATIENCE_MS);
afterAll(async () => stage.end());

async function check(
  shown: Evidence = evidence,
  policyText: string = stage.trustStore.policy,
  trustStore = stage.trustStore,
) {
  const deliver: Deliver = async (path) => {
    const answer = await deliveredBy(stage.api.url)(path);
    return path === EVIDENCE ? { ...answer, bytes: utf8(JSON.stringify(shown)) } : answer;
  };
  const finding = await checkDelivery({
    deliver,
    trustStore,
    trustStoreText: stage.trustStoreText,
    policy: parsePolicy(nodeTlogCrypto, utf8(policyText)),
    isTls: false,
    inventedPath: '/assets/index-invented.js',
  });
  const told = finding.problems.map(({ code, path, detail }) => `${code} ${path} ${detail}`);
  return { told, logged: finding.logged };
}

const withYear = (at: number, change: (own: Year) => Year): Evidence => ({
  ...evidence,
  years: evidence.years.map((each, index) => (index === at ? change(each) : each)),
});

describe('a release whose event stands in the log of a later year', () => {
  it('is verified with the trust store of the first year alone', async () => {
    expect(evidence.years).toHaveLength(2);
    const { told, logged } = await check();
    expect(told).toEqual([]);
    expect(logged?.origin).toBe(`audit.localhost/${year + 2}`);
    expect(logged?.judged.meetsQuorum).toBe(true);
  });

  it('needs nothing of the years where the policy names its log itself', async () => {
    const logs = await stage.api.server.app.get(PublishedLogs).list();
    const own = logs.find(({ origin }) => origin === `audit.localhost/${year + 2}`);
    const policy = `log ${own?.vkey ?? ''}\n${stage.trustStore.policy}`;
    expect((await check({ ...evidence, years: [] }, policy)).told).toEqual([]);
  });

  it.each<[string, () => Evidence, string]>([
    ['no years', () => ({ ...evidence, years: [] }), 'tlog.origin-mismatch'],
    ['one year too few', () => ({ ...evidence, years: evidence.years.slice(0, 1) }), 'tlog.'],
    ['the first year left out', () => ({ ...evidence, years: evidence.years.slice(1) }), 'tlog.'],
    [
      'years in another order',
      () => ({ ...evidence, years: evidence.years.toReversed() }),
      'tlog.',
    ],
    [
      'the announcement of another year',
      () => withYear(1, (own) => ({ ...own, key: evidence.years[0]?.key ?? own.key })),
      '',
    ],
    [
      'another statement under the proof of the announcement',
      () =>
        withYear(0, ({ closing, key }) => {
          const wire = evidence.years[1]?.key.wire ?? '';
          return { closing, key: { ...key, wire } };
        }),
      'leaf',
    ],
    [
      'a closing that is no closing',
      () =>
        withYear(0, (own) => {
          const { index, leaf, digests, what, proof } = Object(evidence);
          return { ...own, closing: { index, leaf, digests, what, proof } };
        }),
      '',
    ],
    [
      'a closing without its witnesses',
      () =>
        withYear(0, ({ closing, key }) => ({
          closing: { ...closing, proof: withoutWitnesses(String(closing['proof'])) },
          key,
        })),
      'unwitnessed-year',
    ],
    [
      'an announcement without its witnesses',
      () =>
        withYear(0, ({ closing, key }) => ({
          closing,
          key: { ...key, proof: withoutWitnesses(key.proof) },
        })),
      'unwitnessed-year',
    ],
  ])('is found out with %s', async (_, lie, rule) => {
    const { told, logged } = await check(lie());
    expect(told).toEqual([expect.stringContaining(`web.event ${EVIDENCE} ${rule}`)]);
    expect(logged).toBeNull();
  });

  it('is not believed by whoever pins another directory', async () => {
    const { trustStore } = stage;
    const [audit] = trustStore.audit;
    if (audit === undefined) throw new Error('no log');
    const directory = { ...trustStore.directory, vkey: audit.vkey };
    const { told } = await check(evidence, trustStore.policy, { ...trustStore, directory });
    expect(told).toContainEqual(expect.stringContaining(`web.event ${EVIDENCE}`));
  });
});

/** The log's own signature is the first line of a note; cosignatures stand behind it. */
function withoutWitnesses(proof: string): string {
  const at = proof.indexOf('\n', proof.indexOf('\u2014'));
  return proof.slice(0, at + 1);
}
