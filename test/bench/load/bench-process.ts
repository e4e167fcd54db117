import { fork, type ChildProcess } from 'node:child_process';
import { fileURLToPath } from 'node:url';

const ROOT = fileURLToPath(new URL('../../..', import.meta.url));

/** What a process has used so far. */
export interface Usage {
  readonly cpuMs: number;
  readonly rss: number;
}

/** A server of a bench in a process of its own, so that the load does not share its thread. */
export interface BenchProcess {
  readonly url: string;
  usage(): Promise<Usage>;
  end(): Promise<void>;
}

/** Starts a script beside this one, which reports its URL and answers `usage`. */
export async function startBenchProcess(
  script: string,
  args: readonly string[],
  env: Readonly<Record<string, string>> = {},
): Promise<BenchProcess> {
  const child = fork(fileURLToPath(new URL(script, import.meta.url)), [...args], {
    cwd: ROOT,
    execArgv: ['--conditions=@enlace/source', '--import=@swc-node/register/esm-register'],
    env: { PATH: process.env['PATH'], SWC_NODE_PROJECT: 'test/tsconfig.json', ...env },
    stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
  });
  const { url } = await told<{ url: string }>(child);
  return {
    url,
    usage: async () => {
      const answer = told<Usage>(child);
      child.send('usage');
      return answer;
    },
    end: async () => {
      const gone = new Promise((resolve) => child.once('exit', resolve));
      child.kill('SIGTERM');
      await gone;
    },
  };
}

async function told<Message>(child: ChildProcess): Promise<Message> {
  return new Promise((resolve, reject) => {
    const ended = (code: number | null) =>
      reject(new Error(`a server of a bench ended with ${code}`));
    child.once('exit', ended);
    child.once('message', (message: Message) => {
      child.off('exit', ended);
      resolve(message);
    });
  });
}
