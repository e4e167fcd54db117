import { toBase64Url, utf8, type JsonValue } from '@enlace/kernel';
import {
  hashLeaf,
  isAfterLoss,
  parseVkey,
  verifyClosing,
  verifyProof,
  type Policy,
  type ProvenLeaf,
  type TlogCrypto,
  type VerifiedClosing,
} from '@enlace/tlog';

import { assertLeafOf } from '../evidence/statement-line.js';
import { apply } from '../fold/apply.js';
import { emptyDirectory } from '../fold/directory.js';
import { parseStatement } from '../statements/statement.js';
import { ReleaseRefused } from '../trust-error.js';
import type { TrustStore } from '../trust-store/trust-store.js';
import {
  bytesOf,
  formatEvent,
  objectOf,
  readEvent,
  textOf,
  type ProvenEvent,
} from './evidence-fields.js';

/** A platform does not live longer than its evidence file is read. */
const YEARS_LIMIT = 100;

/** How one year's log leads to the next one's: the leaf that closed it, and the statement that announced the key. */
export interface YearTurnEvidence {
  readonly closing: ProvenEvent;
  readonly key: { readonly leaf: Uint8Array; readonly wire: string; readonly proof: string };
}

interface YearTrust {
  readonly policy: Policy;
  readonly trustStore: TrustStore;
}

export function formatYear({ closing, key: { leaf, wire, proof } }: YearTurnEvidence) {
  return { closing: formatEvent(closing), key: { leaf: toBase64Url(leaf), wire, proof } } as const;
}

// Attacker-controlled, as all of the file. A file without years is one of a log that everybody knows.
/** Throws `release.refused`, `base64.*`. */
export function readYears(value: JsonValue | undefined): readonly YearTurnEvidence[] {
  if (value === undefined) return [];
  if (!Array.isArray(value) || value.length > YEARS_LIMIT) {
    throw new ReleaseRefused('evidence-form');
  }
  const items: readonly JsonValue[] = value;
  return items.map((item) => {
    const { closing, key } = objectOf(item);
    const { leaf, wire, proof } = objectOf(key);
    const announced = { leaf: bytesOf(leaf), wire: textOf(wire), proof: textOf(proof) };
    return { closing: readEvent(closing), key: announced };
  });
}

/**
 * The policy with the logs of the years that follow its own: a log counts when the last leaf of the one before names
 * its key, the directory's log announced the same, and the quorum cosigned both. Throws `release.refused`, `tlog.*`,
 * `statement.refused`.
 */
export function followYears(
  crypto: TlogCrypto,
  years: readonly YearTurnEvidence[],
  trust: YearTrust,
): Policy {
  return years.reduce((policy, { closing, key }) => {
    // The own policy decides where it names a log; what leads there is not needed.
    if (isNamed(key.wire, policy)) return policy;
    const next = openClosing(crypto, closing, policy);
    assertAnnounced(crypto, key, { next, trust: { ...trust, policy } });
    const later = { key: parseVkey(crypto, next.vkey), url: null };
    return { ...policy, logs: [...policy.logs, later] };
  }, trust.policy);
}

function isNamed(wire: string, { logs }: Policy): boolean {
  const { body } = parseStatement(wire);
  return body.type === 'log-key' && logs.some(({ key }) => key.name === body.origin);
}

function openClosing(crypto: TlogCrypto, closing: ProvenEvent, policy: Policy): VerifiedClosing {
  const { index, leaf, digests, what } = closing;
  const { judged, inclusion } = provenIn(crypto, closing, policy);
  const { origin, size } = judged.checkpoint;
  if (inclusion.index !== index) throw new ReleaseRefused('other-place');
  return verifyClosing(crypto, { origin, size, leaf }, { index, digests, what });
}

function assertAnnounced(
  crypto: TlogCrypto,
  { leaf, wire, proof }: YearTurnEvidence['key'],
  { next, trust }: { readonly next: VerifiedClosing; readonly trust: YearTrust },
): void {
  const { policy, trustStore } = trust;
  const directoryKey = { key: parseVkey(crypto, trustStore.directory.vkey), url: null };
  const directory = { ...policy, logs: [directoryKey] };
  const { judged, inclusion } = provenIn(crypto, { leaf, proof }, directory);
  const { origin } = judged.checkpoint;
  assertLeafOf(crypto, { origin, index: inclusion.index, leaf, wire });
  const statement = parseStatement(wire);
  // The pinned key of the directory's log signs it alone: nothing that stands before it decides.
  apply(emptyDirectory(trustStore, null), statement, 0);
  const { body } = statement;
  const isNext =
    body.type === 'log-key' &&
    body.use === 'audit' &&
    // What goes on after a loss is believed by what States signed alone.
    !isAfterLoss(body.origin) &&
    body.origin === next.origin &&
    body.vkey === next.vkey;
  if (!isNext) throw new ReleaseRefused('unannounced-log');
}

function provenIn(
  crypto: TlogCrypto,
  { leaf, proof }: Pick<ProvenEvent, 'leaf' | 'proof'>,
  policy: Policy,
): ProvenLeaf {
  const proven = verifyProof(crypto, utf8(proof), { leafHash: hashLeaf(crypto, leaf), policy });
  if (!proven.judged.meetsQuorum) throw new ReleaseRefused('unwitnessed-year');
  return proven;
}
