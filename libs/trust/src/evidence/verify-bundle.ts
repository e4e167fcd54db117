import { EvidenceRefused, type Policy } from '@enlace/tlog';

import type { Directory } from '../fold/directory.js';
import type { TrustStore } from '../trust-store/trust-store.js';
import { checkpointName } from './bundle-names.js';
import { Problems, type BundleReport, type SectionState } from './bundle-report.js';
import {
  isManifestSignedBy,
  type EvidenceManifest,
  type EvidenceScope,
} from './evidence-manifest.js';
import { foldEvidence } from './fold-evidence.js';
import { openContainer, reading, type OpenedBundle } from './open-container.js';
import { BundleLogs } from './open-logs.js';
import { recordedDevice, type RecordedDevice } from './recorded-device.js';
import type { EvidenceCrypto } from './request-proof.js';
import { verifyEvents } from './verify-events.js';

/** Keys, witnesses and roots of whoever verifies; nothing that a bundle says of them counts. */
export interface EvidenceTrust {
  readonly policy: Policy;
  readonly trustStore: TrustStore | null;
}

/**
 * Checks a bundle of evidence without a network and never stops at the first fault: container, hashes and signature of
 * the manifest, checkpoints, proofs, leaves, commitments, sections, and what devices signed. Throws for nothing that a
 * bundle may hold; `cryptoReady` has resolved.
 */
export function verifyBundle(
  crypto: EvidenceCrypto,
  bundle: Uint8Array,
  { policy, trustStore }: EvidenceTrust,
): BundleReport {
  const problems = new Problems();
  const opened = openContainer(crypto, bundle, problems);
  const { files, manifest } = opened;
  const logs = new BundleLogs(crypto, files, policy);
  logs.open(problems);
  const directory = foldEvidence({ hasher: crypto, files, logs, policy, trustStore }, problems);
  // Of a container that cannot be read nothing else can be said.
  const isSigned =
    files.size > 0 &&
    reading(problems, 'manifest.sig', () => (assertSigned(opened, directory), true)) === true;
  const scope = manifest?.scope ?? null;
  const events = verifyEvents({ crypto, files, logs, directory, scope }, problems);
  logs.refuseUnused(problems);
  for (const { origin } of logs.splits) {
    problems.add('split', 'tlog.split-view', { file: origin });
  }
  const count = (kind: (typeof events.attested)[number]) =>
    events.attested.filter((attested) => attested === kind).length;
  return {
    made: manifest === null ? null : madeOf(manifest, isSigned),
    logs: logs.logs,
    events: { proven: events.proven.length, failed: events.failed },
    sections: countStates(events.proven.flatMap(({ states }) => Object.values(states))),
    erasures: events.erasures,
    devices: { proven: count('proven'), unbound: count('unbound'), notApplicable: count('none') },
    problems: problems.found,
    splits: logs.splits,
    timestamps: timestampsOf(files),
    proven: events.proven,
  };
}

function timestampsOf(files: ReadonlyMap<string, Uint8Array>): BundleReport['timestamps'] {
  return [...files].flatMap(([file, token]) => {
    const log = /^timestamps\/(.+)\.tsr$/.exec(file)?.[1];
    return log === undefined ? [] : [{ file, note: files.get(checkpointName(log)) ?? null, token }];
  });
}

function madeOf(
  { madeAt, madeBy, scope, expiresAt }: EvidenceManifest,
  isSigned: boolean,
): BundleReport['made'] {
  return { madeAt, ...madeBy, scope, expiresAt, isSigned };
}

/** An auditor's device signed the manifest, and the auditor had the scope that it claims. */
function assertSigned({ files, manifest, signature }: OpenedBundle, directory: Directory): void {
  const bytes = files.get('manifest.json');
  if (manifest === null || signature === null || bytes === undefined) {
    throw new EvidenceRefused('unsigned');
  }
  const { madeAt, madeBy, scope } = manifest;
  const at = { atMs: Date.parse(madeAt), mustStand: true };
  const device = recordedDevice(directory, signature.deviceId, at);
  if (device === null) throw new EvidenceRefused('signer-unknown');
  if (!isSame(madeBy, device)) throw new EvidenceRefused('other-signer');
  if (!isManifestSignedBy(bytes, signature, device.signKey)) {
    throw new EvidenceRefused('signature');
  }
  if (!mayClaim(device, scope)) throw new EvidenceRefused('scope');
}

function isSame(madeBy: EvidenceManifest['madeBy'], device: RecordedDevice): boolean {
  const { deviceId, personId, state } = device;
  return madeBy.deviceId === deviceId && madeBy.personId === personId && madeBy.state === state;
}

/** An auditor of that scope. */
function mayClaim({ roles, auditScope, state }: RecordedDevice, scope: EvidenceScope): boolean {
  return roles.includes('auditor') && auditScope === scope.kind && scope.state === state;
}

function countStates(states: readonly SectionState[]): BundleReport['sections'] {
  const of = (state: SectionState) => states.filter((one) => one === state).length;
  return {
    shown: of('shown'),
    erased: of('erased'),
    withheld: of('withheld'),
    missing: of('missing'),
  };
}
