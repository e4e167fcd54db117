import { execFile, fork, type ChildProcess } from 'node:child_process';
import { existsSync } from 'node:fs';
import { chmod, mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));

/** The server as a process of its own, from its sources, with an embedded database. */
export interface ServerProcess {
  readonly child: ChildProcess;
  readonly dataDir: string;
  readonly output: { stdout: string; stderr: string };
  /** The URL that the process reported; fails when it ended before. */
  readonly ready: Promise<string>;
  /** The exit code; `null` when it was killed. */
  readonly exited: Promise<number | null>;
  /** Resident memory in bytes. */
  residentBytes(): Promise<number>;
  /** Ends the process by force if it still runs, and removes what it kept. */
  remove(): Promise<void>;
}

export async function startServerProcess(
  env: Readonly<Record<string, string>> = {},
): Promise<ServerProcess> {
  await buildWebClient();
  const folder = await mkdtemp(join(tmpdir(), 'enlace-process-'));
  await chmod(folder, 0o711); // as root, the account of the database passes through
  const dataDir = join(folder, 'data');
  const child = fork('apps/api/src/main.ts', [], {
    cwd: ROOT,
    execArgv: ['--conditions=@enlace/source', '--import=@swc-node/register/esm-register'],
    env: {
      PATH: process.env['PATH'],
      SWC_NODE_PROJECT: 'apps/api/tsconfig.json',
      PORT: '0',
      ENLACE_DATA: dataDir,
      ...env,
    },
    stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
  });
  const output = { stdout: '', stderr: '' };
  child.stdout?.on('data', (chunk) => (output.stdout += String(chunk)));
  child.stderr?.on('data', (chunk) => (output.stderr += String(chunk)));
  const exited = new Promise<number | null>((resolve) => {
    child.once('exit', resolve);
  });
  const ready = new Promise<string>((resolve, reject) => {
    child.once('message', (message: { event: string; url: string }) => resolve(message.url));
    void exited.then((code) => reject(new Error(`ended with ${code}: ${output.stderr}`)));
  });
  ready.catch(() => undefined); // a test that expects the end looks at `exited` alone
  return {
    child,
    dataDir,
    output,
    ready,
    exited,
    residentBytes: async () => {
      const status = await readFile(`/proc/${child.pid}/status`, 'utf8');
      return Number(/VmRSS:\s+(\d+) kB/.exec(status)?.[1]) * 1024;
    },
    remove: async () => {
      child.kill('SIGTERM');
      await exited;
      await rm(folder, { recursive: true, force: true });
    },
  };
}

async function buildWebClient(): Promise<void> {
  if (existsSync(join(ROOT, 'apps/web/dist/web-manifest.json'))) return;
  await promisify(execFile)('npm', ['run', '--silent', 'build:web'], { cwd: ROOT });
}
