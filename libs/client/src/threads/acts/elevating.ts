import { decodeEntry, type Action, type EntryKind } from '@enlace/contracts';
import { isJsonObject, parseBase64Url, type JsonValue, type ThreadId } from '@enlace/kernel';

import type { Session } from '../../session/session.js';
import type { ShowPresence } from '../../session/step-up.js';
import type { ClientRequest } from '../../transport/http-transport.js';
import { ThreadUnread } from '../make-item.js';
import type { ThreadPorts } from '../thread-ports.js';
import { ThreadWork } from '../thread-work.js';
import { declaredPurpose } from './declared-purpose.js';

/** Who shows again that they sit there, for the one act. */
export interface ElevatedSession {
  readonly session: Pick<Session, 'request' | 'requestElevated'>;
  readonly show: ShowPresence;
}

/** The act that takes it, and the kind of the entry that it is. */
export interface ElevatedAct {
  readonly kind: EntryKind;
  readonly action: Action;
  readonly by: ElevatedSession;
  /** With the purpose of the thread, on record. */
  readonly isDeclared: boolean;
}

/** Everything of a thread goes its usual way but the append of that act. */
export function elevating(
  ports: ThreadPorts,
  threadId: ThreadId,
  { kind, action, by, isDeclared }: ElevatedAct,
): ThreadPorts {
  const asking: ThreadPorts['session'] = {
    requestOctets: async (request, proving) => ports.session.requestOctets(request, proving),
    request: async (request, proving) => {
      if (!appends(request, kind)) return ports.session.request(request, proving);
      const about = { action, objectId: threadId } as const;
      const { view } = await ThreadWork.open(ports, threadId);
      if (view === null) throw new ThreadUnread();
      const headings = isDeclared ? await declaredPurpose(by.session, view) : {};
      return by.session.requestElevated({ ...request, headings }, about, by.show);
    },
  };
  return { ...ports, session: asking };
}

function appends({ method, body }: ClientRequest, kind: EntryKind): boolean {
  const { items } = isJsonObject(body) ? body : {};
  if (method !== 'POST' || !Array.isArray(items)) return false;
  return items.some((item: JsonValue) => {
    const { entry } = isJsonObject(item) ? item : {};
    return typeof entry === 'string' && decodeEntry(parseBase64Url(entry)).header.kind === kind;
  });
}
