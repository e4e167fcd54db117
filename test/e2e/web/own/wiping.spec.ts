import { describe, expect, it } from '@jest/globals';

import { FIRST_START_MS } from '../../../scenarios/demo/demo-stage.js';
import { startStandingDemo } from '../../../scenarios/demo/standing-demo.js';
import { useClientOf } from '../../../support/browser.js';
import { leftIn, NOTHING_LEFT, plantIn } from '../../../support/passkeys/wiped-browser.js';
import { Colleague } from '../threads/colleague.js';
import { openThread } from '../threads/open-thread.js';

const client = useClientOf(startStandingDemo, FIRST_START_MS);

const WORDS = {
  es: { sent: 'Esto ya salió.', waiting: 'Esto espera salir.', begun: 'Esto solo se empezó' },
  en: { sent: 'This has gone out.', waiting: 'This waits to go.', begun: 'This was only begun' },
} as const;

describe('somebody who leaves a browser for good', () => {
  it.each([
    ['es', 'cr-rosa'],
    ['en', 'cr-lucia'],
  ] as const)(
    'is told what is lost, leaves nothing behind whatever the server says, and may come again (%s)',
    async (locale, slug) => {
      const words = WORDS[locale];
      const title = `Peñas Blancas (${locale})`;
      const person = await Colleague.enter(client, slug, locale);
      await openThread(person, title);
      await person.isConnected();
      await person.say(words.sent);
      await leaveUnsent(person, words);
      await mayGiveUp(person, { locale, title });
      await leave(person, locale);

      await person.press(person.said['leaving.entrance']);
      await person.signIn();
      await person.heading(person.said['home.title']);
      expect((await leftIn(person.page)).databases).toContain('enlace');
    },
    FIRST_START_MS,
  );
});

/** An act that waits for a connection, and a message that was begun. */
async function leaveUnsent({ page, said, opened }: Colleague, words: Words): Promise<void> {
  opened.watch.provoke(/ERR_INTERNET_DISCONNECTED/);
  await page.context().setOffline(true);
  const field = page.getByLabel(said['thread.say'], { exact: true });
  await field.fill(words.waiting);
  await field.press('Control+Enter');
  await page.getByText(said['thread.waits']).waitFor();
  await field.fill(words.begun);
  const [kept = ''] = said['thread.draft.kept'].split('{');
  await page.getByText(kept.trim()).waitFor();
}

type Words = (typeof WORDS)['es' | 'en'];

async function mayGiveUp(
  person: Colleague,
  { locale, title }: { readonly locale: 'es' | 'en'; readonly title: string },
): Promise<void> {
  const { page, said } = person;
  const dialog = await askToWipe(person);
  const line = dialog.getByRole('listitem').filter({ hasText: title });
  await line.getByText(WORDS[locale].begun).waitFor();
  expect(await line.innerText()).toContain(locale === 'es' ? 'Espera 1 acto' : '1 act waits');
  await dialog.getByText(said['settings.wipe.demo']).waitFor();
  // They may have been brought to the vault while there was a connection.
  const unknown = dialog.getByText(said['settings.wipe.keys-unknown']);
  await unknown.or(dialog.getByText(said['settings.wipe.keys-kept'])).waitFor();
  expect(await verb(person).isDisabled()).toBe(true);
  await person.inspect(`${locale}-wipe`);
  await plantIn(page);
  const { databases, files, preferences } = await leftIn(page);
  expect(databases.length).toBeGreaterThan(1);
  await person.press(said['act.give-up']);
  await dialog.waitFor({ state: 'detached' });
  const after = await leftIn(page);
  expect(after).toMatchObject({ databases, files, preferences });
  expect(after.caches).toContain('planted');
}

async function leave(person: Colleague, locale: 'es' | 'en'): Promise<void> {
  const { page, said } = person;
  const dialog = await askToWipe(person);
  await dialog.getByLabel(said['settings.wipe.accept']).check();
  await verb(person).click();
  await person.heading(said['leaving.wiped']);
  expect(await leftIn(page)).toEqual(NOTHING_LEFT);
  expect(page.workers()).toEqual([]);
  await page.getByText(said['leaving.session']).waitFor();
  await page.context().setOffline(false);
  await person.inspect(`${locale}-wiped`);
}

async function askToWipe(person: Colleague) {
  const { page, said } = person;
  await person.follow(said['frame.settings']);
  await person.heading(said['settings.title']);
  await person.press(said['settings.wipe.ask']);
  const dialog = page.getByRole('dialog', { name: said['settings.wipe.title'] });
  await dialog.getByText(said['settings.wipe.unsent']).waitFor();
  return dialog;
}

function verb({ page, said }: Colleague) {
  return page.getByRole('button', { name: said['settings.wipe.act'], exact: true });
}
