import { mkdir, readFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import { fileURLToPath } from 'node:url';

import type { RunOptions } from 'axe-core';
import type { Page } from 'playwright-core';

declare global {
  var axe: typeof import('axe-core') | undefined;
}

const SOURCE = fileURLToPath(import.meta.resolve('axe-core'));

/** WCAG 2.2 AA and the rules of good practice. */
const OPTIONS: RunOptions = {
  runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'],
};

/**
 * Violations that axe-core finds on the page as it stands, one line each; a page without rules that passed is not
 * one.
 */
export async function findAccessibilityViolations(page: Page): Promise<readonly string[]> {
  if (await page.evaluate(() => globalThis.axe === undefined)) {
    await page.evaluate(await readFile(SOURCE, 'utf8'));
  }
  // What is fading in is not yet what somebody reads; what goes round for ever is.
  await page.evaluate(async () => {
    const passing = document.getAnimations().filter(({ effect }) => {
      const { iterations } = effect?.getTiming() ?? {};
      return iterations !== Infinity;
    });
    await Promise.allSettled(passing.map(async ({ finished }) => finished));
  });
  const results = await page.evaluate(async (options) => globalThis.axe?.run(options), OPTIONS);
  if (!results || results.passes.length < 10) return ['axe-core found hardly anything to check'];
  return results.violations.flatMap(({ id, nodes }) =>
    nodes.map(({ html, failureSummary }) => `${id}: ${html} ${failureSummary ?? ''}`),
  );
}

/**
 * What is wrong with a screen, wide and light, then narrow and dark: violations, and whether it scrolls sideways. A
 * picture of each is kept at `picture`. The page is wide again afterwards.
 */
export async function findScreenFaults(page: Page, picture: string): Promise<readonly string[]> {
  await mkdir(dirname(picture), { recursive: true });
  const faults: string[] = [];
  for (const [width, colorScheme] of [
    [1280, 'light'],
    [390, 'dark'],
  ] as const) {
    await page.setViewportSize({ width, height: 844 });
    await page.emulateMedia({ colorScheme });
    const violations = await findAccessibilityViolations(page);
    faults.push(...violations.map((violation) => `${width}: ${violation}`));
    const sideways = await page.evaluate(() => document.documentElement.scrollWidth - innerWidth);
    if (sideways !== 0) faults.push(`${width}: ${sideways} pixels beyond its width`);
    await page.screenshot({ path: `${picture}-${width}-${colorScheme}.png`, fullPage: true });
  }
  await page.setViewportSize({ width: 1280, height: 844 });
  return faults;
}
