// Runs the benches from their TypeScript sources, on a temporary database of their own.
import setUp from '../support/global-setup.mjs';
import tearDown from '../support/global-teardown.mjs';

process.env.SWC_NODE_PROJECT = 'test/tsconfig.json';
await import('@swc-node/register/esm-register');
await import('reflect-metadata');

await setUp();
try {
  await import(new URL('echo.bench.ts', import.meta.url).href);
} finally {
  await tearDown();
}
