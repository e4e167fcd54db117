import type { Question } from '@enlace/client';
import { PURPOSES } from '@enlace/contracts';
import { parseStrictJson, type PersonId } from '@enlace/kernel';
import { CliError } from '../command-line/cli-error.js';
import {
  findText,
  oneOf,
  readArgumentId,
  readState,
  requireOneOf,
  requireText,
} from '../command-line/option-values.js';
import type { Invocation } from '../command-line/verb.js';
import { malformed, readInputFile, refusing } from '../files/input-file.js';
import { tellAct } from '../thread/told-act.js';
import { CODES, findEndOfDay, threadIn, withOwnInformation } from './own-information.js';

const ROUTES = ['origin', 'transit', 'destination'] as const;
const URGENCIES = ['routine', 'urgent', 'immediate'] as const;

/**
 * `enlace info ask`: one question, or those of a file (a list of texts), to the focal points of a State. It is
 * information until a formal request, and its answer too.
 */
export async function run(invocation: Invocation): Promise<number> {
  const threadId = threadIn(invocation);
  const question = questionIn(invocation);
  return withOwnInformation(invocation, async ({ information }) =>
    tellAct(invocation, 'asked', await information.ask(threadId, question)),
  );
}

function questionIn(invocation: Invocation): Question {
  const { options } = invocation;
  const neededBy = findEndOfDay(invocation, 'needed-by');
  if (neededBy === null) throw new CliError('usage.missing-option', { option: '--needed-by' });
  const to = findText(options, 'to')?.split(',') ?? null;
  const file = findText(options, 'file');
  const subjects = findText(options, 'subjects')?.split(',') ?? null;
  return {
    texts: file === null ? [requireText(options, 'question')] : textsIn(file),
    state: readState(requireText(options, 'of'), '--of'),
    ...(to === null ? {} : { to: to.map((id) => readArgumentId<PersonId>(id.trim(), '--to')) }),
    ...(options.has('route')
      ? { route: requireOneOf(options, { name: 'route', codes: ROUTES }) }
      : {}),
    ...(subjects === null ? {} : { subjects: subjects.map((one) => one.trim()) }),
    purpose: oneOf(options, { name: 'purpose', codes: PURPOSES, usual: 'investigation' }),
    urgency: oneOf(options, { name: 'urgency', codes: URGENCIES, usual: 'routine' }),
    neededBy,
    handling: oneOf(options, { name: 'handling', codes: CODES, usual: 'EN1' }),
  };
}

function textsIn(file: string): readonly string[] {
  const listed = refusing(file, () => parseStrictJson(readInputFile(file)));
  const texts = Array.isArray(listed) ? listed.filter((one) => typeof one === 'string') : [];
  if (!Array.isArray(listed) || texts.length !== listed.length || texts.length === 0) {
    throw malformed(file, 'not-a-list-of-questions');
  }
  return texts;
}
