import type { JsonObject, JsonValue } from '@enlace/kernel';

import type { FlatEvent } from './flat-event.js';

/** The version of the schema that the file follows: the last one before class 3001 was replaced. */
const OCSF_VERSION = '1.6.0';

/** Class of an event by its object, `object.participle` where one differs (OCSF, classes). */
const CLASSES: Readonly<Record<string, number>> = {
  session: 3002,
  access: 6003,
  purpose: 6003,
  client: 6002,
  state: 3004,
  authority: 3004,
  registrar: 3004,
  office: 3004,
  person: 3004,
  device: 3004,
  passkey: 3004,
  'safety-number': 3004,
  statement: 3004,
  contact: 3004,
  card: 3004,
  directory: 6001,
  vault: 6001,
  case: 6001,
  thread: 6001,
  'thread.member-added': 3006,
  'thread.member-removed': 3006,
  'thread.member-left': 3006,
  'thread.role-changed': 3006,
  invitation: 3005,
  'history-grant': 3005,
  entry: 6001,
  attachment: 6006,
  request: 6001,
  opinion: 6001,
  fact: 6002,
  rule: 6002,
  breakglass: 3005,
  audit: 1008,
  'audit-scope': 3005,
  section: 1008,
  receipt: 2004,
  alert: 2004,
  log: 1008,
  witness: 1008,
  setting: 6002,
  release: 6002,
  node: 6002,
  migration: 6002,
  service: 6002,
  clock: 6002,
  backup: 6002,
  database: 6005,
};
/** Base event: an object that the table does not know. */
const UNCLASSIFIED = 0;
/** "Other": what was done is in `activity_name`, in our own words. */
const OTHER = 99;
/** Logon and logoff of class 3002, the only activities that mean exactly what ours do. */
const ACTIVITIES: Readonly<Record<string, number>> = { 'session.opened': 1, 'session.closed': 2 };
const STATUS: Readonly<Record<string, number>> = { success: 1, denied: 2, failed: 2 };

/** One event of OCSF; place, leaf and origin stand in `unmapped`, so that it leads back to the proof. */
export function toOcsf({
  event,
  occurredAtMs,
  leafHash,
  what,
  who,
  where,
  why,
}: FlatEvent): JsonObject {
  const type = text(what['type']);
  const classUid = CLASSES[type] ?? CLASSES[type.split('.')[0] ?? ''] ?? UNCLASSIFIED;
  const activityId = ACTIVITIES[type] ?? OTHER;
  return {
    activity_id: activityId,
    activity_name: type,
    category_uid: Math.floor(classUid / 1_000),
    class_uid: classUid,
    type_uid: classUid * 100 + activityId,
    severity_id: 1,
    status_id: STATUS[text(what['outcome'])] ?? OTHER,
    time: occurredAtMs,
    metadata: {
      version: OCSF_VERSION,
      uid: event.eventId,
      product: { name: 'Enlace', vendor_name: 'Enlace' },
      ...(what['correlationId'] === undefined ? {} : { correlation_uid: what['correlationId'] }),
    },
    actor: { user: { uid: text(who['actorId']), type_id: 1 } },
    ...(typeof where['ip'] === 'string' ? { src_endpoint: { ip: where['ip'] } } : {}),
    unmapped: {
      origin: event.origin,
      index: event.index,
      leafHash,
      what,
      why,
      absent: { ...event.absent },
    },
  };
}

function text(value: JsonValue | undefined): string {
  return typeof value === 'string' ? value : '';
}
