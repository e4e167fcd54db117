import type { Plugin } from 'vite';

/**
 * What the writer of PDF brings along for other documents than ours, and what takes its place. Our documents embed a
 * TrueType typeface and hold text and lines. Whoever reaches one of these gets an exception, never another document.
 */
const UNPRINTED: readonly (readonly [RegExp, string])[] = [
  // Metrics of the fourteen typefaces of every reader; their encodings are read at the start and stay.
  [/\/@cantoo\/pdf-lib\/es\/packages\/standard-fonts\/[A-Z][\w-]*\.compressed\.json$/, '""'],
  [
    /\/@cantoo\/pdf-lib\/es\/packages\/upng\/index\.js$/,
    "export default { decode() { throw new Error('no picture is printed'); } };",
  ],
  [
    /\/node-html-better-parser\//,
    "export const NodeType = {}; export const parse = () => { throw new Error('no markup is printed'); };",
  ],
  // The decoder of WOFF2, with the dictionary of that format.
  [
    /\/brotli\/decompress\.js$/,
    "export default () => { throw new Error('no packed typeface is printed'); };",
  ],
];

/** Leaves out of the worker what no document of ours prints: half of what is fetched for a PDF. */
export function withoutUnprinted(): Plugin {
  return {
    name: 'enlace-without-unprinted',
    enforce: 'pre',
    load: (id) => UNPRINTED.find(([place]) => place.test(id))?.[1] ?? null,
  };
}
