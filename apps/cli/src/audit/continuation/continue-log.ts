import { cryptoReady } from '@enlace/trust';
import { findText } from '../../command-line/option-values.js';
import type { Invocation } from '../../command-line/verb.js';
import { draftAct } from './draft-act.js';
import { handInAct } from './hand-in-act.js';

/**
 * `enlace audit continue-log`: leaves recovery after a loss. With `--checkpoint` it writes what the States are asked to
 * sign; with `--act`, what they signed, a registrar hands it in.
 */
export async function run(invocation: Invocation): Promise<number> {
  await cryptoReady();
  const act = findText(invocation.options, 'act');
  return act === null ? draftAct(invocation) : handInAct(invocation, act);
}
