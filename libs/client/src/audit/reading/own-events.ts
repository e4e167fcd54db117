import { ROUTES, type OwnEvent, type OwnEvents } from '@enlace/contracts';
import { isJsonObject, type JsonObject, type JsonValue } from '@enlace/kernel';

import type { Session } from '../../session/session.js';
import { AnswerMalformed } from '../../transport/client-error.js';

const INSTANT = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/;

/**
 * A page of everything that was done in one's own name, newest first: whoever finds an act that they did not do has
 * found a stolen device, or a server that invents. `before`: where the page before ended. Throws the refusal of the
 * server and `client.answer-malformed`.
 */
export async function listOwnEvents(session: Session, before: string | null): Promise<OwnEvents> {
  const query = before === null ? {} : { query: { before } };
  const request = { method: 'GET', path: ROUTES.auditOwnEvents, ...query } as const;
  const answer = await session.request(request, 'none');
  const { events, next } = isJsonObject(answer) ? answer : {};
  if (!Array.isArray(events) || (next !== null && typeof next !== 'string')) {
    throw new AnswerMalformed('events');
  }
  const items: readonly JsonValue[] = events;
  return { events: items.map(readEvent), next };
}

// Attacker-controlled: every member; all of them are shown to a person.
function readEvent(value: JsonValue): OwnEvent {
  const event = isJsonObject(value) ? value : {};
  const { eventId, occurredAt, type, outcome, leafHash = null, leaf = null } = event;
  const isWhole =
    typeof eventId === 'string' &&
    typeof occurredAt === 'string' &&
    INSTANT.test(occurredAt) &&
    typeof type === 'string' &&
    typeof outcome === 'string' &&
    isTextOrNull(leafHash) &&
    isTextOrNull(leaf);
  if (!isWhole) throw new AnswerMalformed('event');
  const place = readPlace(event['place']);
  const sections = sectionsOf(event);
  return { eventId, occurredAt, type, outcome, place, leafHash, leaf, sections };
}

function isTextOrNull(value: JsonValue): value is string | null {
  return value === null || typeof value === 'string';
}

function readPlace(value: JsonValue | undefined): OwnEvent['place'] {
  const { origin, index } = value !== undefined && isJsonObject(value) ? value : {};
  return typeof origin === 'string' && typeof index === 'number' ? { origin, index } : null;
}

function sectionsOf(event: JsonObject): OwnEvent['sections'] {
  const shown = event['sections'];
  const sections = shown !== undefined && isJsonObject(shown) ? shown : {};
  return Object.fromEntries(
    Object.entries(sections).filter(([, section]) => isJsonObject(section)),
  );
}
