import { describe, expect, it } from '@jest/globals';
import type { Page } from 'playwright-core';

import { findAccessibilityViolations } from '../../support/axe.js';
import { useClient } from '../../support/browser.js';

const client = useClient();

const LOOKS = [
  [1280, 'light'],
  [1280, 'dark'],
  [390, 'dark'],
  [320, 'light'],
] as const;

const SCREENS = [
  { path: '/#/sign-in', es: 'Entrar', en: 'Sign in' },
  { path: '/#/enrol', es: 'Registrar este navegador', en: 'Enrol this browser' },
  { path: '/#/about', es: 'Acerca de esta versión', en: 'About this version' },
  { path: '/#/no-such-page', es: 'Página no encontrada', en: 'Page not found' },
];

async function sidewaysScrollPx(page: Page): Promise<number> {
  return page.evaluate(() => document.documentElement.scrollWidth - innerWidth);
}

async function textOf(page: Page): Promise<string> {
  return page.locator('body').innerText();
}

describe.each(SCREENS)('the screen $path', ({ path, ...titles }) => {
  it.each(['es', 'en'] as const)(
    'is accessible at every width, light and dark: %s',
    async (language) => {
      const { page } = await client.openPage(path, { locale: language });
      const heading = page.getByRole('heading', { level: 1, name: titles[language], exact: true });
      await heading.waitFor();
      for (const [width, colorScheme] of LOOKS) {
        await page.setViewportSize({ width, height: 844 });
        await page.emulateMedia({ colorScheme });
        expect([width, colorScheme, await findAccessibilityViolations(page)]).toEqual([
          width,
          colorScheme,
          [],
        ]);
        expect([width, await sidewaysScrollPx(page)]).toEqual([width, 0]);
      }
      expect(await page.title()).toBe(`${titles[language]} - Enlace`);
      expect(await textOf(page)).not.toMatch(/\d{1,2}\/\d{1,2}\/\d{2,4}/);
    },
  );

  it('has one h1, one main, and shows nothing untranslated', async () => {
    const { page } = await client.openPage(path, { locale: 'es' });
    await page.getByRole('heading', { level: 1, name: titles.es }).waitFor();
    expect(await page.getByRole('heading', { level: 1 }).count()).toBe(1);
    expect(await page.getByRole('main').count()).toBe(1);
    expect(await textOf(page)).not.toMatch(/\b(?:sign-in|about|frame|problem)\.[a-z]/);
  });

  // 1280 px at 400 % are 320 px of four device pixels each (WCAG 2.2, 1.4.10).
  it.each([
    ['at 400 % zoom', { viewport: { width: 320, height: 256 }, deviceScaleFactor: 4 }, '100%'],
    ['with text at 200 %', { viewport: { width: 390, height: 844 } }, '200%'],
    ['in forced colours', { forcedColors: 'active' }, '100%'],
    ['without motion', { reducedMotion: 'reduce' }, '100%'],
  ] as const)('works %s', async (_mode, options, fontSize) => {
    const { page } = await client.openPage(path, options);
    await page.getByRole('heading', { level: 1, name: titles.es }).waitFor();
    await page.evaluate((size) => {
      document.documentElement.style.fontSize = size;
    }, fontSize);
    expect(await sidewaysScrollPx(page)).toBe(0);
    expect(await page.getByRole('heading', { level: 1 }).isVisible()).toBe(true);
  });
});
