import { equalBytes, parseBase64Url, parseStrictJson, parseUtf8, utf8 } from '@enlace/kernel';
import {
  hashLeaf,
  verifyEvent,
  verifyProof,
  type JudgedCheckpoint,
  type Policy,
  type TlogCrypto,
} from '@enlace/tlog';

import type { TrustStore } from '../trust-store/trust-store.js';
import { ReleaseRefused } from '../trust-error.js';
import { formatEvent, objectOf, readEvent, reading, type ProvenEvent } from './evidence-fields.js';
import { followYears, formatYear, readYears, type YearTurnEvidence } from './release-years.js';
import type { WebRelease } from './web-release.js';

/** What the event names. */
type NamedRelease = Pick<WebRelease, 'releaseId' | 'manifestHash'>;

/** The event that made a release count, and how its log is known. */
export interface ReleaseEvidence {
  readonly event: ProvenEvent;
  /** From a log that everybody's policy names to the log of the event, a year each. */
  readonly years: readonly YearTurnEvidence[];
}

/** Where a release stands in a log of the policy. */
export interface LoggedRelease {
  readonly origin: string;
  readonly index: number;
  readonly judged: JudgedCheckpoint;
}

/** The evidence file of a release reads at most this. */
export const RELEASE_EVIDENCE_LIMIT_BYTES = 512 * 1024;

/** The file beside a release. */
export function formatReleaseEvidence({ event, years }: ReleaseEvidence) {
  return { v: 1, ...formatEvent(event), years: years.map(formatYear) } as const;
}

// Attacker-controlled: the whole file, from whoever serves the client.
/**
 * The event of this release in a log of the policy, or of a later year that one of them leads to. Throws
 * `release.refused` for another event, and `tlog.*` for a proof that does not hold. Whether the quorum has seen it is
 * in `judged`.
 */
export function verifyReleaseEvidence(
  crypto: TlogCrypto,
  file: Uint8Array,
  {
    release,
    policy: own,
    trustStore,
  }: {
    readonly release: NamedRelease;
    readonly policy: Policy;
    readonly trustStore: TrustStore;
  },
): LoggedRelease {
  const { event, years } = readEvidence(file);
  const { index, leaf, digests, what, proof } = event;
  const leafHash = hashLeaf(crypto, leaf);
  const policy = followYears(crypto, years, { policy: own, trustStore });
  const { inclusion, judged } = verifyProof(crypto, utf8(proof), { leafHash, policy });
  if (inclusion.index !== index) throw new ReleaseRefused('other-place');
  assertReleaseEvent(crypto, { leaf, digests, what }, release);
  return { origin: judged.checkpoint.origin, index, judged };
}

/** The leaf commits to an event that says: this release was activated. Throws `release.refused` and `tlog.*`. */
export function assertReleaseEvent(
  crypto: TlogCrypto,
  { leaf, digests, what }: Omit<ProvenEvent, 'index' | 'proof'>,
  release: NamedRelease,
): void {
  const { sections } = verifyEvent(crypto, { leaf, digests, sections: { what } });
  const said = reading(() =>
    objectOf(parseStrictJson(parseUtf8(sections.what ?? new Uint8Array()))),
  );
  const { type, outcome, releaseId, manifestHash } = said;
  const isThis =
    type === 'release.activated' &&
    outcome === 'success' &&
    releaseId === release.releaseId &&
    typeof manifestHash === 'string' &&
    equalBytes(
      reading(() => parseBase64Url(manifestHash)),
      release.manifestHash,
    );
  if (!isThis) throw new ReleaseRefused('other-event');
}

function readEvidence(file: Uint8Array): ReleaseEvidence {
  if (file.length > RELEASE_EVIDENCE_LIMIT_BYTES) throw new ReleaseRefused('evidence-size');
  return reading(() => {
    const value = objectOf(parseStrictJson(parseUtf8(file)));
    if (value['v'] !== 1) throw new ReleaseRefused('evidence-form');
    return { event: readEvent(value), years: readYears(value['years']) };
  });
}
