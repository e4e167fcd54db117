import { isJsonObject, parseStrictJson, parseUtf8, toHex, type JsonObject } from '@enlace/kernel';
import { decodeLeaf, hashLeaf, type EvidenceEvent, type SectionName } from '@enlace/tlog';

import { nodeTlogCrypto } from '../../platform/tlog/node-tlog-crypto.js';

/** An event that has its place in a log. */
export interface PlacedEvent extends EvidenceEvent {
  readonly eventId: string;
}

/** An event taken apart for people and their programs; what is absent is empty, never guessed. */
export interface FlatEvent {
  readonly event: PlacedEvent;
  readonly occurredAtMs: number;
  readonly leafHash: string;
  readonly what: JsonObject;
  readonly who: JsonObject;
  readonly where: JsonObject;
  readonly why: JsonObject;
}

export function flatten(event: PlacedEvent): FlatEvent {
  return {
    event,
    occurredAtMs: decodeLeaf(event.leaf).occurredAtMs,
    leafHash: toHex(hashLeaf(nodeTlogCrypto, event.leaf)),
    what: saidIn(event, 'what'),
    who: saidIn(event, 'who'),
    where: saidIn(event, 'where'),
    why: saidIn(event, 'why'),
  };
}

/** What a section says, or an empty object where it is not shown. */
function saidIn(event: EvidenceEvent, name: SectionName): JsonObject {
  const section = event.sections[name];
  const said = section === undefined ? {} : parseStrictJson(parseUtf8(section.bytes));
  return isJsonObject(said) ? said : {};
}
