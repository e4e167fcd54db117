import { PROVE_EVENT, SOCKET_METHOD } from '../socket.js';
import { ROUTES } from '../routes.js';
import type { AuditEventType } from './event-types.js';
import { ROUTE_EVENTS } from './route-events.js';

/** How a request that was granted must stand in the record. */
export interface ExpectedRecord {
  /** One of these. */
  readonly types: readonly AuditEventType[];
  /** The object of the event, where the path names it; null where it does not. */
  readonly objectId: string | null;
}

/** The types of an event that records a refusal. */
export const REFUSAL_EVENTS: readonly AuditEventType[] = [
  'access.denied',
  'access.throttled',
  'session.refused',
  'statement.refused',
  'thread.commit-refused',
];

/** Routes whose event is about what the first `:name` of the path names. */
const NAMES_OBJECT: ReadonlySet<string> = new Set([
  'DELETE /audit/scopes/:id',
  'DELETE /cases/:id/members/:memberId',
  'DELETE /cases/:id/states/:stateCode',
  'DELETE /sessions/:id',
  'GET /audit/events/:id',
  'GET /audit/events/:id/proof',
  'GET /audit/exports/:id/content',
  'GET /audit/views/:view',
  'GET /cases/:id',
  'GET /directory/people/:id',
  'GET /requests/:id',
  'GET /threads/:id/blobs/:sha256',
  'GET /threads/:id/entries',
  'POST /audit/alerts/:id/transitions',
  'POST /audit/disclosures/:id/approval',
  'POST /audit/erasures/:id/approval',
  'POST /audit/exports/:id/approval',
  'POST /audit/scopes/:id/approval',
  'POST /authorities/registrars/:id/revocation',
  'POST /breakglass/:nonce/review',
  'PATCH /cases/:id',
  'POST /cases/:id/members',
  'POST /cases/:id/report-up',
  'POST /cases/:id/states',
  'POST /devices/:id/revocation',
  'POST /directory/cards/:card/erasure',
  'POST /directory/cards/:card/erasure/approval',
  'POST /directory/contacts/:id/approval',
  'POST /directory/contacts/:id/confirmation',
  'POST /directory/contacts/:id/rejection',
  'POST /people/:id/certificate',
  'POST /people/:id/reentry-codes',
  'POST /people/:id/reentry-codes/approval',
  'POST /people/:id/revocation',
  'POST /people/:id/unfreeze',
  'POST /threads/:id/consultations',
  'POST /requests/:id/status',
  'POST /threads/:id/entries',
  'POST /threads/:id/exports',
  'POST /witnesses/:name/tokens',
  'PUT /requests/:id/reminder',
  'PUT /threads/:id/blobs/:sha256',
]);

/**
 * What a granted request must be on record as, given its method and path as the client signed them (claims `htm` and
 * `htu` of its proof); null for a route that this build does not know.
 */
export function expectedRecord(method: string, path: string): ExpectedRecord | null {
  if (method === SOCKET_METHOD && path === ROUTES.socket) {
    return { types: ['session.connected'], objectId: null };
  }
  const asked = `${method} ${path}`;
  const found = Object.entries(ROUTE_EVENTS).filter(([template]) => isOfTemplate(template, asked));
  // `/sessions/current` is also `/sessions/:id`: the template with the fewest places for ids is meant.
  const [nearest] = found.toSorted(([a], [b]) => placesIn(a) - placesIn(b));
  if (nearest === undefined) return null;
  const [template, types] = nearest;
  return { types, objectId: NAMES_OBJECT.has(template) ? nameIn(template, asked) : null };
}

/** Whether a refusal may say that this request was its target: a route's template, or the name of a socket event. */
export function isRefusalTarget(target: string, method: string, path: string): boolean {
  if (path !== ROUTES.socket) return isOfTemplate(target, `${method} ${path}`);
  return target === (method === SOCKET_METHOD ? PROVE_EVENT : method);
}

function isOfTemplate(template: string, asked: string): boolean {
  const [parts, others] = [template.split('/'), asked.split('/')];
  return (
    parts.length === others.length &&
    parts.every((part, at) => part.startsWith(':') || part === others[at])
  );
}

function placesIn(template: string): number {
  return template.split('/:').length;
}

/** Null where it is no name that a path can have. */
function nameIn(template: string, asked: string): string | null {
  const at = template.split('/').findIndex((part) => part.startsWith(':'));
  try {
    return decodeURIComponent(asked.split('/')[at] ?? '');
  } catch {
    // A stray percent sign.
    return null;
  }
}
