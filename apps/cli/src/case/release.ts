import type { Invocation } from '../command-line/verb.js';
import { setHold } from './set-hold.js';

/** `enlace case release`: lifts the hold of the case; threads keep the holds of their own. */
export async function run(invocation: Invocation): Promise<number> {
  return setHold(invocation, 'release');
}
