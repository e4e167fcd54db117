import { createHash } from 'node:crypto';

import type { Plugin, Rolldown } from 'vite';

type Bundle = Rolldown.OutputBundle;

/**
 * `src` or `href` of a script, style sheet or module preload of the build, in a tag that Vite wrote with
 * `crossorigin`.
 */
const REFERENCE = /<(?:script|link) [^>]*(?:src|href)="\/(assets\/[^"]+\.(?:js|css))"/g;

/**
 * Scripts of the crypto worker, and the texts in its page that they replace with their hashes: what it starts with,
 * what it fetches when it is first asked for it, and what it prints with. `vite.config.ts` gives the names.
 */
const WORKER_SCRIPTS = [
  ['scripts-of-the-worker', /^assets\/(?:crypto\.worker|worker\.core)-[\w-]{8}\.js$/],
  ['scripts-on-demand', /^assets\/worker\.(?!core-|pdf)[\w.-]+-[\w-]{8}\.js$/],
  ['scripts-for-printing', /^assets\/worker\.pdf[\w.-]*-[\w-]{8}\.js$/],
] as const;

/**
 * Writes `integrity` (W3C Subresource Integrity, SHA-384) on every script and style sheet that `index.html` names, so
 * that the browser runs the entry only as it was built. A reference to a file that the build does not hold fails the
 * build.
 */
export function subresourceIntegrity(): Plugin {
  return {
    name: 'enlace-subresource-integrity',
    apply: 'build',
    enforce: 'post',
    generateBundle: {
      order: 'post',
      handler(_options, bundle) {
        writeWorkerIntegrity(bundle);
        const page = bundle['index.html'];
        if (page?.type !== 'asset') throw new Error('the build has no index.html');
        page.source = String(page.source).replaceAll(REFERENCE, (tag: string, name: string) => {
          const file = bundle[name];
          if (!file) throw new Error(`index.html names ${name}, which the build does not hold`);
          return `${tag} integrity="${integrityOf(file)}"`;
        });
      },
    },
  };
}

/** The names of the scripts change with what is in them, and so do the names of whatever holds what is written here. */
function writeWorkerIntegrity(bundle: Bundle): void {
  // Scripts that are no chunk of the page are the worker's: one that nobody lists would run unchecked.
  const unlisted = Object.values(bundle)
    .filter(({ type, fileName }) => type === 'asset' && fileName.endsWith('.js'))
    .filter(({ fileName }) => !WORKER_SCRIPTS.some(([, names]) => names.test(fileName)))
    .map(({ fileName }) => fileName);
  if (unlisted.length > 0) throw new Error(`the page would not check ${unlisted.join(', ')}`);
  for (const [text, names] of WORKER_SCRIPTS) {
    const scripts = Object.values(bundle).filter(({ fileName }) => names.test(fileName));
    if (scripts.length === 0) throw new Error(`the build has no ${text}`);
    const hashes = scripts
      .map((script) => `/${script.fileName} ${integrityOf(script)}`)
      .toSorted()
      .join('|');
    const holders = Object.values(bundle).filter(
      (file) => file.type === 'chunk' && file.code.includes(text),
    );
    if (holders.length !== 1) throw new Error(`${text} has not exactly one place`);
    for (const file of holders) {
      if (file.type === 'chunk') file.code = file.code.replaceAll(text, hashes);
    }
  }
}

function integrityOf(file: Bundle[string]): string {
  const hash = createHash('sha384');
  hash.update(file.type === 'chunk' ? file.code : file.source);
  return `sha384-${hash.digest('base64')}`;
}
