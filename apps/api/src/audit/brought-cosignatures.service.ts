import { TlogError } from '@enlace/tlog';
import { Injectable } from '@nestjs/common';

import { PublishedLogs } from '../platform/logs/published-logs.js';
import { Refusal } from '../platform/problem/refusal.js';
import { Sequencer } from '../platform/sequencer/sequencer.js';
import { Cosignatures } from '../platform/witnesses/cosignatures.js';
import type { LogName } from './log-reading.service.js';

/** Cosignatures that witnesses bring by themselves. */
@Injectable()
export class BroughtCosignatures {
  constructor(
    private readonly logs: PublishedLogs,
    private readonly cosignatures: Cosignatures,
    private readonly sequencer: Sequencer,
  ) {}

  /**
   * Keeps the lines of known witnesses below a published checkpoint. Throws `log.not-found`, `body.malformed` for
   * what is
   * no note, `checkpoint.refused` for what our key did not sign, and for what it signed against our tree: that
   * halts the
   * log.
   */
  async take({ stream, year }: LogName, note: Uint8Array): Promise<void> {
    const log = await this.logs.find(stream, year);
    if (log === null) throw new Refusal('log.not-found');
    const { contradiction } = await this.cosignatures.take(log, note).catch((cause: unknown) => {
      if (!(cause instanceof TlogError)) throw cause;
      const isForm = cause.kind === 'malformed';
      throw new Refusal(isForm ? 'body.malformed' : 'checkpoint.refused', { cause });
    });
    if (contradiction === null) return;
    // That a log lost entries which it promised is known, once another one goes on by what States signed.
    const isOver = (await this.logs.list()).some(
      ({ predecessor, continuation }) => continuation !== null && predecessor === log.origin,
    );
    if (!isOver) await this.sequencer.halt(stream, contradiction);
    throw new Refusal('checkpoint.refused', { cause: contradiction });
  }
}
