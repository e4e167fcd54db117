export { parseBase64, parseBase64Url, toBase64, toBase64Url } from './bytes/base64.js';
export { ByteReader, type MalformedClass } from './bytes/byte-reader.js';
export {
  concatBytes,
  equalBytes,
  parseHex,
  parseUtf8,
  toHex,
  u32be,
  u64be,
  utf8,
} from './bytes/bytes.js';
export { crc32 } from './bytes/crc32.js';
export {
  writeStoredZip,
  zipCentralHeader,
  zipEndRecord,
  zipLocalHeader,
  type ZipEntry,
  type ZipFile,
} from './bytes/stored-zip.js';
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
  formatIdBytes,
  idBytes,
  newId,
  newRandomId,
  parseId,
  type AttachmentId,
  type Branded,
  type CaseId,
  type DeviceId,
  type EntryId,
  type EventId,
  type OfficeId,
  type PersonId,
  type HistoryGrantId,
  type RequestId,
  type ThreadId,
  type ThreadInvitationId,
} from './ids.js';
export {
  groupDigits,
  parseCrockford,
  readCrockfordDigits,
  toCrockford,
} from './bytes/crockford.js';
export { MalformedInput } from './malformed-input.js';
export { formatInstant, systemClock, systemRandom, type Clock, type Random } from './ports.js';
export { JSON_DEPTH_LIMIT, parseStrictJson } from './json/strict-json.js';
export { sha256 } from './sha256.js';
