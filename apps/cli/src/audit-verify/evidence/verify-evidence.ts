import { createPublicKey, verify } from 'node:crypto';
import { existsSync, writeFileSync } from 'node:fs';
import { sha256, toBase64Url, toHex, utf8 } from '@enlace/kernel';
import { parsePolicy, POLICY_LIMITS } from '@enlace/tlog';
import {
  cryptoReady,
  EVIDENCE_LIMITS,
  parseTrustStore,
  sodium,
  TRUST_STORE_LIMIT_BYTES,
  verifyBundle,
  type BundleReport,
  type EvidenceCrypto,
  type EvidenceTrust,
} from '@enlace/trust';
import { CliError } from '../../command-line/cli-error.js';
import { findText, requireText } from '../../command-line/option-values.js';
import type { Invocation } from '../../command-line/verb.js';
import { readInputBytes, readInputFile, refusing } from '../../files/input-file.js';
import { noteCrypto } from '../../log/note-crypto.js';
import { readAuthorities } from '../../timestamp/authorities.js';
import { evidenceExit, evidenceObject, evidenceText } from './evidence-report.js';
import { withStamps, type StampedReport } from './stamps.js';

/** Options of the other way to verify, which mean nothing here. */
const ONLY_FOR_SERVERS = ['year', 'state-file', 'token-file'];

/**
 * `enlace audit verify BUNDLE --policy FILE [--trust FILE]`: no network, no home. Keys of logs and witnesses come from
 * the policy, roots of the States from the trust store of whoever verifies.
 */
export async function run(invocation: Invocation): Promise<number> {
  await cryptoReady();
  const { argument, options, terminal, json, language } = invocation;
  const foreign = ONLY_FOR_SERVERS.find((name) => options.has(name));
  if (foreign !== undefined) throw new CliError('usage.unknown-option', { option: `--${foreign}` });
  const report = verifyFile(argument, options);
  terminal.output.write(
    json ? `${JSON.stringify(evidenceObject(report))}\n` : evidenceText(report, language),
  );
  return evidenceExit(report);
}

/**
 * Verifies the bundle in a file under `--policy`, `--trust` and `--tsa-ca`; what shows two histories is kept beside the
 * caller.
 */
export function verifyFile(path: string, options: Invocation['options']): StampedReport {
  const trust = readTrust(options);
  const authorityFile = findText(options, 'tsa-ca');
  const authorities = authorityFile === null ? null : readAuthorities(authorityFile);
  const report = verifyBundle(evidenceCrypto, readInputBytes(path, EVIDENCE_LIMITS.bytes), trust);
  report.splits.forEach(keepSplit);
  return withStamps(report, authorities);
}

/** The primitives that checking evidence needs, over libsodium; P-256 is the platform's. */
const evidenceCrypto: EvidenceCrypto = {
  ...noteCrypto,
  hmacSha256: (key, message) => sodium.crypto_auth_hmacsha256(message, key),
  ecdsaP256Verify: ({ x, y, signature, message }) => {
    try {
      const jwk = { kty: 'EC', crv: 'P-256', x: toBase64Url(x), y: toBase64Url(y) };
      const key = createPublicKey({ key: jwk, format: 'jwk' });
      return verify('sha256', message, { key, dsaEncoding: 'ieee-p1363' }, signature);
    } catch {
      // Node throws for a point that is none; to the caller that is a signature that does not verify.
      return false;
    }
  },
};

function readTrust(options: Invocation['options']): EvidenceTrust {
  const path = requireText(options, 'policy');
  // The last line of a policy ends with a newline; reading the file as a text has taken it.
  const text = `${readInputFile(path, POLICY_LIMITS.bytes)}\n`;
  const policy = refusing(path, () => parsePolicy(noteCrypto, utf8(text)));
  const trust = findText(options, 'trust');
  if (trust === null) return { policy, trustStore: null };
  const store = readInputFile(trust, TRUST_STORE_LIMIT_BYTES);
  return { policy, trustStore: refusing(trust, () => parseTrustStore(store)) };
}

/** Both notes, beside whoever looked: the region must see them. */
function keepSplit({ origin, size, notes }: BundleReport['splits'][number]): void {
  const file = `split-${toHex(sha256(utf8(origin))).slice(0, 16)}-${size}.txt`;
  const text = notes.map((note) => Buffer.from(note).toString()).join('\n---\n');
  if (!existsSync(file)) writeFileSync(file, text, { mode: 0o600, flag: 'wx', flush: true });
}
