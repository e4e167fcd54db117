export { parseBase64, parseBase64Url, toBase64, toBase64Url } from './base64.js';
export { concatBytes, equalBytes, parseHex, parseUtf8, toHex, u64be, utf8 } from './bytes.js';
export {
  canonicalJson,
  isJsonObject,
  UnencodableValue,
  type JsonObject,
  type JsonValue,
} from './json/canonical-json.js';
export {
  DomainError,
  isDomainError,
  type ErrorDetail,
  type ErrorFacts,
  type ErrorKind,
} from './domain-error.js';
export {
  newId,
  newRandomId,
  parseId,
  type Branded,
  type CaseId,
  type DeviceId,
  type EventId,
  type OfficeId,
  type PersonId,
  type RequestId,
  type ThreadId,
} from './ids.js';
export { groupDigits, parseCrockford, readCrockfordDigits, toCrockford } from './crockford.js';
export { MalformedInput } from './malformed-input.js';
export { formatInstant, systemClock, systemRandom, type Clock, type Random } from './ports.js';
export { JSON_DEPTH_LIMIT, parseStrictJson } from './json/strict-json.js';
export { sha256 } from './sha256.js';
