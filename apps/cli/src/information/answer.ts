import type { Reply } from '@enlace/client';
import { CONTENT_LIMITS } from '@enlace/e2ee';
import { isJsonObject, parseStrictJson, type JsonValue } from '@enlace/kernel';
import {
  findInteger,
  findText,
  oneOf,
  readArgumentId,
  requireText,
} from '../command-line/option-values.js';
import type { Invocation } from '../command-line/verb.js';
import { malformed, readInputFile, refusing } from '../files/input-file.js';
import { tellAct } from '../thread/told-act.js';
import { CODES, threadIn, withOwnInformation } from './own-information.js';

const CERTAINTIES = ['certain', 'likely', 'unknown'] as const;

type Answers = Reply['answers'];

/**
 * `enlace info answer`: what a focal point knows of what was asked, or why there will be no answer. A file is a list
 * of `{question, text, certainty}`.
 */
export async function run(invocation: Invocation): Promise<number> {
  const { options } = invocation;
  const threadId = threadIn(invocation);
  const requestId = readArgumentId(requireText(options, 'request'), '--request');
  const declined = findText(options, 'decline');
  const reply: Reply = {
    answers: answersIn(invocation, declined !== null),
    handling: oneOf(options, { name: 'handling', codes: CODES, usual: 'EN1' }),
    ...(declined === null ? {} : { declined }),
  };
  return withOwnInformation(invocation, async ({ information }) =>
    tellAct(invocation, 'answered', {
      ...(await information.answer(threadId, requestId, reply)),
      requestId,
    }),
  );
}

function answersIn(invocation: Invocation, isDeclined: boolean): Answers {
  const { options } = invocation;
  const file = findText(options, 'file');
  if (file !== null) return answersOf(file);
  const text = findText(options, 'text');
  if (isDeclined && text === null) return [];
  return [
    {
      question: findInteger(options, 'number', [1, CONTENT_LIMITS.questions]) ?? 1,
      text: requireText(options, 'text'),
      certainty: oneOf(options, { name: 'certainty', codes: CERTAINTIES, usual: 'certain' }),
    },
  ];
}

function answersOf(file: string): Answers {
  const listed = refusing(file, () => parseStrictJson(readInputFile(file)));
  if (!Array.isArray(listed)) throw malformed(file, 'not-a-list-of-answers');
  return listed.map((one: JsonValue) => {
    const { question, text, certainty = CERTAINTIES[0] } = isJsonObject(one) ? one : {};
    const found = CERTAINTIES.find((each) => each === certainty);
    if (typeof question !== 'number' || typeof text !== 'string' || found === undefined) {
      throw malformed(file, 'not-an-answer');
    }
    return { question, text, certainty: found };
  });
}
