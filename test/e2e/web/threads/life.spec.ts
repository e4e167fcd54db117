import { join } from 'node:path';

import { describe, expect, it } from '@jest/globals';

import { FIRST_START_MS } from '../../../scenarios/demo/demo-stage.js';
import { startStandingDemo } from '../../../scenarios/demo/standing-demo.js';
import { useClientOf } from '../../../support/browser.js';
import type { Colleague } from './colleague.js';
import { meetInThread } from './open-thread.js';

const client = useClientOf(startStandingDemo, FIRST_START_MS);
const TEXT = 'Lo que nadie ha de leer después.';
type Act = 'retain' | 'hold' | 'release' | 'shred';

/** The second person reads one act in words, signs it and saves the file. */
async function approve(by: Colleague, act: Act, day?: string): Promise<string> {
  const { said, page } = by;
  await by.press(said['thread.life.approve']);
  const dialog = page.getByRole('dialog');
  await by.choose(said['thread.life.act'], said[`thread.life.${act}`]);
  await dialog.getByText(said[`thread.life.${act}.effect`]).waitFor();
  if (day !== undefined) {
    await page.getByLabel(said['thread.life.until'], { exact: true }).fill(day);
  }
  await dialog.getByRole('button', { name: said['thread.life.approve.verb'], exact: true }).click();
  await dialog.waitFor({ state: 'detached' });
  const link = page.locator(`a[download^="${act}-"]`);
  const saving = page.waitForEvent('download');
  await link.click();
  const file = join(client.server().folder, `${by.name}-${act}.approval`);
  await (await saving).saveAs(file);
  return file;
}

/** The dialog of an act, with a file in it. */
async function begin(by: Colleague, act: Act, file: string) {
  const { said, page } = by;
  await by.press(said[`thread.life.${act}`]);
  const dialog = page.getByRole('dialog');
  await dialog.getByText(said['thread.life.approval.waits']).waitFor();
  await page.getByLabel(said['thread.life.approval'], { exact: true }).setInputFiles(file);
  return dialog;
}

/** Does what the other one approved. */
async function perform(by: Colleague, what: Act, file: string): Promise<void> {
  const dialog = await begin(by, what, file);
  await dialog.getByText(by.said['thread.life.approval.by']).waitFor();
  await dialog.getByText(by.said[`thread.life.${what}.verb`], { exact: true }).click();
  await dialog.waitFor({ state: 'detached' });
}

describe('what becomes of a thread', () => {
  it.each(['es', 'en'] as const)(
    'is decided by two who read it in words, and seen by all (%s)',
    async (locale) => {
      const { rosa, omar } = await meetInThread(client, {
        locale,
        before: [],
        role: 'steward',
      });
      const { said } = rosa;
      await rosa.say(TEXT);
      await omar.sees(TEXT);
      await rosa.page.getByText(said['thread.life.at.open']).waitFor();

      // A file that is no approval, one's own, and one of another act are no approval of this one.
      const own = await approve(rosa, 'hold');
      const dialog = await begin(rosa, 'hold', join(import.meta.dirname, 'life.spec.ts'));
      await dialog.getByText(said['problem.statement.refused.act']).waitFor();
      await rosa.inspect(`${locale}-no-approval`);
      const field = rosa.page.getByLabel(said['thread.life.approval'], { exact: true });
      await field.setInputFiles(own);
      await dialog.getByText(said['thread.life.approval.own']).waitFor();
      const hold = await approve(omar, 'hold');
      const retain = await approve(omar, 'retain', '2034-12-31');
      await omar.inspect(`${locale}-approved`);
      await field.setInputFiles(retain);
      await dialog.getByText(said['thread.life.approval.other']).waitFor();
      await field.setInputFiles(hold);
      await dialog.getByText(omar.name).first().waitFor();
      await rosa.inspect(`${locale}-holding`);
      await rosa.press(said['act.give-up']);

      await perform(rosa, 'retain', retain);
      await rosa.page.getByText(/2034/u).first().waitFor();
      await perform(rosa, 'hold', hold);
      for (const each of [rosa, omar])
        await each.page.getByText(said['thread.life.held']).waitFor();
      expect(
        await rosa.page
          .getByRole('button', { name: said['thread.life.shred'], exact: true })
          .count(),
      ).toBe(0);
      const release = await approve(omar, 'release');
      await perform(rosa, 'release', release);
      await rosa.page.getByText(said['thread.life.held']).waitFor({ state: 'detached' });

      await rosa.press(said['thread.life.close']);
      await rosa.inspect(`${locale}-closing`);
      await rosa.press(said['thread.life.close.verb']);
      for (const each of [rosa, omar]) {
        await each.page.getByText(said['thread.life.at.closed']).waitFor();
        await each.page
          .getByLabel(said['thread.say'], { exact: true })
          .waitFor({ state: 'detached' });
      }
      await omar.sees(TEXT);

      const used = await begin(rosa, 'hold', hold);
      await used.getByText(omar.name).first().waitFor();
      rosa.opened.watch.provoke(/^answered 4\d\d: .*\/threads\/[^/]+\/entries$/);
      await rosa.press(said['thread.life.hold.verb']);
      await used.getByText(said['problem.statement.refused.approval-used']).waitFor();
      await rosa.press(said['act.give-up']);

      // Whoever reads on while the content goes may still ask for a part of it.
      for (const { opened } of [rosa, omar]) {
        opened.watch.tolerate(/^answered 404: .*\/threads\/[^/]+\/blobs\//);
      }
      await perform(rosa, 'shred', await approve(omar, 'shred'));
      for (const each of [rosa, omar]) {
        await each.page.getByText(said['thread.life.at.destroyed']).waitFor();
        await each.page.getByText(TEXT).waitFor({ state: 'detached' });
      }
      await omar.inspect(`${locale}-destroyed`);
    },
    2 * FIRST_START_MS,
  );
});
