import { isDomainError } from '@enlace/kernel';

import { callMessage, type WorkerMessage } from '../protocol/messages.js';
import {
  formsOf,
  isOperationIn,
  tableOf,
  type ArgsOf,
  type Operation,
  type ResultOf,
} from '../protocol/operations.js';
import { CallMalformed } from './worker-errors.js';

/** What the worker does for each operation. */
export type Handlers = {
  readonly [Op in Operation]: (args: ArgsOf<Op>) => Promise<ResultOf<Op>>;
};

/** Those among which the one of an operation is. */
export type FindHandlers = (op: Operation) => Promise<Partial<Handlers>>;

/**
 * The answer to one message of the page. Arguments and answers are parsed strictly: an unknown member is refused in
 * both directions. Never throws; a problem travels as its code and facts, never as text or stack.
 */
export async function answerTo(message: unknown, find: FindHandlers): Promise<WorkerMessage> {
  const call = callMessage.safeParse(message);
  const id = call.success ? call.data.id : 0;
  try {
    if (!call.success) throw new CallMalformed('unknown');
    const { op, args } = call.data;
    if (!isOperationIn(await tableOf(op), op)) throw new CallMalformed('unknown');
    return { v: 1, id, ok: true, data: await act(op, args, find) };
  } catch (error) {
    const { code, facts } = isDomainError(error) ? error : { code: 'client.fault', facts: {} };
    return { v: 1, id, ok: false, problem: { code, facts: { ...facts } } };
  }
}

async function act<Op extends Operation>(
  op: Op,
  args: unknown,
  find: FindHandlers,
): Promise<unknown> {
  const { args: form, result } = await formsOf(op);
  const read = form.safeParse(args);
  if (!read.success) throw new CallMalformed(op);
  const handler = (await find(op))[op];
  if (handler === undefined) throw new CallMalformed(op);
  const answer = await handler(read.data);
  const sound = result.safeParse(answer);
  if (!sound.success) throw new CallMalformed(op);
  return sound.data;
}
