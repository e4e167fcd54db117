import { canonicalJson, sha256, toHex, utf8, type JsonValue } from '@enlace/kernel';

/**
 * SHA-256 of a value's canonical encoding, in hexadecimal. The canonical encoding knows neither fractions nor text
 * outside NFC, which both occur in requests: a fraction is encoded as its shortest decimal text, text in NFC. The
 * model's types keep the two apart, so two requests with one digest say the same.
 */
export function digestOf(value: unknown): string {
  return toHex(sha256(utf8(canonicalJson(encodable(value)))));
}

function encodable(value: unknown): JsonValue {
  if (typeof value === 'string') return value.toWellFormed().normalize('NFC');
  if (typeof value === 'number') return Number.isSafeInteger(value) ? value + 0 : String(value);
  if (Array.isArray(value)) return value.map((item: unknown) => encodable(item));
  if (typeof value === 'object' && value !== null) {
    const members = Object.entries(value).filter(([, member]) => member !== undefined);
    return Object.fromEntries(
      members.map(([name, member]) => [name.toWellFormed().normalize('NFC'), encodable(member)]),
    );
  }
  return typeof value === 'boolean' ? value : null;
}
