import { once } from 'node:events';

/** Ends the cluster of the run and waits until its folder is gone; the second call finds nothing to do. */
export default async function stopCluster() {
  const started = globalThis.testCluster;
  globalThis.testCluster = undefined;
  if (started === undefined) return;
  const { child } = await started;
  if (child.exitCode !== null) return;
  child.stdin.end();
  await once(child, 'exit');
}
