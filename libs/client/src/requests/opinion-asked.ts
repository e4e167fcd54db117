import {
  canonicalJson,
  DomainError,
  formatInstant,
  isJsonObject,
  parseStrictJson,
  type JsonObject,
  type JsonValue,
} from '@enlace/kernel';

/** The questions of an opinion (mla.md, section 5). */
const QUESTIONS = 15;
const ZONE = /^[A-Za-z_]+(?:\/[A-Za-z0-9_+-]+){0,2}$/u;
const ZONE_CHARACTERS = 64;

/** What whoever shares a request most wants to know about it, and until when. */
export interface OpinionAsked {
  /** Numbers of questions, ascending; empty where all are as welcome. */
  readonly questions: readonly number[];
  /** An instant, and the IANA zone in which whoever asks has set it. */
  readonly neededBy: { readonly at: string; readonly zone: string } | null;
}

export const NOTHING_ASKED: OpinionAsked = { questions: [], neededBy: null };

/** Something else than questions of an opinion, or than a day. */
class AskingMalformed extends DomainError {
  override readonly code = 'request.asking';
  override readonly kind = 'invalid';
}

/** The body of the entry that asks for an opinion. Throws `request.asking`. */
export function askingBody(requestId: string, { questions, neededBy }: OpinionAsked): string {
  const body: JsonObject = {
    requestId,
    ...(questions.length === 0 ? {} : { questions: questions.toSorted((a, b) => a - b) }),
    ...(neededBy === null ? {} : { neededBy: neededBy.at, zone: neededBy.zone }),
  };
  const read = readAsking(canonicalJson(body));
  const isWhole = read.questions.length === questions.length;
  if (!isWhole || (read.neededBy === null) !== (neededBy === null)) {
    throw new AskingMalformed('not what can be asked');
  }
  return canonicalJson(body);
}

/** What such an entry asks; a member that is none of it is passed over, so that the version stays asked about. */
// Attacker-controlled: by a member of the thread.
export function readAsking(body: JsonValue): OpinionAsked {
  const said = typeof body === 'string' ? parseStrictJson(body) : null;
  if (!isJsonObject(said)) return NOTHING_ASKED;
  const { questions, neededBy: at, zone } = said;
  const isSet = isInstant(at) && isZone(zone);
  return { questions: numbersIn(questions), neededBy: isSet ? { at, zone } : null };
}

function numbersIn(value: JsonValue | undefined): readonly number[] {
  const numbers = Array.isArray(value) ? value.filter((one) => typeof one === 'number') : [];
  const known = numbers.filter((one) => Number.isInteger(one) && one >= 1 && one <= QUESTIONS);
  return [...new Set(known)].toSorted((a, b) => a - b);
}

function isInstant(value: JsonValue | undefined): value is string {
  const ms = typeof value === 'string' ? Date.parse(value) : Number.NaN;
  return !Number.isNaN(ms) && formatInstant(ms) === value;
}

function isZone(value: JsonValue | undefined): value is string {
  return typeof value === 'string' && value.length <= ZONE_CHARACTERS && ZONE.test(value);
}
