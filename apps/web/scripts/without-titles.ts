import type { Plugin } from 'vite';

/** The catalogue of problems, and the parts that it is put together from. */
const CATALOGUES = /\/libs\/contracts\/src\/(?:problem-catalogue|[\w/-]+-problems)\.ts$/;
const TITLE = /^ +title: \{[^{}]*\},\n/gm;

/**
 * Leaves the titles of problems out of the worker: it knows codes and kinds, and a page has its own words for each
 * code. They are a hundredth of what the worker starts with.
 */
export function withoutTitles(): Plugin {
  return {
    name: 'enlace-without-titles',
    enforce: 'pre',
    transform: (code, id) =>
      CATALOGUES.test(id) ? { code: code.replaceAll(TITLE, ''), map: null } : null,
  };
}
