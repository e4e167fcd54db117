import type { Invocation } from '../../command-line/verb.js';
import { changeLife } from './change.js';

/** `enlace thread close`. */
export async function run(invocation: Invocation): Promise<number> {
  return changeLife(invocation, 'close');
}
