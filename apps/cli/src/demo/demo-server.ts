import { CliError } from '../command-line/cli-error.js';
import { EXIT, START_REFUSED } from '../exit-codes.js';
import type { Invocation } from '../command-line/verb.js';
import type { Listening } from '../server/listening.js';
import { runServer, type ReadyServer, type ServerEnd } from '../server/server-process.js';

export type { ServerEnd };

/** What differs from one start to another. */
interface DemoSettings {
  readonly port?: string;
  readonly witnessUrls?: string;
}

/** Runs the server in demo mode until it ends, or until what is done with it fails. */
export class DemoServer {
  constructor(
    private readonly invocation: Invocation,
    private readonly settings: Listening,
  ) {}

  /**
   * `use` is called when the server answers; the server goes on when it resolves, and ends when it rejects. Resolves
   * when the server has ended; rejects with what `use` rejected with, unless the person ended everything before.
   */
  async run(
    use: (server: ReadyServer) => Promise<void>,
    { port = this.settings.PORT, witnessUrls = '' }: DemoSettings = {},
  ): Promise<ServerEnd> {
    const { ENLACE_DATA } = this.settings;
    let using: Promise<void> = Promise.resolve();
    const end = await runServer({
      settings: {
        ENLACE_DATA,
        ...(port === undefined ? {} : { PORT: port }),
        ENLACE_DEMO: '1',
        WITNESS_URLS: witnessUrls,
        // A visitor reads this terminal: what an operator wants to know would bury the line that says where to look.
        LOG_LEVEL: this.invocation.terminal.environment['LOG_LEVEL'] ?? 'error',
      },
      args: ['--migrate'],
      onReady: (server) => {
        using = use(server);
        using.catch(() => server.stop());
      },
    });
    if (!end.isWished) await using;
    return end;
  }

  /** Starts the server and stops it: what it has to say meanwhile, or `null` when somebody stopped it before. */
  async ask(): Promise<Omit<ReadyServer, 'stop'> | null> {
    let told: Omit<ReadyServer, 'stop'> | null = null;
    const use = async (server: ReadyServer): Promise<void> => {
      told = { url: server.url, logs: server.logs };
      server.stop();
    };
    const { isWished } = await this.run(use);
    return isWished ? null : told;
  }

  /** The port that `--port` or `PORT` asks for; `null` when any will do. */
  get askedPort(): string | null {
    const asked = this.settings.PORT ?? this.invocation.terminal.environment['PORT'] ?? '';
    return asked === '' || Number(asked) === 0 ? null : asked;
  }
}

/** A demo serves the one origin that its people were made for. */
export function otherOrigin(home: string): CliError {
  return new CliError('demo.other-origin', { origin: home }, { exitCode: START_REFUSED });
}

export const STOPPED_BEFORE_READY: ServerEnd = { exitCode: EXIT.done, isWished: true };
