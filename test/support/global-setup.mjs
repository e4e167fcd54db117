import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';

/** One cluster for a run, whichever projects ask for it: the first call starts it, later ones wait for the same. */
export default async function startCluster() {
  globalThis.testCluster ??= spawnCluster();
  const { line } = await globalThis.testCluster;
  process.env.ENLACE_TEST_CLUSTER = line;
  process.env.ENLACE_TEST_ADMIN_URL = JSON.parse(line).adminUrl;
}

async function spawnCluster() {
  const root = fileURLToPath(new URL('../..', import.meta.url));
  const child = spawn(
    process.execPath,
    [
      '--conditions=@enlace/source',
      '--import=@swc-node/register/esm-register',
      'test/support/test-cluster.ts',
    ],
    {
      cwd: root,
      env: { ...process.env, SWC_NODE_PROJECT: 'test/tsconfig.json' },
      // Ctrl-C ends the run; the end of its input then tells this process to stop the cluster first.
      detached: true,
      stdio: ['pipe', 'pipe', 'inherit'],
    },
  );
  const exited = once(child, 'exit').then(([code]) => {
    throw new Error(`the database of the tests did not start (exit code ${code})`);
  });
  const [line] = await Promise.race([once(createInterface(child.stdout), 'line'), exited]);
  exited.catch(() => {});
  return { child, line };
}
