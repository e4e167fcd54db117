import { describe, expect, it } from '@jest/globals';
import type { Page } from 'playwright-core';

import { useClient } from '../../support/browser.js';

const client = useClient();

const ENROL = 'Registrar este navegador con una invitación';

/** Text of what has the focus; the page's own body is where a keyboard user is lost. */
async function focused(page: Page): Promise<string> {
  return page.evaluate(() => {
    const element = document.activeElement;
    return element === document.body || !element ? 'lost' : (element.textContent ?? '').trim();
  });
}

async function hasVisibleRing(page: Page): Promise<boolean> {
  return page.evaluate(() => {
    const style = getComputedStyle(document.activeElement ?? document.body);
    return style.outlineStyle === 'solid' && Number.parseFloat(style.outlineWidth) >= 2;
  });
}

async function pressAndRead(page: Page, key: string): Promise<string> {
  await page.keyboard.press(key);
  expect(await hasVisibleRing(page)).toBe(true);
  return focused(page);
}

describe('with the keyboard alone', () => {
  it('the sign-in page is walked in its order, with a ring on every stop', async () => {
    const { page } = await client.openPage();
    await page.getByRole('heading', { level: 1 }).waitFor();
    await page.getByText(ENROL).waitFor();
    const stops: string[] = [];
    for (let stop = 0; stop < 6; stop += 1) stops.push(await pressAndRead(page, 'Tab'));
    expect(stops).toEqual([
      'Ir al contenido',
      expect.stringContaining('Enlace'),
      'Español',
      ENROL,
      'Otras formas de entrar',
      'Acerca de esta versión',
    ]);
  });

  it('the content is reached past the header', async () => {
    const { page } = await client.openPage();
    await page.getByRole('heading', { level: 1 }).waitFor();
    await page.keyboard.press('Tab');
    await page.keyboard.press('Enter');
    expect(await page.evaluate(() => document.activeElement?.tagName)).toBe('MAIN');
    expect(new URL(page.url()).hash).toBe('');
    await page.getByText(ENROL).waitFor();
    expect(await pressAndRead(page, 'Tab')).toBe(ENROL);
  });

  it('the language is changed with the arrows', async () => {
    const { page } = await client.openPage();
    await page.getByRole('radio', { name: 'Español' }).focus();
    expect(await pressAndRead(page, 'ArrowRight')).toBe('English');
    await page.keyboard.press('Enter');
    await page.getByRole('heading', { level: 1, name: 'Sign in' }).waitFor();
    expect(await focused(page)).toBe('English');
  });

  it('the other ways open and close', async () => {
    const { page } = await client.openPage();
    const other = page.getByRole('button', { name: 'Otras formas de entrar' });
    await other.focus();
    await page.keyboard.press('Enter');
    expect(await other.getAttribute('aria-expanded')).toBe('true');
    await page.getByText('una llave de acceso de repuesto').waitFor();
    await page.keyboard.press('Space');
    expect(await other.getAttribute('aria-expanded')).toBe('false');
  });

  it('a move to another page lands on its heading, and back again', async () => {
    const { page } = await client.openPage();
    await page.getByRole('link', { name: 'Acerca de esta versión' }).focus();
    await page.keyboard.press('Enter');
    await page.getByRole('heading', { level: 1, name: 'Acerca de esta versión' }).waitFor();
    expect(await focused(page)).toBe('Acerca de esta versión');
    await page.goBack();
    await page.getByRole('heading', { level: 1, name: 'Entrar' }).waitFor();
    expect(await focused(page)).toBe('Entrar');
  });

  it('the one act of the page says why it cannot be done', async () => {
    const { page } = await client.openPage();
    const act = page.getByRole('button', { name: 'Entrar con su llave de acceso' });
    expect(await act.isDisabled()).toBe(true);
    const reason = await act.getAttribute('aria-describedby');
    expect(await page.locator(`#${reason}`).innerText()).toContain('No disponible');
  });
});
