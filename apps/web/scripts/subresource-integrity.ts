import { createHash } from 'node:crypto';

import type { Plugin, Rolldown } from 'vite';

type Bundle = Rolldown.OutputBundle;

/**
 * `src` or `href` of a script, style sheet or module preload of the build, in a tag that Vite wrote with
 * `crossorigin`.
 */
const REFERENCE = /<(?:script|link) [^>]*(?:src|href)="\/(assets\/[^"]+\.(?:js|css))"/g;

/** The script of the crypto worker, and the text in its page that the hash of that script replaces. */
const WORKER = /^assets\/crypto\.worker-[\w-]{8}\.js$/;
const WORKER_INTEGRITY = 'sha384-of-the-worker';

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

/** The name of the script that starts the worker changes with the worker's name, and so with what is written here. */
function writeWorkerIntegrity(bundle: Bundle): void {
  const workers = Object.values(bundle).filter(({ fileName }) => WORKER.test(fileName));
  const [worker] = workers;
  if (!worker || workers.length > 1) throw new Error('the build has not exactly one worker');
  let written = 0;
  for (const file of Object.values(bundle)) {
    if (file.type !== 'chunk' || !file.code.includes(WORKER_INTEGRITY)) continue;
    file.code = file.code.replaceAll(WORKER_INTEGRITY, integrityOf(worker));
    written += 1;
  }
  if (written !== 1) throw new Error('the hash of the worker has not exactly one place');
}

function integrityOf(file: Bundle[string]): string {
  const hash = createHash('sha384');
  hash.update(file.type === 'chunk' ? file.code : file.source);
  return `sha384-${hash.digest('base64')}`;
}
