import { heldDrafts, Information } from '@enlace/client';
import { formatInstant, type ThreadId } from '@enlace/kernel';
import { cryptoReady } from '@enlace/trust';
import { findText, readArgumentId } from '../command-line/option-values.js';
import type { Invocation } from '../command-line/verb.js';
import { readDay } from '../precheck/inputs.js';
import { withOwnThreads, type OwnThreads } from '../thread/own-threads.js';

/** What is asked and told in the threads of a home. */
export interface OwnInformation extends OwnThreads {
  readonly information: Information;
}

/** Throws as `withOwnThreads`. */
export async function withOwnInformation(
  invocation: Invocation,
  act: (own: OwnInformation) => Promise<number>,
): Promise<number> {
  await cryptoReady();
  return withOwnThreads(invocation, async (own) => {
    const { threads, ports } = own;
    const drafts = async () => heldDrafts(ports);
    return act({ ...own, information: new Information(ports, { threads, drafts }) });
  });
}

/** For named recipients nothing is asked or told: whoever is in the thread has to know what was. */
export const CODES = ['EN0', 'EN1', 'EN2'] as const;

/** The thread of the argument. Throws `usage.bad-value`. */
export function threadIn({ argument }: Invocation): ThreadId {
  return readArgumentId<ThreadId>(argument, 'THREAD');
}

/** The end of the day that an option names, where it is given. Throws `usage.bad-value`. */
export function findEndOfDay({ options }: Invocation, name: string): string | null {
  const given = findText(options, name);
  if (given === null) return null;
  const END = 'T23:59:59.000Z';
  return formatInstant(Date.parse(`${readDay(given)}${END}`));
}
