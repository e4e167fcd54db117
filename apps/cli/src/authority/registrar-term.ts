import { formatInstant, type JsonObject } from '@enlace/kernel';

const DAY_MS = 86_400_000;

/** A registrar is certified for a year at most, in days. */
export const REGISTRAR_DAYS = { least: 1, most: 365 } as const;

/** What the root adds to a registrar's request: from when on, and for how long. A draft that says so itself stays. */
export function withRegistrarTerm(draft: JsonObject, issuedAt: string, days: number): JsonObject {
  return {
    v: 1,
    issuedAt,
    notBefore: issuedAt,
    notAfter: formatInstant(Date.parse(issuedAt) + days * DAY_MS),
    ...draft,
  };
}
