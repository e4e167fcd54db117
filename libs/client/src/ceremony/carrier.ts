import type { Action } from '@enlace/contracts';
import type { JsonObject, JsonValue } from '@enlace/kernel';

import type { Session } from '../session/session.js';
import type { ShowPresence } from '../session/step-up.js';
import {
  grantedBody,
  NO_SESSION_YET,
  wireRequest,
  type HttpTransport,
} from '../transport/http-transport.js';
import { CeremonyRefused } from './ceremony-refused.js';

/** One act of a ceremony: what was signed, and where it goes. */
export interface CeremonyAct {
  readonly method?: 'POST' | 'DELETE';
  readonly path: string;
  /** Where the same act goes while its State is being founded; null where it needs a session. */
  readonly foundingPath: string | null;
  /** What the policy calls the act, and about what: a second factor is shown for exactly that. */
  readonly action: Action;
  readonly objectId: string;
  readonly body?: JsonObject;
}

/** Brings what was signed to the server. Resolves to the server's answer, rejects with its refusal. */
export type Carrier = (act: CeremonyAct) => Promise<JsonValue>;

/** Carries under a session, after who sits there was shown once more for this one act. */
export function carryInSession(session: Session, show: ShowPresence): Carrier {
  return async ({ method = 'POST', path, body, action, objectId }) => {
    const request = { method, path, ...(body === undefined ? {} : { body }) };
    return session.requestElevated(request, { action, objectId }, show);
  };
}

/** Carries while a State is being founded: nobody of it can sign in yet, and signatures speak alone. */
export function carryWhileFounding(transport: HttpTransport): Carrier {
  return async ({ foundingPath, body = {} }) => {
    if (foundingPath === null) throw new CeremonyRefused('needs-a-session');
    const request = wireRequest({ method: 'POST', path: foundingPath, body });
    return grantedBody(await transport.send(request, NO_SESSION_YET));
  };
}
