import { readFile } from 'node:fs/promises';
import { join } from 'node:path';

import { describe, expect, it } from '@jest/globals';
import type { Page } from 'playwright-core';

import { useClient, WEB_ROOT } from '../../support/browser.js';

const client = useClient();

async function assetPath(extension: string): Promise<string> {
  const manifest: { files: { path: string }[] } = JSON.parse(
    await readFile(join(WEB_ROOT, 'web-manifest.json'), 'utf8'),
  );
  const file = manifest.files.find(({ path }) => path.endsWith(extension));
  return file?.path ?? 'none';
}

/** Differ between builds, requests or codings; each has its own test beside the code. */
const VARYING = new Set(['date', 'etag', 'content-length', 'content-encoding']);

async function headersOf(path: string): Promise<Record<string, string>> {
  const { headers } = await fetch(client.url + path);
  return Object.fromEntries([...headers].filter(([name]) => !VARYING.has(name)));
}

const CONTENT_SECURITY_POLICY =
  "default-src 'none'; script-src 'self' 'wasm-unsafe-eval'; worker-src 'self'; " +
  "style-src 'self' 'sha256-38RhXrc7EdReTKsOm23ZPOCUgniTUUcjky8QOOrQx6o='; img-src 'self' blob:; font-src 'self'; " +
  "connect-src 'self' ; manifest-src 'self'; object-src 'none'; frame-src 'none'; form-action 'none'; " +
  "frame-ancestors 'none'; base-uri 'none'; require-trusted-types-for 'script'; " +
  'trusted-types enlace-script-url ProseMirrorClipboard';

const STATIC_HEADERS = {
  connection: 'keep-alive',
  'content-security-policy': CONTENT_SECURITY_POLICY,
  'cross-origin-embedder-policy': 'require-corp',
  'cross-origin-opener-policy': 'same-origin',
  'cross-origin-resource-policy': 'same-origin',
  'keep-alive': 'timeout=10',
  'origin-agent-cluster': '?1',
  'permissions-policy':
    'accelerometer=(), autoplay=(), camera=(), clipboard-read=(), clipboard-write=(self), display-capture=(), ' +
    'encrypted-media=(), fullscreen=(), geolocation=(), gyroscope=(), hid=(), idle-detection=(), magnetometer=(), ' +
    'microphone=(), midi=(), payment=(), publickey-credentials-create=(self), publickey-credentials-get=(self), ' +
    'screen-wake-lock=(), serial=(), usb=(), xr-spatial-tracking=()',
  'referrer-policy': 'no-referrer',
  vary: 'accept-encoding',
  'x-content-type-options': 'nosniff',
  'x-dns-prefetch-control': 'off',
  'x-robots-tag': 'noindex',
};

describe('the headers', () => {
  it('of the page', async () => {
    expect(await headersOf('/')).toEqual({
      ...STATIC_HEADERS,
      'cache-control': 'no-cache',
      'content-type': 'text/html; charset=utf-8',
    });
  });

  it('of an asset', async () => {
    expect(await headersOf(await assetPath('.js'))).toEqual({
      ...STATIC_HEADERS,
      'cache-control': 'public, max-age=31536000, immutable',
      'content-type': 'text/javascript; charset=utf-8',
    });
  });

  it('of what keeps the files in the browser', async () => {
    expect(await headersOf('/sw.js')).toEqual({
      ...STATIC_HEADERS,
      'cache-control': 'no-cache',
      'content-type': 'text/javascript; charset=utf-8',
    });
  });

  it('of a path that nothing is served at', async () => {
    const answer = await fetch(`${client.url}/index.html`);
    expect(answer.status).toBe(404);
    expect(await headersOf('/index.html')).toMatchObject({
      'cache-control': 'no-store',
      'content-security-policy': "default-src 'none'; frame-ancestors 'none'",
      'content-type': expect.stringMatching(/^application\/problem\+json\b/),
      'x-content-type-options': 'nosniff',
    });
  });

  it('refuse every method but GET and HEAD on a file, and name those', async () => {
    for (const method of ['POST', 'PUT', 'DELETE', 'PATCH']) {
      const answer = await fetch(client.url, { method });
      expect([method, answer.status, answer.headers.get('allow')]).toEqual([
        method,
        405,
        'GET, HEAD',
      ]);
    }
  });

  it('set no cookie, whatever cookie comes', async () => {
    const answer = await fetch(client.url, { headers: { cookie: '__Host-session=stolen' } });
    expect(answer.headers.getSetCookie()).toEqual([]);
    expect(answer.status).toBe(200);
  });

  it('name entry and style sheet by their hashes', async () => {
    const page = await (await fetch(client.url)).text();
    const tags = page.match(/<(?:script|link rel="stylesheet")[^>]*>/g) ?? [];
    expect(tags).toHaveLength(2);
    for (const tag of tags) expect(tag).toMatch(/crossorigin .*integrity="sha384-[\w+/]{64}"/);
    expect(page).not.toMatch(/<style| style=| on\w+=|<script(?! type="module")/);
  });
});

/* oxlint-disable no-restricted-properties -- the policy must refuse what the linter refuses too */
/** Each is a place where text would become code; the page must throw a `TypeError` (W3C Trusted Types, section 3.2). */
const SINKS: readonly [string, () => unknown][] = [
  ['new Worker', () => new Worker('/assets/worker.js')],
  [
    'innerHTML',
    () => {
      document.createElement('div').innerHTML = '<b>text</b>';
    },
  ],
  [
    'outerHTML',
    () => {
      document.body.appendChild(document.createElement('div')).outerHTML = '<b>text</b>';
    },
  ],
  ['insertAdjacentHTML', () => document.body.insertAdjacentHTML('beforeend', '<b>text</b>')],
  [
    'script.src',
    () => {
      document.createElement('script').src = '/assets/other.js';
    },
  ],
  [
    'script.text',
    () => {
      document.createElement('script').text = 'globalThis.injected = true';
    },
  ],
  ['document.write', () => document.write('<b>text</b>')],
  ['DOMParser', () => new DOMParser().parseFromString('<b>text</b>', 'text/html')],
  ['serviceWorker.register', async () => navigator.serviceWorker.register('/sw.js')],
];

