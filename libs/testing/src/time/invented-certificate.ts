import { randomBytes, sign, type KeyObject } from 'node:crypto';

import { AsnConvert, OctetString } from '@peculiar/asn1-schema';
import {
  AlgorithmIdentifier,
  AttributeTypeAndValue,
  AttributeValue,
  BasicConstraints,
  Certificate,
  ExtendedKeyUsage,
  Extension,
  Extensions,
  id_ce_basicConstraints,
  id_ce_extKeyUsage,
  Name,
  RelativeDistinguishedName,
  SubjectPublicKeyInfo,
  TBSCertificate,
  Validity,
  Version,
} from '@peculiar/asn1-x509';

const ECDSA_SHA_256 = new AlgorithmIdentifier({ algorithm: '1.2.840.10045.4.3.2' });
const COMMON_NAME = '2.5.4.3';

/** A certificate that a test made. */
export interface Issued {
  readonly der: Uint8Array<ArrayBuffer>;
  readonly pem: string;
}

interface Wanted {
  readonly name: string;
  readonly publicKey: KeyObject;
  readonly fromMs: number;
  readonly toMs: number;
  /** What it is for alone; null for one that issues others. */
  readonly purposes: readonly string[] | null;
}

/** An X.509 certificate, signed with ECDSA P-256. */
export function issueCertificate(
  { name, publicKey, fromMs, toMs, purposes }: Wanted,
  issuer: { readonly name: string; readonly key: KeyObject },
): Issued {
  const tbsCertificate = new TBSCertificate({
    version: Version.v3,
    serialNumber: Uint8Array.of(1, ...randomBytes(8)).buffer,
    signature: ECDSA_SHA_256,
    issuer: nameOf(issuer.name),
    validity: new Validity({ notBefore: new Date(fromMs), notAfter: new Date(toMs) }),
    subject: nameOf(name),
    subjectPublicKeyInfo: AsnConvert.parse(
      publicKey.export({ type: 'spki', format: 'der' }),
      SubjectPublicKeyInfo,
    ),
    extensions: new Extensions([
      extension(id_ce_basicConstraints, new BasicConstraints({ cA: purposes === null })),
      ...(purposes === null
        ? []
        : [extension(id_ce_extKeyUsage, new ExtendedKeyUsage([...purposes]))]),
    ]),
  });
  const signed = new Uint8Array(AsnConvert.serialize(tbsCertificate));
  const signatureValue = Uint8Array.from(sign('sha256', signed, issuer.key)).buffer;
  const certificate = { tbsCertificate, signatureAlgorithm: ECDSA_SHA_256, signatureValue };
  const der = new Uint8Array(AsnConvert.serialize(new Certificate(certificate)));
  const text = Buffer.from(der).toString('base64').replaceAll(/.{64}/g, '$&\n').trimEnd();
  return { der, pem: `-----BEGIN CERTIFICATE-----\n${text}\n-----END CERTIFICATE-----\n` };
}

function nameOf(text: string): Name {
  const value = new AttributeValue({ utf8String: text });
  return new Name([
    new RelativeDistinguishedName([new AttributeTypeAndValue({ type: COMMON_NAME, value })]),
  ]);
}

function extension(extnID: string, value: object): Extension {
  const extnValue = new OctetString(AsnConvert.serialize(value));
  return new Extension({ extnID, critical: true, extnValue });
}
