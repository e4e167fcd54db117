import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';

import setUpDatabase from './global-setup.mjs';

const WEB = fileURLToPath(new URL('../../apps/web/', import.meta.url));

// Before the browser tests: the database of all tests, the client built from the sources as they stand, and a browser.
// This runs outside Jest's sandbox, where a change of the environment reaches the whole process.
export default async function setUp(globalConfig, projectConfig) {
  await setUpDatabase(globalConfig, projectConfig);
  await buildClient();
  const { findChromium } = await import('./chromium.ts');
  process.env.TEST_CHROMIUM = JSON.stringify(await findChromium());
}

async function buildClient() {
  const source = ['--conditions=@enlace/source', '--import', '@swc-node/register/esm-register'];
  await promisify(execFile)(process.execPath, [...source, 'scripts/build.ts'], { cwd: WEB });
}
