import { SERVER_EVENTS, type DirectoryChanged, type LoggedStatement } from '@enlace/contracts';
import { parseStatement } from '@enlace/trust';
import {
  Inject,
  Injectable,
  type OnApplicationBootstrap,
  type OnApplicationShutdown,
} from '@nestjs/common';

import { HINT_BUS, type HintBus } from '../platform/bus/hint-bus.js';
import { Database } from '../platform/database/database.js';
import { errorFields } from '../platform/logging/error-fields.js';
import type { Log } from '../platform/logging/log.js';
import { SessionSockets } from '../platform/realtime/session-sockets.js';
import { LOG } from '../platform/tokens.js';
import { DirectoryRepository } from './directory.repository.js';

/** How often a node looks that heard nothing. */
const INTERVAL_MS = 2_000;
/** Statements of one look; a node that is further behind tells the size, and its clients read the log. */
const STATEMENTS_OF_A_LOOK = 500;

/** Tells the sockets of this node that the directory grew, whichever node wrote, at a hint or by the clock. */
@Injectable()
export class DirectoryNews implements OnApplicationBootstrap, OnApplicationShutdown {
  /** What was told; `null` before the first look, which tells nothing: whoever connects reads the log first. */
  #size: number | null = null;
  #timer: NodeJS.Timeout | undefined;
  /** Every look so far, one after the other. */
  #looked: Promise<void> = Promise.resolve();

  constructor(
    private readonly database: Database,
    private readonly repository: DirectoryRepository,
    private readonly sockets: SessionSockets,
    @Inject(HINT_BUS) private readonly bus: HintBus,
    @Inject(LOG) private readonly log: Log,
  ) {}

  async onApplicationBootstrap(): Promise<void> {
    this.bus.subscribe({
      onHint: ({ directorySize = 0 }) => {
        if (directorySize > (this.#size ?? 0)) void this.#look();
      },
      onGap: () => void this.#look(),
    });
    this.#timer = setInterval(() => void this.#look(), INTERVAL_MS).unref();
    await this.#look();
  }

  async onApplicationShutdown(): Promise<void> {
    clearInterval(this.#timer);
    await this.#looked;
  }

  async #look(): Promise<void> {
    this.#looked = this.#looked.then(() => this.#tell());
    await this.#looked;
  }

  async #tell(): Promise<void> {
    try {
      const news = await this.#readNews();
      if (news !== null) this.sockets.tellAll(SERVER_EVENTS.directoryChanged, news);
    } catch (error) {
      this.log.warn('directory.unread', errorFields(error));
    }
  }

  async #readNews(): Promise<DirectoryChanged | null> {
    const known = this.#size;
    const { size, statements } = await this.database.beforeSignIn(async (tx) => {
      const found = await this.repository.size(tx);
      const isNews = known !== null && found > known && found - known <= STATEMENTS_OF_A_LOOK;
      const page = { from: known ?? 0, limit: STATEMENTS_OF_A_LOOK };
      return {
        size: found,
        statements: isNews ? await this.repository.findStatements(tx, page) : [],
      };
    });
    this.#size = size;
    return known === null || size <= known
      ? null
      : { size, revocations: revocationsIn(statements) };
  }
}

function revocationsIn(statements: readonly LoggedStatement[]): readonly string[] {
  return statements
    .map(({ wire }) => wire)
    .filter((wire) => parseStatement(wire).type === 'revocation');
}
