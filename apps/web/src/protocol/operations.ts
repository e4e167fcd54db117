import { z } from './messages.js';

/** How far this browser is: nothing here, a ceremony under way, or a device that two registrars stand behind. */
const stage = z.enum(['empty', 'enrolling', 'enrolled']);

/**
 * Everything that a page may ask of the worker, with the form of its arguments and of its answer; both sides parse
 * both. No answer holds a key, a token or a proof, and no argument is code.
 */
const TABLE = {
  /** Opens the store for this page alone. `isOurs` false: another page of this browser works with it. */
  'session.open-store': {
    args: z.strictObject({ takeOver: z.boolean() }),
    result: z.strictObject({ isOurs: z.boolean(), stage: z.nullable(stage) }),
  },
} as const satisfies Readonly<Record<string, { args: z.ZodMiniType; result: z.ZodMiniType }>>;

export type Operation = keyof typeof TABLE;
export type ArgsOf<Op extends Operation> = z.infer<(typeof TABLE)[Op]['args']>;
export type ResultOf<Op extends Operation> = z.infer<(typeof TABLE)[Op]['result']>;
export type Stage = z.infer<typeof stage>;

type Forms = {
  readonly [Op in Operation]: {
    readonly args: z.ZodMiniType<ArgsOf<Op>>;
    readonly result: z.ZodMiniType<ResultOf<Op>>;
  };
};

/** The table, so typed that the form of one operation gives the types of that operation. */
export const OPERATIONS: Forms = TABLE;

export function isOperation(name: string): name is Operation {
  return Object.hasOwn(OPERATIONS, name);
}
