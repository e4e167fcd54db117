import {
  changeItems,
  heldItems,
  newItemId,
  ROUTE,
  TASKS,
  type Item,
  type ItemChange,
  type ItemList,
} from '@enlace/client';
import { parseId, type ThreadId } from '@enlace/kernel';

import type { ArgsOf } from '../../protocol/operations.js';
import type { CaseRecords } from '../../protocol/cases/case-record-forms.js';
import { keepKeys } from '../threads/keeping.js';
import type { Desk, Workroom } from '../threads/workroom.js';

/**
 * Route and tasks of a case, as records of its threads. Throws the refusal of the server, `client.*`, `record.*`,
 * `store.damaged`.
 */
export class OwnCaseRecords {
  constructor(private readonly room: Workroom) {}

  async held({ threadId }: ArgsOf<'case.records'>): Promise<CaseRecords> {
    return this.room.look(async (desk) => shown(desk, parseId(threadId)));
  }

  async writeRoute(written: ArgsOf<'case.write-route'>): Promise<CaseRecords> {
    return this.#write(ROUTE, written);
  }

  async writeTasks(written: ArgsOf<'case.write-tasks'>): Promise<CaseRecords> {
    return this.#write(TASKS, written);
  }

  async #write<Of extends Item>(
    list: ItemList<Of>,
    {
      threadId,
      title,
      change,
    }: { readonly threadId: string; readonly title: string; readonly change: ItemChange<Of> },
  ): Promise<CaseRecords> {
    return this.room.work(async (desk) => {
      const id = parseId<ThreadId>(threadId);
      const named = withId(change, newItemId(desk.ports.random));
      await desk.threads.alone([id], async () =>
        changeItems(desk.ports, list, { threadId: id, title, change: named }),
      );
      await keepKeys(desk.threads);
      return shown(desk, id);
    });
  }
}

function withId<Of extends Item>(change: ItemChange<Of>, id: string): ItemChange<Of> {
  const isNew = change.kind === 'put' && change.item.id === '';
  return isNew ? { ...change, item: { ...change.item, id } } : change;
}

async function shown({ ports }: Desk, threadId: ThreadId): Promise<CaseRecords> {
  const route = await heldItems(ports, ROUTE, threadId);
  const tasks = await heldItems(ports, TASKS, threadId);
  return {
    threadId,
    stages: route.items.map((stage) => ({ ...stage })),
    tasks: tasks.items.map((task) => ({ ...task })),
    isWhole: route.isWhole && tasks.isWhole,
    passedOver: [...route.marks, ...tasks.marks],
  };
}
