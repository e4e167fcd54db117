import type { PersonId, ThreadId } from '@enlace/kernel';
import { cryptoReady } from '@enlace/trust';
import { CliError } from '../../command-line/cli-error.js';
import {
  findInteger,
  findText,
  readArgumentId,
  requireText,
} from '../../command-line/option-values.js';
import type { Invocation } from '../../command-line/verb.js';
import { tellAct } from '../told-act.js';
import { withOwnThreads } from '../own-threads.js';

const USUAL_DAYS = 14;
const DAYS_LIMIT = 30;

/** `enlace thread invite`: whoever is invited reads from here on, and takes part after `enlace thread join`. */
export async function run(invocation: Invocation): Promise<number> {
  await cryptoReady();
  const { options, argument } = invocation;
  const threadId = readArgumentId<ThreadId>(argument, 'THREAD');
  const personId = readArgumentId<PersonId>(requireText(options, 'person'), '--person');
  const role = roleIn(options);
  const days = findInteger(options, 'days', [1, DAYS_LIMIT]) ?? USUAL_DAYS;
  return withOwnThreads(invocation, async ({ threads }) =>
    tellAct(invocation, 'invited', await threads.invite(threadId, { personId, role, days })),
  );
}

function roleIn(options: Invocation['options']): 'member' | 'steward' {
  const value = findText(options, 'role') ?? 'member';
  if (value === 'member' || value === 'steward') return value;
  const expected = 'member, steward';
  throw new CliError('usage.bad-value', { option: '--role', value, expected });
}
