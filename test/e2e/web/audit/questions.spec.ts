import { describe, expect, it } from '@jest/globals';
import { AUDIT_VIEWS, type AuditViewName } from '@enlace/contracts';

import { FIRST_START_MS } from '../../../scenarios/demo/demo-stage.js';
import { startStandingDemo } from '../../../scenarios/demo/standing-demo.js';
import { useClientOf } from '../../../support/browser.js';
import { Colleague } from '../threads/colleague.js';
import { openThread } from '../threads/open-thread.js';

const client = useClientOf(startStandingDemo, FIRST_START_MS);
/** Each is about one thing, which has to be told. */
const ABOUT_ONE: readonly string[] = [
  'case-access',
  'person-activity',
  'subject-access',
  'request-life',
];

describe('an auditor who asks about a case', () => {
  it.each([
    ['es', 'cr-rosa', 'cr-ines'],
    // Of another State: whoever acted has an alias, and no place.
    ['en', 'cr-lucia', 'pa-nelva'],
  ] as const)(
    'sees who came when, opens and verifies one access, and asks everything else (%s)',
    async (locale, prosecutor, auditor) => {
      const caseId = await caseOf(await Colleague.enter(client, prosecutor, locale), locale);
      const asking = await Colleague.enter(client, auditor, locale);
      const { page, said } = asking;
      await asking.follow(said['frame.audit']);
      await asking.follow(said['audit.views']);
      await asking.heading(said['audit.views.title']);

      await asking.choose(said['audit.views.question'], said['audit.view.case-access']);
      const answer = page.getByRole('button', { name: said['audit.views.act'], exact: true });
      await page.getByText(said['audit.views.needs.case']).waitFor();
      expect(await answer.isDisabled()).toBe(true);
      await page.getByLabel(said['audit.field.case'], { exact: true }).fill(caseId);
      await answer.click();
      await lanes(asking);
      await asking.inspect(`${locale}-accesses`);
      await verifies(asking);
      await asking.inspect(`${locale}-access`);

      await page.getByLabel(said['audit.field.case'], { exact: true }).fill('');
      await asks(asking, 'state-matrix');
      const matrix = page.getByRole('region', { name: said['audit.plot.matrix'], exact: true });
      await matrix.getByRole('img').waitFor();
      await asking.inspect(`${locale}-matrix`);
      for (const view of AUDIT_VIEWS.filter((name) => !ABOUT_ONE.includes(name))) {
        await asks(asking, view);
      }
      await asks(asking, 'off-hours');
      await asking.inspect(`${locale}-hours`);
    },
    FIRST_START_MS,
  );
});

/** Of the case that somebody opens, with a thread in it. */
async function caseOf(by: Colleague, locale: string): Promise<string> {
  await openThread(by, `Peñas Blancas (${locale})`);
  await by.page.goBack();
  await by.heading(by.said['case.title']);
  return new URL(by.page.url()).hash.split('/')[2] ?? '';
}

/** The figure, and the same as a table. */
async function lanes(asking: Colleague): Promise<void> {
  const { page, said } = asking;
  const figure = page.getByRole('region', { name: said['audit.plot.lanes'], exact: true });
  await figure.getByRole('img').waitFor();
  await asking.press(said['plot.as-table']);
  await figure.getByRole('cell', { name: said['audit.mark.write'] }).first().waitFor();
  await asking.press(said['plot.as-figure']);
  await figure.getByRole('img').waitFor();
}

async function verifies({ page, said }: Colleague): Promise<void> {
  await page.getByText(said['audit.views.check'], { exact: true }).first().click();
  const event = page.getByRole('article');
  await event.getByRole('heading', { name: said['audit.event'], exact: true }).waitFor();
  // One that is new still waits for its place; none is refused.
  await event
    .getByText(said['audit.standing.proven.text'])
    .or(event.getByText(said['audit.standing.pending.text']))
    .waitFor();
}

async function asks(asking: Colleague, view: AuditViewName): Promise<void> {
  const { page, said } = asking;
  await asking.choose(said['audit.views.question'], said[`audit.view.${view}`]);
  await asking.press(said['audit.views.act']);
  await page.getByText(said['audit.waiting']).waitFor({ state: 'hidden' });
  await page.getByRole('status').filter({ hasText: said['audit.scope.national'] }).waitFor();
  expect([view, await page.locator('.notice-problem').count()]).toEqual([view, 0]);
}
