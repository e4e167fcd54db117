import { describe, expect, it } from '@jest/globals';
import type { Page } from 'playwright-core';

import { useClient } from '../../support/browser.js';

const client = useClient();

const TITLES = { es: 'Entrar', en: 'Sign in' };

/** Title and declared language of the page, once it stands. */
async function titleAndLanguage(page: Page): Promise<readonly (string | null)[]> {
  const heading = page.getByRole('heading', { level: 1 }).filter({ visible: true });
  return [await heading.innerText(), await page.locator('html').getAttribute('lang')];
}

describe('the language', () => {
  it.each([
    ['es-PA', 'es'],
    ['en-US', 'en'],
    ['fr-CA', 'es'],
    ['pt-BR', 'es'],
  ] as const)('of a first visit with %s is %s', async (locale, language) => {
    const { page } = await client.openPage('/', { locale });
    expect(await titleAndLanguage(page)).toEqual([TITLES[language], language]);
  });

  it('is switched without losing the page, and stays after a reload', async () => {
    const { page } = await client.openPage('/#/about');
    await page.getByRole('heading', { level: 1, name: 'Acerca de esta versión' }).waitFor();
    await page.getByRole('radio', { name: 'English' }).click();
    await page.getByRole('heading', { level: 1, name: 'About this version' }).waitFor();
    expect(new URL(page.url()).hash).toBe('#/about');
    await page.reload();
    await page.getByRole('heading', { level: 1, name: 'About this version' }).waitFor();
    expect(await page.getByRole('radio', { name: 'English' }).isChecked()).toBe(true);
    expect(await page.title()).toBe('About this version - Enlace');
  });

  it('French, which is prepared, shows in English what it lacks', async () => {
    const { page } = await client.openPage();
    await page.evaluate(() => localStorage.setItem('enlace.language', 'fr'));
    await page.reload();
    await page.getByRole('heading', { level: 1, name: 'Connexion' }).waitFor();
    expect(await page.locator('html').getAttribute('lang')).toBe('fr');
    // The button comes when the worker, started anew, has said that nobody is signed in.
    await page.getByRole('button', { name: 'Sign in with your passkey' }).waitFor();
  });

  it('is Spanish again after a stored value that is none', async () => {
    const { page } = await client.openPage();
    await page.evaluate(() => localStorage.setItem('enlace.language', '<b>'));
    await page.reload();
    expect(await titleAndLanguage(page)).toEqual([TITLES.es, 'es']);
  });
});
