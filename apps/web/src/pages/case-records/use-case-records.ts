import { useState } from 'react';

import type { CaseRecords } from '../../protocol/cases/case-record-forms.js';
import type { ArgsOf, ListedThread } from '../../protocol/operations.js';
import { useAct, type Acting } from '../../state/use-act.js';
import { useAtStart } from '../../state/use-at-start.js';
import { worker } from '../../state/workspace.js';

type Writing = 'case.write-route' | 'case.write-tasks';
type Written<Op extends Writing> = ArgsOf<Op>['change'];

/** What is done in the records of one thread, and what its records say then. */
export interface RecordActs {
  readonly acting: Acting;
  readonly onRoute: (change: Written<'case.write-route'>) => Promise<void>;
  readonly onTasks: (change: Written<'case.write-tasks'>) => Promise<void>;
}

/** The records of one thread: read when it is shown, with what is new of it. `null`: not yet. */
export function useCaseRecords(
  { threadId, unread }: ListedThread,
  titles: { readonly route: string; readonly tasks: string },
): { readonly held: CaseRecords | null; readonly reading: Acting } & RecordActs {
  const reading = useAct();
  const acting = useAct();
  const [held, setHeld] = useState<CaseRecords | null>(null);
  useAtStart(() =>
    reading.act(async () => {
      const kept = await worker().call('thread.held', { threadId });
      if (kept === null || unread > 0) await worker().call('thread.read', { threadId });
      setHeld(await worker().call('case.records', { threadId }));
    }),
  );
  return {
    held,
    reading,
    acting,
    onRoute: async (change) =>
      setHeld(await worker().call('case.write-route', { threadId, title: titles.route, change })),
    onTasks: async (change) =>
      setHeld(await worker().call('case.write-tasks', { threadId, title: titles.tasks, change })),
  };
}
