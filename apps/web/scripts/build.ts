import { writeFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { parseArgs } from 'node:util';

import { build } from 'vite';

import { describeBuild, MANIFEST_NAME } from './web-manifest.js';

// The build of the browser client: Vite's files, then the manifest that names them all.
// `--keep-links` reads sources by the path they are reached by; the reproducibility check needs it.
const { values } = parseArgs({
  options: {
    out: { type: 'string', default: 'dist' },
    'keep-links': { type: 'boolean', default: false },
  },
});
const root = resolve(import.meta.dirname, '..');
const outDir = resolve(root, values.out);

// Of the environment nothing may reach the files: with another value React's development build would.
process.env.NODE_ENV = 'production';

await build({
  root,
  mode: 'production',
  logLevel: 'warn',
  resolve: { preserveSymlinks: values['keep-links'] },
  build: { outDir, emptyOutDir: true },
});
// Of its own, and at the top: what it may answer for lies below it.
await build({
  root,
  configFile: false,
  mode: 'production',
  logLevel: 'warn',
  publicDir: false,
  resolve: { preserveSymlinks: values['keep-links'] },
  build: {
    outDir,
    emptyOutDir: false,
    target: 'es2023',
    modulePreload: { polyfill: false },
    sourcemap: false,
    reportCompressedSize: false,
    rolldownOptions: {
      input: join(root, 'src/service-worker/sw.ts'),
      output: { format: 'iife', entryFileNames: 'sw.js' },
    },
  },
});
await writeFile(join(outDir, MANIFEST_NAME), await describeBuild(outDir, resolve(root, '../..')));
