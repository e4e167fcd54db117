import { createHash } from 'node:crypto';

import type { Plugin } from 'vite';

/**
 * `src` or `href` of a script, style sheet or module preload of the build, in a tag that Vite wrote with
 * `crossorigin`.
 */
const REFERENCE = /<(?:script|link) [^>]*(?:src|href)="\/(assets\/[^"]+\.(?:js|css))"/g;

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
        const page = bundle['index.html'];
        if (page?.type !== 'asset') throw new Error('the build has no index.html');
        page.source = String(page.source).replaceAll(REFERENCE, (tag: string, name: string) => {
          const file = bundle[name];
          if (!file) throw new Error(`index.html names ${name}, which the build does not hold`);
          const hash = createHash('sha384');
          hash.update(file.type === 'chunk' ? file.code : file.source);
          return `${tag} integrity="sha384-${hash.digest('base64')}"`;
        });
      },
    },
  };
}
