import { STATES } from '@enlace/contracts';

import { z } from '../messages.js';

const day = z.nullable(z.string());

/** A stage of the route of a case. */
export const stageForm = z.strictObject({
  id: z.string(),
  role: z.enum(['origin', 'transit', 'destination']),
  /** ISO 3166-1 alpha-2. */
  country: z.string(),
  place: z.string(),
  date: day,
  note: z.string(),
});

/** Something that somebody of a State has to do. */
export const taskForm = z.strictObject({
  id: z.string(),
  text: z.string(),
  state: z.enum(STATES),
  /** The id of a person; empty where nobody is named. */
  owner: z.string(),
  due: day,
  done: day,
});

const taken = z.strictObject({ kind: z.literal('remove'), id: z.string() });
const moved = z.strictObject({
  kind: z.literal('move'),
  id: z.string(),
  by: z.union([z.literal(-1), z.literal(1)]),
});

/** What is done with one item; an empty id is of one that is new. */
export const stageChange = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('put'), item: stageForm }),
  taken,
  moved,
]);
export const taskChange = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('put'), item: taskForm }),
  taken,
  moved,
]);

/** What of a record was not taken over, and why: an update that is none, or a snapshot that lies (`projection`). */
export const passedOver = z.strictObject({
  seq: z.int(),
  rule: z.enum([
    'form',
    'size',
    'content',
    'writer',
    'missing',
    'schema',
    'projection',
    'newer-format',
    'attachment',
  ]),
});

/** What a thread keeps of a case beside what was said in it. */
export const caseRecords = z.strictObject({
  threadId: z.string(),
  stages: z.array(stageForm),
  tasks: z.array(taskForm),
  /** Whether everything that members wrote of it can be read here. */
  isWhole: z.boolean(),
  passedOver: z.array(passedOver),
});

export type PassedOver = z.infer<typeof passedOver>;
export type Stage = z.infer<typeof stageForm>;
export type Task = z.infer<typeof taskForm>;
export type CaseRecords = z.infer<typeof caseRecords>;
