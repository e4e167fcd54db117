import {
  canonicalJson,
  isDomainError,
  isJsonObject,
  parseStrictJson,
  toBase64,
  type JsonObject,
  type JsonValue,
} from '@enlace/kernel';

import { SECTION_NAMES, type SaltedSection, type SectionName } from '../events/sections.js';
import { readBase64 } from '../strict-text.js';
import { EvidenceMalformed } from '../tlog-error.js';

/** Why a section is not shown: its bytes and salt are gone, or whoever exported it may not read it. */
export const ABSENCES = ['erased', 'withheld'] as const;
export type Absence = (typeof ABSENCES)[number];

/** An event with everything that proves it but its place in the tree, as exports carry it. */
export interface EvidenceEvent {
  readonly origin: string;
  readonly index: number;
  readonly leaf: Uint8Array;
  readonly digests: Readonly<Record<SectionName, Uint8Array>>;
  readonly sections: Readonly<Partial<Record<SectionName, SaltedSection>>>;
  /** What the exporter says of the sections that are not there; nobody has to believe it. */
  readonly absent: Readonly<Partial<Record<SectionName, Absence>>>;
}

/** Longest line: five sections of 4,096 bytes in base64, salts, digests, names. In characters. */
export const EVENT_LINE_LIMIT_CHARACTERS = 32 * 1024;
const VERSION = 1;

/** One event on one line of JSON Lines, canonical, without line end. */
export function formatEventLine(event: EvidenceEvent): string {
  const { origin, index, leaf, digests, sections, absent } = event;
  const shown = SECTION_NAMES.flatMap((name) => {
    const section = sections[name];
    if (section === undefined) return [];
    return [[name, { salt: toBase64(section.salt), bytes: toBase64(section.bytes) }] as const];
  });
  return canonicalJson({
    v: VERSION,
    origin,
    index,
    leaf: toBase64(leaf),
    digests: Object.fromEntries(SECTION_NAMES.map((name) => [name, toBase64(digests[name])])),
    sections: Object.fromEntries(shown),
    absent: { ...absent },
  });
}

// Attacker-controlled: the line. One event has one spelling, so that no byte of it can be changed unseen.
/** Reads a line; nothing of it is verified. Throws `tlog.evidence-malformed`. */
export function parseEventLine(line: string): EvidenceEvent {
  if (line.length > EVENT_LINE_LIMIT_CHARACTERS) throw new EvidenceMalformed('a line too long');
  const value = readObject(line);
  const { origin, index } = value;
  if (typeof origin !== 'string' || typeof index !== 'number' || index < 0) {
    throw new EvidenceMalformed('a line without its place');
  }
  const event = {
    origin,
    index,
    leaf: readBytes(value['leaf']),
    digests: readDigests(value['digests']),
    sections: readSections(value['sections']),
    absent: readAbsent(value['absent']),
  };
  if (SECTION_NAMES.some((name) => event.sections[name] && event.absent[name])) {
    throw new EvidenceMalformed('a section that is shown and absent');
  }
  if (formatEventLine(event) !== line) throw new EvidenceMalformed('not the spelling of a line');
  return event;
}

function readObject(line: string): JsonObject {
  try {
    const value = parseStrictJson(line);
    if (isJsonObject(value)) return value;
  } catch (cause) {
    if (!isDomainError(cause)) throw cause;
    throw new EvidenceMalformed('a line that is no JSON', { cause });
  }
  throw new EvidenceMalformed('a line that is no object');
}

function readDigests(value: JsonValue | undefined): EvidenceEvent['digests'] {
  const { what, who, where, why, attest } = membersOf(value);
  return {
    what: readBytes(what),
    who: readBytes(who),
    where: readBytes(where),
    why: readBytes(why),
    attest: readBytes(attest),
  };
}

function readSections(value: JsonValue | undefined): EvidenceEvent['sections'] {
  const sections: Partial<Record<SectionName, SaltedSection>> = {};
  for (const [name, section] of Object.entries(membersOf(value))) {
    const { salt, bytes } = membersOf(section);
    sections[sectionName(name)] = { salt: readBytes(salt), bytes: readBytes(bytes) };
  }
  return sections;
}

function readAbsent(value: JsonValue | undefined): EvidenceEvent['absent'] {
  const absent: Partial<Record<SectionName, Absence>> = {};
  for (const [name, claimed] of Object.entries(membersOf(value))) {
    const absence = ABSENCES.find((known) => known === claimed);
    if (absence === undefined) throw new EvidenceMalformed('an absence of another kind');
    absent[sectionName(name)] = absence;
  }
  return absent;
}

function sectionName(text: string): SectionName {
  const name = SECTION_NAMES.find((known) => known === text);
  if (name === undefined) throw new EvidenceMalformed('a section of another name');
  return name;
}

function membersOf(value: JsonValue | undefined): JsonObject {
  if (!isJsonObject(value)) throw new EvidenceMalformed('a member that is no object');
  return value;
}

function readBytes(value: JsonValue | undefined): Uint8Array {
  if (typeof value !== 'string') throw new EvidenceMalformed('a member that is no base64');
  return readBase64(value, EvidenceMalformed);
}
