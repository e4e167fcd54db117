import { describe, expect, it } from '@jest/globals';
import { systemClock } from '@enlace/kernel';

import { FIRST_START_MS } from '../../../scenarios/demo/demo-stage.js';
import { startStandingDemo } from '../../../scenarios/demo/standing-demo.js';
import { useClientOf } from '../../../support/browser.js';
import { Colleague } from '../threads/colleague.js';

const client = useClientOf(startStandingDemo, FIRST_START_MS);

const SUBJECTS = ['P-1', 'C-123456'] as const;
const DAYS_MS = 3 * 86_400_000;
const SAID = {
  es: {
    asks: 'cr-rosa',
    title: 'Furgón de Paso Canoas',
    questions: ['¿Hay registro de entrada del furgón?', '¿De quién es la placa?'],
    why: 'Para ubicar a quien lo cargó.',
    facts: 'Cruzó el 14 por Paso Canoas con doble fondo.',
    answers: ['Sí, el 3 de noviembre.', 'De una empresa que ya no existe.'],
    told: 'El mismo furgón volvió a cruzar anoche.',
    asked: 'No lo detengan todavía.',
  },
  en: {
    asks: 'cr-lucia',
    title: 'Van of Paso Canoas',
    questions: ['Is there a record of its entry?', 'Whose plate is it?'],
    why: 'To find who loaded it.',
    facts: 'It crossed on the 14th at Paso Canoas.',
    answers: ['Yes, on 3 November.', 'Of a company that is no more.'],
    told: 'The same van crossed again last night.',
    asked: 'Do not stop it yet.',
  },
} as const;

/** In three days, as the field of a browser has it. */
function inThreeDays(): string {
  return new Date(systemClock.nowMs() + DAYS_MS).toISOString().slice(0, 16);
}

async function write({ page }: Colleague, label: string, words: string): Promise<void> {
  await page.getByLabel(label, { exact: true }).fill(words);
}

/** Opens a case with Panama and goes to the page where Panama is asked. */
async function beginAsking(by: Colleague): Promise<void> {
  const { said, page } = by;
  await by.follow(said['frame.cases']);
  await by.heading(said['cases.title']);
  await page.getByText(said['cases.none']).waitFor();
  await page.getByLabel('PA', { exact: true }).check();
  await by.press(said['cases.open.act']);
  const kind = new RegExp(`^${said['case.type.migrant-smuggling']}`);
  await page.getByRole('link', { name: kind }).click();
  await by.heading(said['case.title']);
  await by.follow(said['information.open']);
  await by.heading(said['information.title']);
}

/** Panama's focal point is there, and marked: nobody confirmed him this quarter. */
async function chooseFocalPoint(by: Colleague, name: string): Promise<void> {
  const { said, page } = by;
  await by.choose(said['information.state'], 'PA');
  await by.choose(said['information.focal-point'], name);
  await page.getByText(said['information.unconfirmed']).waitFor();
}

describe('information before a formal request', () => {
  it.each(['es', 'en'] as const)(
    'is asked of a focal point, answered with its clock, and told without a question (%s)',
    async (locale) => {
      const words = SAID[locale];
      const asker = await Colleague.enter(client, words.asks, locale);
      const omar = await Colleague.enter(client, 'pa-omar', locale);
      const { said } = asker;
      for (const { opened } of [asker, omar]) {
        opened.watch.tolerate(/^answered 409: .*\/threads\/[^/]+\/entries$/);
      }
      await beginAsking(asker);
      await asker.page.getByText(said['information.informal']).waitFor();
      await chooseFocalPoint(asker, omar.name);
      await write(asker, said['threads.open.name'], words.title);
      await write(asker, said['information.questions'], words.questions.join('\n'));
      await asker.choose(said['information.ask.route'], said['information.route.transit']);
      await write(asker, said['information.ask.subjects'], SUBJECTS.join('\n'));
      await write(asker, said['information.why'], words.why);
      await write(asker, said['information.facts'], words.facts);
      await write(asker, said['thread.ask.deadline'], inThreeDays());
      await asker.inspect(`${locale}-information-asking`);
      await asker.press(said['information.question.act']);

      await asker.heading(words.title);
      const card = asker.page.locator('.card', { hasText: words.questions[0] });
      await card.getByText(said['information.standing.sent'], { exact: true }).waitFor();
      await card.getByText(words.facts).waitFor();
      for (const [fact, shown] of [
        [said['information.route'], said['information.route.transit']],
        [said['information.subjects'], SUBJECTS.join(', ')],
      ] as const) {
        await card.locator('.fact', { hasText: fact }).filter({ hasText: shown }).waitFor();
      }
      // The clock of the office that was asked, and the own one.
      const neededBy = card.locator('.fact', { hasText: said['information.needed-by'] });
      expect(await neededBy.innerText()).toMatch(/ · /u);

      await omar.follow(said['frame.cases']);
      const place = new URL(asker.page.url()).hash;
      await omar.page.locator(`a[href="${place}"]`).click();
      await omar.press(said['thread.join.act']);
      await omar.page.getByRole('heading', { name: said['information.section'] }).waitFor();
      await omar.page.getByText(said['information.informal']).waitFor();
      for (const [at, answer] of words.answers.entries()) {
        const field = said['information.answer.to']
          .replace('{number}', String(at + 1))
          .replace('{text}', words.questions[at] ?? '');
        await write(omar, field, answer);
      }
      await omar.inspect(`${locale}-information-answering`);
      await omar.press(said['information.answer.act']);
      await omar.page.getByText(said['information.standing.answered'], { exact: true }).waitFor();

      // Nobody touches this page: it hears of the answer by itself.
      await card.getByText(said['information.standing.answered'], { exact: true }).waitFor();
      for (const answer of words.answers) await card.getByText(answer).waitFor();
      await asker.inspect(`${locale}-information-answered`);

      await asker.follow(said['thread.back']);
      await asker.heading(said['case.title']);
      await asker.follow(said['information.open']);
      await asker.heading(said['information.title']);
      await asker.choose(said['information.kind'], said['information.kind.spontaneous']);
      await chooseFocalPoint(asker, omar.name);
      await asker.choose(said['information.thread'], words.title);
      await write(asker, said['information.summary'], words.told);
      await write(asker, said['information.restrictions'], words.asked);
      await asker.inspect(`${locale}-information-telling`);
      await asker.press(said['information.spontaneous.act']);
      await asker.heading(words.title);
      const told = omar.page.locator('.card', { hasText: words.told });
      await told.getByText(words.asked).waitFor();
      await omar.inspect(`${locale}-information-told`);
      expect(await omar.page.getByText(said['thread.event.other'].slice(-30)).count()).toBe(0);
    },
    FIRST_START_MS,
  );
});
