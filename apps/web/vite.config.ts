import react from '@vitejs/plugin-react';
import { defaultClientConditions, defineConfig } from 'vite';

import { subresourceIntegrity } from './scripts/subresource-integrity.js';
import { withoutJsonSchema } from './scripts/without-json-schema.js';
import { withoutTitles } from './scripts/without-titles.js';
import { withoutUnprinted } from './scripts/without-unprinted.js';

/** What the browser fetches from the server while the pages come from Vite. */
const SERVER = 'http://localhost:3000';

export default defineConfig({
  plugins: [react(), subresourceIntegrity()],
  resolve: { conditions: ['@enlace/source', ...defaultClientConditions] },
  worker: {
    format: 'es',
    plugins: () => [withoutTitles(), withoutJsonSchema(), withoutUnprinted()],
    rolldownOptions: {
      output: {
        // What the worker starts with is one script beside its entry; the rest comes when it is first asked for.
        chunkFileNames: 'assets/worker.[name]-[hash].js',
        // What prints a PDF is two libraries, each a script of its own.
        codeSplitting: {
          groups: [
            { name: 'core', tags: ['$initial'] },
            { name: 'pdf-letters', test: /\/node_modules\/(?:@cantoo\/fontkit|restructure|dfa)\// },
            { name: 'pdf-pages', test: /\/node_modules\/(?:@cantoo\/pdf-lib|culori|fflate)\// },
          ],
        },
      },
    },
  },
  build: {
    target: 'es2023',
    assetsInlineLimit: 0, // a `data:` URL is refused by the policy
    modulePreload: { polyfill: false },
    sourcemap: false,
    reportCompressedSize: false,
  },
  server: {
    proxy: { '/api': SERVER, '/deployment': SERVER, '/health': SERVER, '/problems': SERVER },
  },
});
