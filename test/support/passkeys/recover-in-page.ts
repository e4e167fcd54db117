import type { Page } from 'playwright-core';

import es from '../../../apps/web/src/i18n/es.json' with { type: 'json' };

const MINUTE_MS = 60_000;

/** What somebody has on paper who has lost every device. */
interface Papers {
  /** The code of two registrars. */
  readonly paper: string;
  readonly personId: string;
  /** The own recovery code. */
  readonly code: string;
}

/** Comes back on the Spanish screens of a recovery, with a new passkey, and signs in with it. */
export async function comeBack(page: Page, { paper, personId, code }: Papers): Promise<void> {
  const press = async (name: string) => page.getByRole('button', { name, exact: true }).click();
  await page.getByLabel(es['recover.code.label']).fill(paper);
  await page.getByLabel(es['recover.person.label']).fill(personId);
  await press(es['recover.paper.act']);
  const typed = page.getByLabel(es['vault.recovery.label']);
  await typed.waitFor({ timeout: MINUTE_MS });
  await typed.fill(code);
  await press(es['vault.recovery.act']);
  await page.getByRole('button', { name: es['enrol.passkey.act'] }).click({ timeout: MINUTE_MS });
  await page.getByText(es['recover.done.text']).waitFor({ timeout: MINUTE_MS });
  await page.getByRole('link', { name: es['enrol.enrolled.act'] }).click();
  await press(es['sign-in.act']);
}
