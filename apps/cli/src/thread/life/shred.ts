import type { Invocation } from '../../command-line/verb.js';
import { changeLife } from './change.js';

/** `enlace thread shred`. */
export async function run(invocation: Invocation): Promise<number> {
  return changeLife(invocation, 'shred');
}
