import type { NoteSigner } from '@enlace/tlog';

import type { Stream } from '../tlog/log-writer.js';

/**
 * Which log continues a stream. The mechanism decides nothing about it: a feature announces keys to everybody first,
 * and hands out what was announced.
 */
export abstract class NextLogs {
  /**
   * The signer of the log that a stream goes on in from now; `null` while the present one is right, or nobody can know
   * the next key yet.
   */
  abstract find(stream: Stream, origin: string): Promise<NoteSigner | null>;
}

/** The year of an audit log: the last part of its name, before what follows a loss. */
export function yearOf(origin: string): number | null {
  const [, year] = /\/(\d{4})(?:-\d+)?$/.exec(origin) ?? [];
  return year === undefined ? null : Number(year);
}

/** The name of the log of another year. */
export function originOfYear(origin: string, year: number): string {
  return origin.replace(/\/\d{4}(?:-\d+)?$/, `/${year}`);
}
