import { showCase, type ThreadOpening } from '@enlace/client';
import {
  GROUP_SUITES,
  HANDLING_CODES,
  PURPOSES,
  THREAD_LIMITS,
  type CaseShown,
  type State,
} from '@enlace/contracts';
import type { CaseId } from '@enlace/kernel';
import { cryptoReady } from '@enlace/trust';
import {
  findInteger,
  findText,
  oneOf,
  readArgumentId,
  readState,
  requireText,
} from '../command-line/option-values.js';
import type { Invocation } from '../command-line/verb.js';
import { tellAct } from './told-act.js';
import { withOwnThreads } from './own-threads.js';

const LEVELS = ['informal', 'formal'] as const;
const SUITES = { xwing: GROUP_SUITES.xWing, x25519: GROUP_SUITES.x25519 } as const;

type Options = Invocation['options'];

/**
 * `enlace thread open`: a thread in a case, with nobody in it yet but who opens it. Purpose, legal basis and States
 * stand in clear and never change silently; title and description are sealed.
 */
export async function run(invocation: Invocation): Promise<number> {
  await cryptoReady();
  const { options } = invocation;
  const caseId = readArgumentId<CaseId>(requireText(options, 'case'), '--case');
  const read = readOpening(options);
  return withOwnThreads(invocation, async ({ threads, session }) => {
    const shown = await showCase(session, caseId);
    const opened = await threads.open(openingIn(shown, read));
    return tellAct(invocation, 'thread-opened', { ...opened, caseId });
  });
}

type ReadOpening = Omit<
  ThreadOpening,
  'caseId' | 'caseType' | 'legalBasis' | 'originator' | 'states'
> & {
  readonly states: readonly State[] | null;
};

function readOpening(options: Options): ReadOpening {
  const { retentionDays, usualRetentionDays } = THREAD_LIMITS;
  const listed = findText(options, 'with')?.split(',') ?? null;
  const description = findText(options, 'description');
  const suite = oneOf(options, { name: 'suite', codes: ['xwing', 'x25519'], usual: 'xwing' });
  return {
    title: requireText(options, 'title'),
    ...(description === null ? {} : { description }),
    purpose: requiredOneOf(options, 'purpose', PURPOSES),
    level: oneOf(options, { name: 'level', codes: LEVELS, usual: 'informal' }),
    handlingFloor: oneOf(options, { name: 'floor', codes: HANDLING_CODES, usual: 'EN0' }),
    retentionDays: findInteger(options, 'days', [1, retentionDays]) ?? usualRetentionDays,
    suite: SUITES[suite],
    states: listed?.map((state) => readState(state, '--with')) ?? null,
  };
}

/** Codes of the case go into the thread; whoever opens it is told them before, and reads them in it. */
function openingIn(shown: CaseShown, { states, ...read }: ReadOpening): ThreadOpening {
  const { caseId, caseType, legalBasis } = shown;
  return { ...read, caseId, caseType, legalBasis, states: states ?? shown.states };
}

function requiredOneOf<Code extends string>(
  options: Options,
  name: string,
  codes: readonly Code[],
): Code {
  requireText(options, name);
  const [usual] = codes;
  if (usual === undefined) throw new RangeError('no codes');
  return oneOf(options, { name, codes, usual });
}
