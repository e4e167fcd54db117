// Runs the benches, or those that are named, from their TypeScript sources, on a temporary database of their own.
import setUp from '../support/global-setup.mjs';
import tearDown from '../support/global-teardown.mjs';

process.env.SWC_NODE_PROJECT = 'test/tsconfig.json';
await import('@swc-node/register/esm-register');
await import('reflect-metadata');

const BENCHES = [
  'echo',
  'sign-in-oracle',
  'access',
  'revocation',
  'tlog',
  'sequencer',
  'search',
  'attachments',
  'precheck',
  'workplace',
  'entries',
  'fan-out',
  'threads',
];
/** @type {readonly string[]} */
const named = process.argv.slice(2);
const unknown = named.filter((name) => !BENCHES.includes(name));
if (unknown.length > 0) throw new Error(`no bench ${unknown.join(', ')}: ${BENCHES.join(', ')}`);

await setUp();
try {
  const chosen = named.length === 0 ? BENCHES : BENCHES.filter((name) => named.includes(name));
  for (const bench of chosen) {
    await import(new URL(`${bench}.bench.ts`, import.meta.url).href);
  }
} finally {
  await tearDown();
}
