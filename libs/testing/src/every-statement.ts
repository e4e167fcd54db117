import { formatInstant } from '@enlace/kernel';

import { Region, stateRootOf, strictPolicy, vkeyOf } from './region.js';
import { personaOf } from './personas.js';
import { testBytes, testId, testPublicKey } from './test-keys.js';

const DAY_MS = 86_400_000;

/** A log of five States that holds at least one statement of each of the seventeen types, all accepted. */
export async function everyStatement(): Promise<Region> {
  const region = await Region.founded(['CR', 'PA', 'GT', 'MX', 'XR'], 'CR');
  region.addOffices('CR');
  region.addOffices('XR');
  for (const slug of ['cr-rosa', 'cr-lucia', 'cr-daniel', 'xr-alma']) region.enrol(personaOf(slug));
  addPlatformKeys(region);
  addRootChanges(region);
  addContact(region);
  region.add(
    {
      type: 'fact-confirmation',
      state: 'XR',
      path: '/countries/US/languages',
      value: '["en"]',
      source: 'Sample source',
      sourceDate: '2026-09-01',
      validFrom: null,
      validTo: null,
      reviewBy: '2028-01-01',
      note: null,
    },
    ['identity:xr-alma'],
  );
  const device = region.add(region.device(personaOf('cr-rosa'), 'device:cr-rosa:2'), [
    'identity:cr-rosa',
  ]);
  region.add(
    {
      type: 'revocation',
      state: 'CR',
      target: device.id,
      targetKind: 'device',
      reason: 'lost',
      sinceIndex: null,
    },
    ['registrar:CR:1'],
  );
  return region;
}

function addPlatformKeys(region: Region): void {
  const origin = 'directory.example.test';
  const notBefore = formatInstant(region.nowMs);
  const common = { type: 'log-key', state: 'XR', notBefore } as const;
  region.add({ ...common, use: 'directory', origin, vkey: vkeyOf(origin) }, [`log:${origin}`]);
  const next = 'audit.example.test/2028';
  region.add({ ...common, use: 'audit', origin: next, vkey: vkeyOf(next) }, [`log:${origin}`]);
  region.add({ type: 'witness-key', state: 'CR', vkey: vkeyOf('witness.cr.example.test') }, [
    'root:CR',
  ]);
  region.add(
    strictPolicy('CR', {
      allowCliDevices: true,
      aaguids: ['d8522d9f-575b-4866-88a9-ba99fa02f35b'],
      alertThresholds: { 'downloads.per-minute': 200 },
    }),
    ['root:CR'],
  );
}

function addRootChanges(region: Region): void {
  const notAfter = formatInstant(region.nowMs + 1_000 * DAY_MS);
  const keys = (state: string) => ({
    oldKey: testPublicKey(`root:${state}`),
    newKey: testPublicKey(`root:${state}:2`),
  });
  region.add(
    { type: 'root-rotation', state: 'GT', ...keys('GT'), notAfter, effectiveAfterHours: 168 },
    ['root:GT', 'root:GT:2'],
  );
  const lost = { lostKey: testPublicKey('root:MX'), newKey: testPublicKey('root:MX:2') };
  region.add({ type: 'root-replacement', state: 'MX', ...lost, notAfter }, [
    'root:MX:2',
    'root:CR',
    'root:PA',
  ]);
  const root = region.add(stateRootOf('US'), ['root:US']);
  const admitting = ['root:CR', 'root:PA', 'root:GT'];
  region.add({ type: 'state-admission', state: 'US', admitted: root.id }, admitting);
  region.add({ type: 'state-removal', state: 'PA', removed: 'PA' }, [
    'root:CR',
    'root:GT',
    'root:MX:2',
  ]);
}

function addContact(region: Region): void {
  const { officeId } = region.person(personaOf('cr-rosa'));
  const contact = region.add(
    {
      type: 'contact',
      state: 'CR',
      contactId: testId('contact', 7),
      officeId,
      personId: testId('cr-rosa', 4),
      duties: ['focal-point-smuggling', 'mla:untoc'],
      card: testBytes('card:contact', 32),
      closed: false,
    },
    ['identity:cr-rosa'],
  );
  const about = { state: 'CR', contact: contact.id } as const;
  const validUntil = formatInstant(region.nowMs + 300 * DAY_MS);
  region.add({ type: 'contact-approval', ...about, validUntil }, ['identity:cr-daniel']);
  const confirmedUntil = formatInstant(region.nowMs + 90 * DAY_MS);
  region.add({ type: 'contact-confirmation', ...about, quarter: '2027-Q1', confirmedUntil }, [
    'registrar:CR:1',
  ]);
}
