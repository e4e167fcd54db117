import { isJsonObject, parseStrictJson, parseUtf8, type JsonValue } from '@enlace/kernel';

/** The payload of a request proof; every member is there and no other (RFC 9449, section 4.2, and our own). */
export interface ProofClaims {
  readonly htm: string;
  readonly htu: string;
  readonly bh: string;
  readonly ath: string;
  readonly nonce: string;
  readonly jti: string;
  readonly iat: number;
  readonly seq: number;
  readonly dev: string;
  readonly act: 0 | 1;
}

const isText = (value: JsonValue | undefined): boolean => typeof value === 'string';
const isHash = (value: JsonValue | undefined): boolean =>
  typeof value === 'string' && /^[A-Za-z0-9_-]{43}$/.test(value);
const isWhole = (value: JsonValue | undefined): boolean =>
  Number.isSafeInteger(value) && Number(value) >= 0;

const FORM: Readonly<Record<keyof ProofClaims, (value: JsonValue | undefined) => boolean>> = {
  htm: isText,
  htu: isText,
  bh: isHash,
  ath: isHash,
  nonce: isText,
  // 16 random bytes. Recorded, not remembered: the counter is what makes a proof good for once.
  jti: (value) => typeof value === 'string' && /^[A-Za-z0-9_-]{22}$/.test(value),
  iat: isWhole,
  seq: (value) => isWhole(value) && value !== 0,
  dev: isText,
  act: (value) => value === 0 || value === 1,
};

/** The claims, or `null` for every deviation of form. */
export function readClaims(payload: Uint8Array): ProofClaims | null {
  const value = parseStrictJson(parseUtf8(payload));
  if (!isJsonObject(value)) return null;
  const names = Object.keys(FORM);
  const sound =
    Object.keys(value).length === names.length &&
    Object.entries(FORM).every(([name, holds]) => holds(value[name]));
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- every member was checked above
  return sound ? (value as unknown as ProofClaims) : null;
}
