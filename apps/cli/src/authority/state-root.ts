import { formatInstant, systemClock, systemRandom, toBase64Url } from '@enlace/kernel';
import type { StateCode } from '@enlace/contracts';
import { publicKeyOf, signStatement, type StateRoot } from '@enlace/trust';
import type { Text } from '../command-line/language.js';

const YEAR_MS = 365 * 86_400_000;
const SEED_BYTES = 32;

/** How long a root may stand, in years. */
export const ROOT_YEARS = { least: 1, most: 5 } as const;

/** The key of a State at the moment it is made, and the statement that presents it. Wipe the seed when done. */
export interface NewRoot {
  readonly seed: Uint8Array;
  readonly body: StateRoot;
  readonly wire: string;
}

/** Throws `statement.refused` for names that no statement may carry. */
export function newRoot(about: {
  readonly state: StateCode;
  readonly names: Text;
  readonly years: number;
}): NewRoot {
  const seed = systemRandom.bytes(SEED_BYTES);
  const nowMs = systemClock.nowMs();
  const body: StateRoot = {
    type: 'state-root',
    v: 1,
    state: about.state,
    serial: 1,
    issuedAt: formatInstant(nowMs),
    rootKey: toBase64Url(publicKeyOf(seed)),
    names: { es: about.names.es.normalize('NFC'), en: about.names.en.normalize('NFC') },
    notBefore: formatInstant(nowMs),
    notAfter: formatInstant(nowMs + about.years * YEAR_MS),
  };
  return { seed, body, wire: signStatement(body, [seed]) };
}