/* oxlint-enable no-restricted-properties */

describe('text that would become code', () => {
  it.each(SINKS)('is refused by %s', async (_name, sink) => {
    const { page, watch } = await client.openPage();
    watch.provoke(
      /^policy: require-trusted-types-for trusted-types-sink/,
      /TrustedScript|TrustedHTML/,
    );
    await expect(page.evaluate(sink)).rejects.toThrow('TypeError');
  });

  it('is refused by eval, once the page runs by itself', async () => {
    const { page, watch } = await client.openPage();
    watch.provoke(/^policy: (?:script-src|require-trusted)/, /^console: .*(?:eval|TrustedScript)/);
    const outcome = await page.evaluate(
      async () =>
        new Promise((resolve) => {
          setTimeout(() => {
            try {
              // oxlint-disable-next-line no-eval -- the policy must refuse it
              resolve(globalThis.eval('1'));
            } catch (error) {
              resolve(error instanceof EvalError);
            }
          });
        }),
    );
    expect(outcome).toBe(true);
  });

  it('gets no policy of its own to pass through', async () => {
    const { page, watch } = await client.openPage();
    watch.provoke(/^policy: trusted-types/, /createPolicy|policy/);
    await expect(
      page.evaluate(() =>
        (
          globalThis as unknown as {
            trustedTypes: { createPolicy(name: string, rules: object): unknown };
          }
        ).trustedTypes.createPolicy('default', {}),
      ),
    ).rejects.toThrow('TypeError');
  });
});

describe('what a hostile answer would add', () => {
  async function openWith(addition: string, ...provoked: readonly RegExp[]): Promise<Page> {
    const { page } = await client.openPage('/', {
      prepare: async ({ page: prepared, watch }) => {
        watch.provoke(...provoked);
        await prepared.route('/', async (route) => {
          const answer = await route.fetch();
          const body = (await answer.text()).replace('</body>', `${addition}</body>`);
          await route.fulfill({ response: answer, body });
        });
      },
    });
    await page.getByRole('heading', { level: 1, name: 'Entrar' }).waitFor();
    return page;
  }

  async function wasInjected(page: Page): Promise<boolean> {
    return page.evaluate(() => 'injected' in globalThis);
  }

  it('as inline script does not run', async () => {
    const script = '<script>globalThis.injected = true</script>';
    const page = await openWith(script, /^policy: script-src-elem inline/, /inline script/);
    expect(await wasInjected(page)).toBe(false);
  });

  it('as event handler does not run', async () => {
    const image = '<img src="/icon.svg" onload="globalThis.injected = true" alt="">';
    const page = await openWith(image, /^policy: script-src-attr inline/, /inline event handler/);
    expect(await wasInjected(page)).toBe(false);
  });

  it('as inline style has no effect', async () => {
    const style = '<style>h1 { display: none }</style>';
    const page = await openWith(style, /^policy: style-src-elem inline/, /inline style/);
    expect(await page.getByRole('heading', { level: 1 }).isVisible()).toBe(true);
  });

  it('as script, image or frame of another host is not fetched', async () => {
    const page = await openWith(
      '<script src="https://elsewhere.example/a.js"></script>' +
        '<img src="https://elsewhere.example/a.png" alt="">' +
        '<iframe src="https://elsewhere.example/"></iframe>',
      /^policy: script-src-elem https:\/\/elsewhere/,
      /^policy: img-src https:\/\/elsewhere/,
      /^policy: frame-src https:\/\/elsewhere/,
      /^console: .*elsewhere\.example/,
      /^failed: https:\/\/elsewhere\.example.*(?:csp|ERR_BLOCKED)/,
      /^left the origin: https:\/\/elsewhere\.example/,
    );
    expect(
      await page.locator('img').evaluate((image: HTMLImageElement) => image.naturalWidth),
    ).toBe(0);
  });

  it('as form or base cannot lead away', async () => {
    const base = '<base href="https://elsewhere.example/">';
    const page = await openWith(base, /^policy: base-uri https:\/\/elsewhere/, /base/i);
    expect(await page.evaluate(() => document.baseURI)).toBe(`${client.url}/`);
  });
});

describe('the entry', () => {
  it('does not run when it differs by one byte; the person reads what to do', async () => {
    const { page } = await client.openPage('/', {
      prepare: async ({ page: prepared, watch }) => {
        watch.provoke(/integrity/);
        await prepared.route('/assets/index-*.js', async (route) => {
          const answer = await route.fetch();
          await route.fulfill({ response: answer, body: `${await answer.text()} ` });
        });
      },
    });
    await page.getByText('Este navegador no puede abrir Enlace').waitFor();
    await page.getByText('This browser cannot open Enlace').waitFor();
    expect(await page.getByRole('button').count()).toBe(0);
  });

  it('leaves the static notice to a browser without Trusted Types', async () => {
    const { page } = await client.openPage('/', {
      prepare: async ({ page: prepared }) => {
        await prepared.addInitScript(() => {
          delete (globalThis as { trustedTypes?: unknown }).trustedTypes;
        });
      },
    });
    const notice = page.getByRole('heading', { name: 'This browser cannot open Enlace' });
    await notice.waitFor({ timeout: 1_500 }); // at once, not after the pause that spares others the flash
    expect(await page.getByText(/Firefox 148/).count()).toBe(2);
  });
});
