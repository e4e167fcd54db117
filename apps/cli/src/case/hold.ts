import type { Invocation } from '../command-line/verb.js';
import { setHold } from './set-hold.js';

/** `enlace case hold`: from now on nothing of the case is erased, neither in its threads nor in the record. */
export async function run(invocation: Invocation): Promise<number> {
  return setHold(invocation, 'hold');
}
