import { writeFileSync } from 'node:fs';
import { join } from 'node:path';

import { edited, goodRequest, type Edits } from '@enlace/testing';

import type { Client } from '../../../support/browser.js';
import type { Colleague } from '../threads/colleague.js';

/** Of the annex of the good request, which is kept elsewhere: without it nothing is frozen. */
export const ANNEX: Edits = { '/annexes/0/sha256': 'a1'.repeat(32) };

/** Begins a draft from a file with faults, in a case with the requested State that is opened for it. */
export async function beginRequest(
  lucia: Colleague,
  demo: Client & { server(): { folder: string } },
  {
    title,
    faults,
    requestedState = 'US',
  }: { readonly title: string; readonly faults: Edits; readonly requestedState?: 'US' | 'PA' },
): Promise<void> {
  const { said, page } = lucia;
  await lucia.follow(said['frame.cases']);
  await page.getByLabel(requestedState, { exact: true }).check();
  await lucia.press(said['cases.open.act']);
  await page
    .getByRole('link', { name: new RegExp(`^${said['case.type.migrant-smuggling']}`, 'u') })
    .first()
    .click();
  const file = join(demo.server().folder, 'draft.json');
  writeFileSync(file, JSON.stringify(edited(goodRequest(), { ...ANNEX, ...faults })));
  await page.getByLabel(said['requests.start.name'], { exact: true }).fill(title);
  await page.getByLabel(said['requests.start.file'], { exact: true }).setInputFiles(file);
  await lucia.press(said['requests.start.act']);
  await lucia.heading(title);
}
