import { describe, expect, it } from '@jest/globals';
import type { Page } from 'playwright-core';

import { useClient } from '../../support/browser.js';

const client = useClient();

const ACT = 'Entrar con su llave de acceso';

async function opened(page: Page): Promise<void> {
  await page.getByRole('button', { name: ACT }).waitFor();
}

describe('the crypto worker', () => {
  it('comes from the build, after its integrity was checked, and without credentials', async () => {
    const requests: string[] = [];
    const { page } = await client.openPage('/', {
      prepare: async ({ page: prepared }) => {
        prepared.context().on('request', (request) => {
          if (request.url().includes('crypto.worker')) requests.push(request.resourceType());
        });
      },
    });
    await opened(page);
    expect(requests[0]).toBe('fetch');
    expect(page.workers().map((worker) => new URL(worker.url()).pathname)).toEqual([
      expect.stringMatching(/^\/assets\/crypto\.worker-[\w-]+\.js$/),
    ]);
  });

  it.each(['crypto.worker', 'worker.core'])(
    'is not started when %s is not the one of the build',
    async (name) => {
      const { page } = await client.openPage('/', {
        prepare: async ({ page: prepared, watch }) => {
          watch.provoke(new RegExp(`^console: .*${name}.*integrity`));
          await prepared.route(`/assets/${name}-*.js`, async (route) => {
            const response = await route.fetch();
            await route.fulfill({ response, body: `${await response.text()} ` });
          });
        },
      });
      await page.getByText('client.worker-refused').waitFor();
      expect(page.workers()).toEqual([]);
    },
  );

  it('says client.wasm-blocked within 15 seconds where WebAssembly is refused', async () => {
    const { page } = await client.openPage('/', {
      prepare: async ({ page: prepared }) => {
        await prepared.route('/assets/crypto.worker-*.js', async (route) => {
          const response = await route.fetch();
          const policy = response.headers()['content-security-policy'] ?? '';
          const headers = {
            ...response.headers(),
            'content-security-policy': policy.replace(" 'wasm-unsafe-eval'", ''),
          };
          await route.fulfill({ response, headers });
        });
      },
    });
    await page.getByText('client.wasm-blocked').waitFor({ timeout: 20_000 });
    expect(page.workers()).toEqual([]);
  });

  it('cannot be started from text: the policy of the page refuses it', async () => {
    const { page, watch } = await client.openPage();
    watch.provoke(/^policy: require-trusted-types-for/, /^console: .*TrustedScriptURL/);
    await opened(page);
    const refusal = await page.evaluate(() => {
      try {
        return new Worker('/assets/index.js') instanceof Worker;
      } catch (error) {
        return error instanceof TypeError ? 'refused' : 'failed';
      }
    });
    expect(refusal).toBe('refused');
  });
});

describe('two tabs of one browser', () => {
  it('work one at a time: the second asks, takes over, and the first says so', async () => {
    const { page: first } = await client.openPage();
    await opened(first);
    const second = await first.context().newPage();
    await second.goto(client.url);
    const takeOver = second.getByRole('button', { name: 'Usarlo aquí' });
    await takeOver.waitFor();
    expect(await second.getByRole('button', { name: ACT }).count()).toBe(0);
    await takeOver.click();
    await opened(second);
    await first.getByText('Enlace está abierto en otra pestaña').waitFor();
    expect(first.workers()).toEqual([]);
    await first.getByRole('button', { name: 'Usarlo aquí' }).click();
    await opened(first);
    await second.getByText('Enlace está abierto en otra pestaña').waitFor();
  });

  it('leave the store to the next page when the tab that had it is closed', async () => {
    const { page: first } = await client.openPage();
    await opened(first);
    const second = await first.context().newPage();
    await second.goto(client.url);
    await second.getByRole('button', { name: 'Usarlo aquí' }).waitFor();
    await second.close();
    await first.reload();
    await opened(first);
    expect(await first.getByRole('button', { name: 'Usarlo aquí' }).count()).toBe(0);
  });
});
