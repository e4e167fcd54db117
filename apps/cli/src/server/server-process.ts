import { fork, type ChildProcess } from 'node:child_process';
import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { CliError } from '../command-line/cli-error.js';
import { EXIT, START_REFUSED } from '../exit-codes.js';
import type { Listening } from './listening.js';
import { readServerMessage, type LogKey } from './server-message.js';
import { StopSignals } from './stop-signals.js';

export interface ServerStart {
  /** Settings of the server beyond those of this process's environment. */
  readonly settings: Listening & {
    readonly ENLACE_DEMO?: '1';
    readonly LOG_LEVEL?: string;
    readonly WITNESS_URLS?: string;
  };
  readonly args: readonly string[];
  /** Called once, when the server answers. */
  readonly onReady: (server: ReadyServer) => void;
}

/** A server that answers. */
export interface ReadyServer {
  readonly url: string;
  readonly logs: readonly LogKey[];
  /** Ends it in order; `runServer` then resolves. */
  stop(): void;
}

/** How a server ended that did what it was told to. */
export interface ServerEnd {
  readonly exitCode: number;
  /** A signal to this process asked for it. */
  readonly isWished: boolean;
}

/**
 * Runs the built server as a child process until it ends. SIGINT, SIGTERM and SIGHUP of this process stop it, a second
 * one ends it at once. Resolves when somebody asked it to stop. Rejects with `server.refused` (78)
 * and the server's reasons when it refused to start, with `server.failed` when it ended by itself.
 *
 * The server has a session of its own, so that a Ctrl-C in the terminal reaches it through this process only, and
 * writes straight to this process's standard error, so that a killed command leaves it no broken pipe: it learns of
 * the death from the closed channel and stops in order.
 */
export async function runServer({ settings, args, onReady }: ServerStart): Promise<ServerEnd> {
  const program = fileURLToPath(new URL('../../../api/dist/main.js', import.meta.url));
  if (!existsSync(program)) {
    throw new CliError('build.missing', { file: program });
  }
  const server = fork(program, [...args], {
    env: { ...process.env, ...settings },
    execArgv: ['--enable-source-maps'],
    detached: true,
    stdio: ['ignore', 2, 2, 'ipc'],
  });
  const signals = new StopSignals(server, process);
  const reasons: string[] = [];
  server.on('message', (message: unknown) => {
    const known = readServerMessage(message);
    if (known?.event === 'ready') {
      const { url, logs } = known;
      onReady({ url, logs, stop: () => void server.kill('SIGTERM') });
    } else if (known?.event === 'refused') {
      reasons.push(...known.reasons);
    }
  });
  try {
    const exitCode = exitCodeOf(await endOf(server), { wishes: signals.wishes, reasons });
    return { exitCode, isWished: signals.wishes > 0 };
  } finally {
    signals.release();
  }
}

interface End {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
}

/** Resolves when the process is gone and everything it sent has arrived. */
function endOf(server: ChildProcess): Promise<End> {
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.once('close', (code, signal) => {
      resolve({ code, signal });
    });
  });
}

function exitCodeOf(
  { code, signal }: End,
  { wishes, reasons }: { wishes: number; reasons: readonly string[] },
): number {
  // The server's own code for the same thing.
  if (code === START_REFUSED) {
    throw new CliError('server.refused', {}, { exitCode: START_REFUSED, reasons });
  }
  if (code === 0) {
    return EXIT.done;
  }
  if (wishes > 1) {
    return EXIT.reservations;
  }
  throw new CliError('server.failed', { end: signal ?? `exit ${code}` });
}
