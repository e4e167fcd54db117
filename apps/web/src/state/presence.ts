import type { PresenceAsked } from '../protocol/messages.js';
import type { ArgsOf } from '../protocol/operations.js';
import { PasskeyRefused, signPresence } from './passkey.js';

/** The act that a person has just confirmed: a passkey is asked for it and for nothing else. */
export interface Confirmed {
  readonly action: string;
  /** Null where the worker makes the id of what is new. */
  readonly objectId: string | null;
}

let confirmed: Confirmed | null = null;

/** Runs an act for which the worker will ask who is there. One at a time: a dialog stands before the page. */
export async function inPresence<Result>(
  act: Confirmed,
  run: () => Promise<Result>,
): Promise<Result> {
  confirmed = act;
  try {
    return await run();
  } finally {
    confirmed = null;
  }
}

/** Throws `client.passkey-refused`, also for an act that nobody has confirmed on this page. */
export async function showPresence(asked: PresenceAsked): Promise<ArgsOf<'presence.show'>> {
  const { action, objectId } = asked;
  const isConfirmed = confirmed?.action === action && [null, objectId].includes(confirmed.objectId);
  if (!isConfirmed) throw new PasskeyRefused('an act that nobody confirmed');
  return signPresence(asked);
}
