import { X509Certificate } from 'node:crypto';
import { refused } from './refused.js';
import { malformed, readInputFile, refusing } from '../files/input-file.js';

/** Several roots in one file. In bytes. */
const FILE_LIMIT_BYTES = 256 * 1024;
/** Certificates between the one that signs and a root, both counted. */
const DEPTH_LIMIT = 6;
const PEM = /-----BEGIN CERTIFICATE-----[\s\S]+?-----END CERTIFICATE-----/g;

/** RFC 3161, section 2.3: this purpose and no other. */
const TIME_STAMPING = '1.3.6.1.5.5.7.3.8';

/** The certificates that whoever verifies believes in, of a PEM file. Throws `input.malformed`. */
export function readAuthorities(path: string): readonly X509Certificate[] {
  const found = readInputFile(path, FILE_LIMIT_BYTES).match(PEM) ?? [];
  if (found.length === 0) throw malformed(path, 'no-certificate');
  return refusing(path, () => found.map(parseCertificate));
}

/** Throws `timestamp.refused`. */
export function parseCertificate(encoded: string | Uint8Array): X509Certificate {
  try {
    return new X509Certificate(encoded);
  } catch (cause) {
    throw refused('certificate', cause);
  }
}

/**
 * That an authority answers for a certificate which signs time stamps and nothing else, and that all of the path was
 * valid when it signed. Throws `timestamp.refused`.
 */
export function assertAnsweredFor(
  signer: X509Certificate,
  {
    others,
    authorities,
    atMs,
  }: {
    readonly others: readonly X509Certificate[];
    readonly authorities: readonly X509Certificate[];
    readonly atMs: number;
  },
): void {
  if (signer.keyUsage.join() !== TIME_STAMPING) throw refused('purpose');
  let current = signer;
  for (let depth = 0; depth < DEPTH_LIMIT; depth += 1) {
    if (!isValid(current, atMs)) throw refused('validity');
    if (authorities.some(({ fingerprint256 }) => fingerprint256 === current.fingerprint256)) return;
    // What is believed comes first: a path that a token brings along ends where it must.
    const issuer = [...authorities, ...others].find((each) => isIssuerOf(each, current));
    if (issuer === undefined) throw refused('authority');
    current = issuer;
  }
  throw refused('authority');
}

function isValid({ validFromDate, validToDate }: X509Certificate, atMs: number): boolean {
  return validFromDate.getTime() <= atMs && atMs <= validToDate.getTime();
}

function isIssuerOf(issuer: X509Certificate, issued: X509Certificate): boolean {
  const isOther = issuer.fingerprint256 !== issued.fingerprint256;
  return isOther && issuer.ca && issued.checkIssued(issuer) && issued.verify(issuer.publicKey);
}
