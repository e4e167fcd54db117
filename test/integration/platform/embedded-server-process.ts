import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';

const ROOT = fileURLToPath(new URL('../../..', import.meta.url));

export interface ServerProcess {
  readonly child: ChildProcess;
  /** What it said: ready with the number of starts that its data folder has seen, or the reasons of its refusal. */
  readonly said: { event: 'ready'; starts: number } | { event: 'refused'; reasons: string[] };
  /** As the operator stops it; resolves with the exit code. */
  stop(): Promise<number | null>;
  /** As the kernel or a power cut stops it. */
  kill(): Promise<void>;
}

/** Starts a server process on the data folder, under another account when the test runs as root. */
export async function startServerProcess(dataDir: string, uid?: number): Promise<ServerProcess> {
  const child = spawn(
    process.execPath,
    [
      '--conditions=@enlace/source',
      '--import=@swc-node/register/esm-register',
      'test/support/embedded-server.ts',
      dataDir,
    ],
    {
      cwd: ROOT,
      env: { ...process.env, SWC_NODE_PROJECT: 'test/tsconfig.json' },
      stdio: ['pipe', 'pipe', 'inherit'],
      ...(uid !== undefined && { uid, gid: uid }),
    },
  );
  const exited = once(child, 'exit');
  const [line] = await Promise.race([
    once(createInterface(child.stdout), 'line'),
    exited.then(([code]) => Promise.reject(new Error(`the server ended early (${code})`))),
  ]);
  const end = async (act: () => void) => {
    act();
    const [code]: (number | null)[] = await exited;
    return code ?? null;
  };
  return {
    child,
    said: JSON.parse(line),
    stop: () => end(() => child.stdin.end()),
    kill: async () => void (await end(() => child.kill('SIGKILL'))),
  };
}
