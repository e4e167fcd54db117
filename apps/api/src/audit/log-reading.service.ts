import { promisify } from 'node:util';
import { gzip } from 'node:zlib';

import type { Action, LogSummary, LogTurn } from '@enlace/contracts';
import { toBase64Url, type Clock } from '@enlace/kernel';
import {
  formatVkey,
  originAfterLoss,
  parseTilePath,
  TILE_WIDTH,
  TlogError,
  type TileAddress,
} from '@enlace/tlog';
import { Inject, Injectable } from '@nestjs/common';

import type { ActContext } from '../platform/access/act.js';
import { Acts } from '../platform/access/acts.js';
import { Permissions } from '../platform/access/permissions.js';
import { assertTicket } from '../platform/access/tickets.js';
import {
  PublishedLogs,
  type PublishedLog,
  type PublishedTurn,
} from '../platform/logs/published-logs.js';
import { WitnessPolicy } from '../platform/logs/witness-policy.js';
import { Refusal } from '../platform/problem/refusal.js';
import type { OpenedLogs } from '../platform/sequencer/open-logs.js';
import { CLOCK, OPENED_LOGS } from '../platform/tokens.js';

const compress = promisify(gzip);

/** Which log a request is about: the directory has one, the audit log one a year. */
export interface LogName {
  readonly stream: 'audit' | 'directory';
  /** Empty for the directory. */
  readonly year: string;
}

/** A part of a log, and the act that covers it where the part is recorded. */
export interface LogPart {
  readonly bytes: Uint8Array;
  readonly isCompressed: boolean;
  readonly coveredBy: string | null;
}

/** Where the two logs differ: whom their tiles are for. */
const READ: Readonly<Record<LogName['stream'], Action>> = {
  audit: 'audit.tiles',
  directory: 'directory.read',
};

/** Reading the logs over HTTP. */
@Injectable()
export class LogReading {
  constructor(
    private readonly acts: Acts,
    private readonly permissions: Permissions,
    private readonly logs: PublishedLogs,
    private readonly policy: WitnessPolicy,
    @Inject(OPENED_LOGS) private readonly opened: Pick<OpenedLogs, 'files'>,
    @Inject(CLOCK) private readonly clock: Clock,
  ) {}

  async list(act: ActContext): Promise<readonly LogSummary[]> {
    await this.#assertMayRead(act, 'audit');
    const logs = await this.logs.list();
    return Promise.all(
      logs.map(async ({ stream, origin, vkey, state, size, predecessor, ...more }) => ({
        origin,
        path: stream === 'directory' ? '/directory/log' : `/audit/log/${lastPart(origin)}`,
        vkey,
        state,
        size,
        predecessor,
        opening: turnOf(more.opening),
        closing: turnOf(more.closing),
        continuation: more.continuation,
        next: state === 'halted' ? await this.#keyAfterLoss(origin) : null,
      })),
    );
  }

  /** What the server holds for the policy; everybody uses their own. Throws `log.not-found` where there is none. */
  async policyText(act: ActContext): Promise<string> {
    await this.#assertMayRead(act, 'audit');
    if (this.policy.text === null) throw new Refusal('log.not-found');
    return this.policy.text;
  }

  /** The newest checkpoint. Throws `log.not-found`, also where nothing was signed yet. */
  async checkpoint(act: ActContext, name: LogName): Promise<Uint8Array> {
    await this.#assertMayRead(act, name.stream);
    const checkpoint = await this.logs.checkpoint(await this.#find(name));
    if (checkpoint === null) throw new Refusal('log.not-found');
    return checkpoint;
  }

  /** The newest checkpoint that meets the policy (`witnessed`), or the one of a size. Throws `log.not-found`. */
  async checkpointAt(act: ActContext, name: LogName, which: string): Promise<Uint8Array> {
    await this.#assertMayRead(act, name.stream);
    const log = await this.#find(name);
    const checkpoint =
      which === 'witnessed'
        ? this.policy.newestWitnessed(log, await this.logs.cosigned(log))
        : await this.logs.checkpointAt(log, Number(which));
    if (checkpoint === null) throw new Refusal('log.not-found');
    return checkpoint;
  }

  /** A tile or a bundle. Throws `log.not-found`, and `ticket.refused` for entries of acts without their ticket. */
  async tile(
    act: ActContext,
    name: LogName,
    { path, takesGzip }: { readonly path: string; readonly takesGzip: boolean },
  ): Promise<LogPart> {
    const address = readPath(path);
    await this.#assertMayRead(act, name.stream);
    const log = await this.#find(name);
    const coveredBy = this.#coverOf(act, log, address);
    const bytes = await this.logs.read(log, address);
    if (bytes === null) throw new Refusal('log.not-found');
    const isCompressed = takesGzip && address.kind === 'entries';
    return { bytes: isCompressed ? await compress(bytes) : bytes, isCompressed, coveredBy };
  }

  /** What the States would name, were they to let a halted log go on. */
  async #keyAfterLoss(origin: string): Promise<string | null> {
    const next = originAfterLoss(origin);
    return next === null ? null : formatVkey((await this.opened.files.obtain(next)).key);
  }

  async #find({ stream, year }: LogName): Promise<PublishedLog> {
    const log = await this.logs.find(stream, year);
    if (log === null) throw new Refusal('log.not-found');
    return log;
  }

  /** Witnesses have no session that a policy could be asked about: their token is for reading the logs. */
  async #assertMayRead(act: ActContext, stream: LogName['stream']): Promise<void> {
    if (act.witness !== undefined) return;
    const about = { type: 'log', id: stream, ownerState: 'XR' } as const;
    await this.acts.run(act, async (at) => {
      this.permissions.assert(at, READ[stream], { about });
    });
  }

  /** Leaves of acts hold their times: who reads them is on record before the first one. */
  #coverOf(act: ActContext, { stream, origin }: PublishedLog, address: TileAddress) {
    if (stream !== 'audit' || address.kind !== 'entries') return null;
    const from = address.index * TILE_WIDTH;
    const part = { from, to: from + address.width, nowMs: this.clock.nowMs() };
    return assertTicket(act, { direction: 'entries', object: origin }, part).eventId;
  }
}

function turnOf(turn: PublishedTurn | null): LogTurn | null {
  if (turn === null) return null;
  return {
    index: turn.index,
    leaf: toBase64Url(turn.leaf),
    digests: toBase64Url(turn.digests),
    salt: toBase64Url(turn.salt),
    body: toBase64Url(turn.body),
  };
}

// Attacker-controlled: the rest of a path.
function readPath(path: string): TileAddress {
  try {
    return parseTilePath(`tile/${path}`);
  } catch (cause) {
    if (cause instanceof TlogError) throw new Refusal('log.not-found', { cause });
    throw cause;
  }
}

function lastPart(origin: string): string {
  return origin.slice(origin.indexOf('/') + 1);
}
