import type { Page } from 'playwright-core';

/** What a browser holds of a site, by its names. */
interface Left {
  readonly databases: readonly string[];
  readonly files: readonly string[];
  readonly caches: readonly string[];
  /** Service workers. */
  readonly scripts: number;
  readonly preferences: number;
}

export const NOTHING_LEFT: Left = {
  databases: [],
  files: [],
  caches: [],
  scripts: 0,
  preferences: 0,
};

/** What other parts of a page leave in a browser over time. */
export async function plantIn(page: Page): Promise<void> {
  await page.evaluate(async () => {
    await caches.open('planted');
    const root = await navigator.storage.getDirectory();
    await root.getDirectoryHandle('planted', { create: true });
    localStorage.setItem('planted', 'yes');
  });
}

/** What a browser holds of the site of a page. */
export async function leftIn(page: Page): Promise<Left> {
  return page.evaluate(async () => {
    const files: string[] = [];
    const root = await navigator.storage.getDirectory();
    for await (const name of root.keys()) files.push(name);
    const databases = (await indexedDB.databases()).map(({ name }) => name ?? '');
    return {
      databases: databases.toSorted(),
      files: files.toSorted(),
      caches: (await caches.keys()).toSorted(),
      scripts: (await navigator.serviceWorker.getRegistrations()).length,
      preferences: localStorage.length,
    };
  });
}
