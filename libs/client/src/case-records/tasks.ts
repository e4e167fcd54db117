import { STATES, type State } from '@enlace/contracts';

import { isDateOrNull, isId, isOneOf, isTextOf, itemList, ITEM_LIST_LIMITS } from './item-list.js';

/** Something that somebody of a State has to do in a case. */
export type Task = {
  readonly id: string;
  readonly text: string;
  readonly state: State;
  /** The id of a person; empty where the State has not said who. */
  readonly owner: string;
  readonly due: string | null;
  /** The day on which it was said to be done. */
  readonly done: string | null;
};

/** What there is to do in a case, as record `tasks/1` (protocol.md, section 6.1; web.md, section 7.2). */
export const TASKS = itemList<Task>('tasks/1', {
  list: 'tasks',
  members: {
    id: isId,
    text: isTextOf(ITEM_LIST_LIMITS.text),
    state: isOneOf(STATES),
    owner: isTextOf(ITEM_LIST_LIMITS.name),
    due: isDateOrNull,
    done: isDateOrNull,
  },
  texts: ['text'],
});
