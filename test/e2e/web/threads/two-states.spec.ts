import { describe, expect, it } from '@jest/globals';

import {
  CASE_CAST,
  RECORD,
  TALK,
  THREAD_TITLE,
  WELCOME,
} from '../../../../apps/cli/src/demo/case/story.js';
import { FIRST_START_MS } from '../../../scenarios/demo/demo-stage.js';
import { startStandingDemo } from '../../../scenarios/demo/standing-demo.js';
import { useClientOf } from '../../../support/browser.js';
import { Colleague } from './colleague.js';
import { openThread } from './open-thread.js';

const client = useClientOf(startStandingDemo, FIRST_START_MS);

/** One pixel, as every viewer knows it. */
const PIXEL = Buffer.from(
  'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==',
  'base64',
);
const FILES = [
  { name: 'frontera.png', bytes: PIXEL },
  { name: 'acta.txt', bytes: Buffer.from('Placa ABC-123, 14 personas.') },
  { name: 'nota.html', bytes: Buffer.from('<img src=x onerror="document.title=1">') },
] as const;
async function exchangeFiles(rosa: Colleague, omar: Colleague, locale: string): Promise<void> {
  const { said } = rosa;
  await rosa.attach('📎', ...FILES);
  await omar.sees('📎');
  const [image, text, markup] = FILES;
  expect(await omar.save(image.name)).toEqual(image.bytes);
  const preview = (name: string) => said['thread.file.preview'].replace('{name}', name);
  const shown = omar.page.getByRole('img', { name: preview(image.name) });
  await shown.waitFor();
  expect(await shown.evaluate((each) => (each as HTMLImageElement).naturalWidth)).toBe(1);
  expect(await omar.save(text.name)).toEqual(text.bytes);
  await omar.page.getByLabel(preview(text.name)).getByText('ABC-123').waitFor();
  expect(await omar.save(markup.name)).toEqual(markup.bytes);
  expect(await omar.page.getByText(said['thread.file.no-preview']).count()).toBe(1);
  await omar.inspect(`${locale}-files`);
}

/** D15: a name of a thread that is a command elsewhere; here it is a name. */
const INERT = 'Ruta <img src=x onerror=alert(1)>';
/** D15: what somebody may say. The page is watched: no rule of it is broken, and nothing is asked for. */
const COMMANDS = [
  '<script>alert(1)</script>',
  '"><svg onload=alert(1)>',
  'javascript:alert(1)',
  '[a](javascript:alert(1)) ![b](https://evil.example/x.png)',
];

async function saysCommands(by: Colleague, to: Colleague): Promise<void> {
  for (const command of COMMANDS) {
    await by.say(command);
    await to.sees(command);
  }
  const made = to.page
    .locator('main')
    .locator('script, svg[onload], img[src="x"], a[href^="javascript"]');
  if ((await made.count()) > 0) throw new Error('a text became a part of the page');
}

describe('two prosecutors of two States, each in a browser', () => {
  it.each([
    ['es', INERT, { question: '¿Cruza mañana?', answer: 'Sí, por Paso Canoas.' }],
    ['en', 'Northern route', { question: 'Does it cross?', answer: 'Yes, at Paso Canoas.' }],
  ] as const)(
    'open a case, talk in a thread in real time, and one goes (%s)',
    async (locale, title, { question, answer }) => {
      const people =
        locale === 'es' ? (['cr-rosa', 'pa-omar'] as const) : (['cr-lucia', 'pa-omar'] as const);
      const rosa = await Colleague.enter(client, people[0], locale);
      const { said } = rosa;
      await openThread(rosa, title);
      await rosa.inspect(`${locale}-new-thread`);
      await rosa.isConnected();
      await rosa.say(question);

      const omar = await Colleague.enter(client, people[1], locale);
      const offered = rosa.page.getByLabel(said['thread.invite.state'], { exact: true });
      expect(await offered.locator('option').allTextContents()).toEqual([
        said['thread.choose'],
        'CR',
        'PA',
      ]);
      await rosa.choose(said['thread.invite.state'], 'PA');
      await rosa.choose(said['thread.invite.person'], omar.name);
      await rosa.press(said['thread.invite.act']);
      await rosa.page.getByText(omar.name).first().waitFor();

      await omar.follow(said['frame.cases']);
      await omar.page.getByRole('heading', { name: said['threads.others'] }).waitFor();
      const place = new URL(rosa.page.url()).hash;
      await omar.page.locator(`a[href="${place}"]`).click();
      await omar.page.getByText(said['thread.begins']).waitFor();
      await omar.inspect(`${locale}-invited`);
      expect(await omar.page.getByText(question).count()).toBe(0);
      await omar.press(said['thread.join.act']);
      await omar.isConnected();
      await omar.say(answer);

      // Nobody touches this page: it hears of it by itself.
      await rosa.sees(answer);
      await rosa.sayOffline('…');
      await omar.sees('…');
      for (const { page } of [rosa, omar]) {
        expect(await page.locator('.entry-text', { hasText: '…' }).count()).toBe(1);
      }
      if (title === INERT) await saysCommands(omar, rosa);
      await exchangeFiles(rosa, omar, locale);
      await rosa.inspect(`${locale}-thread`);

      await rosa.press(said['thread.remove.open'].replace('{name}', `${omar.name} (PA)`));
      await rosa.inspect(`${locale}-removing`);
      // He hears of it; should his page ask just then, the server shows him the thread no more.
      omar.opened.watch.tolerate(/^answered 404: .*\/threads\/[^/]+\/entries\?/);
      await rosa.press(said['thread.remove.act']);
      await omar.page
        .getByLabel(said['thread.say'], { exact: true })
        .waitFor({ state: 'detached' });
      await omar.sees(answer);
      await omar.inspect(`${locale}-removed`);
    },
    FIRST_START_MS,
  );

  it(
    'find the case of the demo under way, and a third answers the invitation',
    async () => {
      const esteban = await Colleague.enter(client, CASE_CAST.steward, 'en');
      const { said, page } = esteban;
      await esteban.follow(said['frame.cases']);
      await page
        .getByRole('link', { name: new RegExp(`^${said['case.type.migrant-smuggling']}`) })
        .click();
      await esteban.follow(THREAD_TITLE);
      await esteban.heading(THREAD_TITLE);
      for (const { text } of [...TALK, RECORD, WELCOME]) await esteban.sees(text);
      expect((await esteban.save(RECORD.name)).toString()).toBe(RECORD.content);
      await esteban.inspect('demo-case');

      const raul = await Colleague.enter(client, CASE_CAST.invited, 'es');
      await raul.follow(raul.said['frame.cases']);
      const others = raul.page.getByRole('region', { name: raul.said['threads.others'] });
      await others.getByRole('link').first().click();
      await raul.sees(WELCOME.text);
      expect(await raul.page.getByText(RECORD.text).count()).toBe(0);
      await raul.press(raul.said['thread.join.act']);
      await raul.say('Buenas, aquí Raúl.');
      await esteban.sees('Buenas, aquí Raúl.');
      await esteban.say('Bienvenido.');
      await raul.sees('Bienvenido.');
    },
    FIRST_START_MS,
  );
});
