/** The values Enlace signs, hashes and exchanges (I-JSON, RFC 7493, without floating point numbers). */
export type JsonValue = string | number | boolean | null | readonly JsonValue[] | JsonObject;
export interface JsonObject {
  readonly [member: string]: JsonValue;
}

export function isJsonObject(value: JsonValue | undefined): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** A value outside the domain of `canonicalJson`: a fault of our own code, never of a caller's input. */
export class UnencodableValue extends TypeError {}

/** Nesting that is encoded at most; requests are refused at 12 levels long before. */
const DEPTH_LIMIT = 64;

/**
 * RFC 8785 (JCS) text of a value. In this domain it is: members sorted by UTF-16 code unit, `JSON.stringify` of each
 * string and integer, no white space. Throws `UnencodableValue` for floats, integers beyond 2^53 - 1, lone
 * surrogates, strings not in NFC, `undefined`, and anything that is not plain data (dates, maps, class instances),
 * and beyond 64 levels.
 */
export function canonicalJson(value: JsonValue): string {
  return encode(value, DEPTH_LIMIT);
}

function encode(value: unknown, depthLeft: number): string {
  if (depthLeft === 0) throw new UnencodableValue('nested too deeply');
  if (value === null || typeof value === 'boolean') return String(value);
  if (typeof value === 'number') {
    if (!Number.isSafeInteger(value) || Object.is(value, -0)) {
      throw new UnencodableValue('not an integer below 2^53');
    }
    return String(value);
  }
  if (typeof value === 'string') return encodeString(value);
  if (Array.isArray(value)) {
    return `[${Array.from(value, (item) => encode(item, depthLeft - 1)).join(',')}]`;
  }
  if (isPlainObject(value)) {
    const members = Object.entries(value)
      .toSorted(([a], [b]) => (a < b ? -1 : 1))
      .map(([name, member]) => `${encodeString(name)}:${encode(member, depthLeft - 1)}`);
    return `{${members.join(',')}}`;
  }
  throw new UnencodableValue(`a ${typeof value} cannot be encoded`);
}

function encodeString(text: string): string {
  if (!text.isWellFormed()) throw new UnencodableValue('a string has a lone surrogate');
  if (text.normalize('NFC') !== text) throw new UnencodableValue('a string is not in NFC');
  return JSON.stringify(text);
}

function isPlainObject(value: unknown): value is Record<string, unknown> {
  if (typeof value !== 'object' || value === null) return false;
  const prototype: unknown = Object.getPrototypeOf(value);
  return prototype === Object.prototype || prototype === null;
}
