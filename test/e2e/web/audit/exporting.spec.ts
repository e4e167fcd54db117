import { createHash } from 'node:crypto';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

import { describe, expect, it } from '@jest/globals';
import { parseTrustStore, cryptoReady } from '@enlace/trust';

import { FIRST_START_MS } from '../../../scenarios/demo/demo-stage.js';
import { startStandingDemo } from '../../../scenarios/demo/standing-demo.js';
import { useClientOf } from '../../../support/browser.js';
import { Colleague } from '../threads/colleague.js';

/** A bundle waits for the witnesses of the demo, who come by each minute. In milliseconds. */
const WITNESSES_MS = 240_000;
const client = useClientOf(startStandingDemo, FIRST_START_MS);

describe('an auditor who exports from the record', () => {
  it.each([
    ['es', 'cr-ines'],
    ['en', 'pa-nelva'],
  ] as const)(
    'takes a bundle that anybody verifies offline, and a table that says what it is (%s)',
    async (locale, slug) => {
      const auditor = await Colleague.enter(client, slug, locale);
      const { page, said } = auditor;
      await auditor.follow(said['frame.audit']);
      await auditor.follow(said['audit.export']);
      await auditor.heading(said['audit.export.title']);
      await auditor.inspect(`${locale}-export`);

      await page.getByLabel(said['audit.field.type'], { exact: true }).fill('session.*');
      const state = slug.slice(0, 2).toUpperCase();
      await page.getByLabel(said['audit.field.state'], { exact: true }).fill(state);
      await auditor.choose(said['audit.export.purpose'], said['purpose.supervision']);
      await auditor.press(said['audit.export.act']);
      const bundle = await saved(auditor, /\.enlace-evidence\.zip$/u);
      await auditor.inspect(`${locale}-exported`);
      const report = await verified(bundle, locale);
      expect(report).toMatchObject({ exit: 0, problems: [], events: { failed: 0 } });
      expect(report.made).toMatchObject({
        state,
        isSigned: true,
        scope: { kind: 'national', filter: `{"state":"${state}","type":"session.*"}` },
      });
      expect(report.events.proven).toBeGreaterThan(0);

      await auditor.choose(said['audit.export.format'], said['audit.export.format.csv']);
      await auditor.press(said['audit.export.act']);
      const table = await saved(auditor, /\.csv$/u);
      expect(table.toString()).toContain('session.opened');
      const about = JSON.parse((await saved(auditor, /\.csv\.about\.json$/u)).toString());
      expect(about).toMatchObject({
        format: 'csv',
        sha256: createHash('sha256').update(table).digest('hex'),
        filter: { state, type: 'session.*' },
      });

      // What was asked for stays here for a day, and is not there for anybody else.
      await page.reload();
      await auditor.signIn();
      await auditor.heading(said['audit.export.title']);
      const asked = page.getByRole('region', { name: said['audit.export.asked'], exact: true });
      await asked.getByText(about.exportId, { exact: true }).waitFor();
      await auditor.press(said['audit.export.take.about'].replace('{export}', about.exportId));
      expect((await saved(auditor, /\.csv$/u)).toString()).toContain('session.opened');
    },
    FIRST_START_MS,
  );
});

/** The file of that name, as the browser saves it. */
async function saved({ page }: Colleague, name: RegExp): Promise<Buffer> {
  const link = page.locator('a[download]').filter({ hasText: name });
  await link.waitFor({ timeout: WITNESSES_MS });
  const saving = page.waitForEvent('download');
  await link.click();
  return readFileSync(await (await saving).path());
}

/** By the command of somebody who has the trust store and no server. */
async function verified(bundle: Buffer, name: string) {
  const { stage, folder } = client.server();
  await cryptoReady();
  const [file, policy] = [`${name}.enlace-evidence.zip`, `${name}.policy`].map((each) =>
    join(folder, each),
  ) as [string, string];
  const store = join(stage.data.path, 'trust-store.json');
  writeFileSync(file, bundle);
  writeFileSync(policy, parseTrustStore(readFileSync(store, 'utf8')).policy);
  const trust = ['--policy', policy, '--trust', store];
  const { output } = await stage.as('gt-aura', 'audit', 'verify', file, ...trust);
  return JSON.parse(output);
}
