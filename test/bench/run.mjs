// Runs the benches from their TypeScript sources, on a temporary database of their own.
import setUp from '../support/global-setup.mjs';
import tearDown from '../support/global-teardown.mjs';

process.env.SWC_NODE_PROJECT = 'test/tsconfig.json';
await import('@swc-node/register/esm-register');
await import('reflect-metadata');

await setUp();
try {
  for (const bench of [
    'echo.bench.ts',
    'sign-in-oracle.bench.ts',
    'access.bench.ts',
    'revocation.bench.ts',
    'search.bench.ts',
    'sequencer.bench.ts',
  ]) {
    await import(new URL(bench, import.meta.url).href);
  }
} finally {
  await tearDown();
}
