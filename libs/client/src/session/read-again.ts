import { ServerProblem } from '../server-problem.js';

/** How often one read is sent before its refusal is told. */
const READ_TRIES = 4;
/** The longest pause before it is sent again, whatever the server asks for. In milliseconds. */
const PAUSE_LIMIT_MS = 2_000;

/**
 * Repeats a read that a busy server has refused with a time to come again (RFC 9110, section 10.2.3). Reads change
 * nothing, so that an answer that was lost, or a lie about it, costs a line in the own record and no more. Throws what
 * the last try threw.
 */
export async function readAgain<Result>(read: () => Promise<Result>): Promise<Result> {
  return askAgain(read, READ_TRIES);
}

/** The same so many times, for acts too where the word of the server is believed. */
export async function askAgain<Result>(ask: () => Promise<Result>, most: number): Promise<Result> {
  for (let tries = 1; ; tries += 1) {
    try {
      return await ask();
    } catch (error) {
      const pauseMs = pauseAfter(error);
      if (pauseMs === null || tries >= most) throw error;
      await new Promise((resolve) => {
        setTimeout(resolve, pauseMs);
      });
    }
  }
}

// Attacker-controlled: the time.
function pauseAfter(error: unknown): number | null {
  if (!(error instanceof ServerProblem) || error.code !== 'service.unavailable') return null;
  const { retryAfterSeconds } = error.facts;
  if (typeof retryAfterSeconds !== 'number' || !(retryAfterSeconds >= 0)) return null;
  return Math.min(retryAfterSeconds * 1_000, PAUSE_LIMIT_MS);
}
