import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';

import { freePort } from '../free-port.js';
import { programOf } from '../programs.js';

/** The user of the server, as `apps/docs/operations.md` has an operator set it up. */
const CONFIG = (port: number) => `
bind 127.0.0.1
port ${port}
save ""
appendonly no
user default off
user enlace on >of-a-test resetkeys resetchannels &enlace_hint -@all +hello +ping +publish +subscribe
user stranger on >of-a-test resetkeys allchannels -@all +hello +publish +subscribe
`;

/** The real server as this machine has it; `null` where it has none, and nothing is tried with it there. */
export const REDIS_BINARY = programOf('valkey-server', 'redis-server');

/** A server of Redis or Valkey that can be killed, stopped and started again where it was. */
export class RedisServer {
  #child: ChildProcess | null = null;

  private constructor(
    private readonly binary: string,
    private readonly port: number,
  ) {}

  static async start(binary: string): Promise<RedisServer> {
    const server = new RedisServer(binary, await freePort());
    await server.restart();
    return server;
  }

  url(user = 'enlace'): string {
    return `redis://${user}:of-a-test@127.0.0.1:${this.port}`;
  }

  async restart(): Promise<void> {
    const child = spawn(this.binary, ['-'], { stdio: ['pipe', 'pipe', 'inherit'] });
    this.#child = child;
    child.stdin.end(CONFIG(this.port));
    for await (const text of child.stdout) {
      if (String(text).includes('Ready to accept connections')) break;
    }
    // What it says later is not kept; a full pipe would stop it.
    child.stdout.resume();
  }

  signal(name: 'SIGSTOP' | 'SIGCONT'): void {
    this.#child?.kill(name);
  }

  async kill(): Promise<void> {
    const child = this.#child;
    this.#child = null;
    if (child === null) return;
    const gone = once(child, 'exit');
    child.kill('SIGKILL');
    await gone;
  }
}
