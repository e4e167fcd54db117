import { createHash, verify, type X509Certificate } from 'node:crypto';
import {
  Attribute,
  SignedData,
  id_contentType,
  id_messageDigest,
  id_signedData,
  type CertificateChoices,
  type SignerInfo,
} from '@peculiar/asn1-cms';
import {
  AsnArray,
  AsnConvert,
  AsnProp,
  AsnPropTypes,
  AsnType,
  AsnTypeTypes,
  OctetString,
} from '@peculiar/asn1-schema';
import { id_ct_tstInfo, type TimeStampToken } from '@peculiar/asn1-tsp';
import { AlgorithmIdentifier } from '@peculiar/asn1-x509';
import { equalBytes, parseHex } from '@enlace/kernel';
import { parseCertificate } from './authorities.js';
import { refused } from './refused.js';

/** And as DER writes it. */
const TST_INFO_DER = parseHex('060b2a864886f70d0109100104');
const SIGNING_CERTIFICATE_V2 = '1.2.840.113549.1.9.16.2.47';

type Sha2 = 'sha256' | 'sha384' | 'sha512';

/** By object identifier; SHA-1 and what is older are refused. */
const HASHES: ReadonlyMap<string, Sha2> = new Map<string, Sha2>([
  ['2.16.840.1.101.3.4.2.1', 'sha256'],
  ['2.16.840.1.101.3.4.2.2', 'sha384'],
  ['2.16.840.1.101.3.4.2.3', 'sha512'],
]);

/** Of RSA (PKCS #1 v1.5) and of ECDSA: the hash is that of the signer, or named once more. */
const SIGNATURES: ReadonlyMap<string, { readonly key: 'rsa' | 'ec'; readonly hash?: Sha2 }> =
  new Map<string, { readonly key: 'rsa' | 'ec'; readonly hash?: Sha2 }>([
    ['1.2.840.113549.1.1.1', { key: 'rsa' }],
    ['1.2.840.113549.1.1.11', { key: 'rsa', hash: 'sha256' }],
    ['1.2.840.113549.1.1.12', { key: 'rsa', hash: 'sha384' }],
    ['1.2.840.113549.1.1.13', { key: 'rsa', hash: 'sha512' }],
    ['1.2.840.10045.4.3.2', { key: 'ec', hash: 'sha256' }],
    ['1.2.840.10045.4.3.3', { key: 'ec', hash: 'sha384' }],
    ['1.2.840.10045.4.3.4', { key: 'ec', hash: 'sha512' }],
  ]);

/** RFC 5816: which certificate has signed, by its hash, inside what is signed. */
class EssCertIdV2 {
  hashAlgorithm?: AlgorithmIdentifier;
  certHash = new OctetString();
  issuerSerial?: ArrayBuffer;
}
AsnType({ type: AsnTypeTypes.Sequence })(EssCertIdV2);
AsnProp({ type: AlgorithmIdentifier, optional: true })(EssCertIdV2.prototype, 'hashAlgorithm');
AsnProp({ type: OctetString })(EssCertIdV2.prototype, 'certHash');
AsnProp({ type: AsnPropTypes.Any, optional: true })(EssCertIdV2.prototype, 'issuerSerial');

class SigningCertificateV2 {
  certs: EssCertIdV2[] = [];
  policies?: ArrayBuffer;
}
AsnType({ type: AsnTypeTypes.Sequence })(SigningCertificateV2);
AsnProp({ type: EssCertIdV2, repeated: 'sequence' })(SigningCertificateV2.prototype, 'certs');
AsnProp({ type: AsnPropTypes.Any, optional: true })(SigningCertificateV2.prototype, 'policies');

class AttributeSet extends AsnArray<Attribute> {}
AsnType({ type: AsnTypeTypes.Set, itemType: Attribute })(AttributeSet);

/** What was signed, by whom, and the certificates that came along. */
export interface SignedToken {
  readonly content: Uint8Array;
  readonly signer: X509Certificate;
  readonly others: readonly X509Certificate[];
}

/**
 * Opens the CMS of a token (RFC 5652): one signature, over attributes that hold the digest of the content and the hash
 * of the certificate. Whether anybody answers for that certificate is another question. Throws `timestamp.refused`, and
 * what the parser throws for what is no such structure.
 */
export function openSigned(token: TimeStampToken): SignedToken {
  if (token.contentType !== id_signedData) throw refused('content-type');
  const signed = AsnConvert.parse(token.content, SignedData);
  const { eContentType, eContent } = signed.encapContentInfo;
  const content = eContent?.single;
  if (eContentType !== id_ct_tstInfo || content === undefined) throw refused('content-type');
  const [info, ...more] = signed.signerInfos;
  if (info === undefined || more.length > 0) throw refused('signatures');
  const bytes = new Uint8Array(content.buffer);
  const all = (signed.certificates ?? []).flatMap((choice) => certificateOf(choice));
  const signer = assertSigned(info, { bytes, all });
  return { content: bytes, signer, others: all.filter((each) => each !== signer) };
}

function certificateOf({ certificate }: CertificateChoices): readonly X509Certificate[] {
  if (certificate === undefined) return [];
  return [parseCertificate(new Uint8Array(AsnConvert.serialize(certificate)))];
}

function assertSigned(
  info: SignerInfo,
  { bytes, all }: { readonly bytes: Uint8Array; readonly all: readonly X509Certificate[] },
): X509Certificate {
  const hash = hashOf(info.digestAlgorithm);
  if (!equalBytes(new Uint8Array(attribute(info, id_contentType)), TST_INFO_DER)) {
    throw refused('content-type');
  }
  const digest = AsnConvert.parse(attribute(info, id_messageDigest), OctetString);
  if (!equalBytes(new Uint8Array(digest.buffer), digestOf(hash, bytes))) throw refused('digest');
  const named = AsnConvert.parse(attribute(info, SIGNING_CERTIFICATE_V2), SigningCertificateV2);
  const signer = all.find((certificate) => isNamed(named, certificate));
  if (signer === undefined) throw refused('signer');
  assertSignature(info, { hash, signer });
  return signer;
}

/** The first that is named is the one that signed; the others are of its path. */
function isNamed({ certs: [first] }: SigningCertificateV2, { raw }: X509Certificate): boolean {
  if (first === undefined) return false;
  const hash = first.hashAlgorithm === undefined ? 'sha256' : hashOf(first.hashAlgorithm);
  return equalBytes(new Uint8Array(first.certHash.buffer), digestOf(hash, raw));
}

function assertSignature(
  { signatureAlgorithm, signature, signedAttrs = [] }: SignerInfo,
  { hash, signer }: { readonly hash: Sha2; readonly signer: X509Certificate },
): void {
  const scheme = SIGNATURES.get(signatureAlgorithm.algorithm);
  const isKnown = scheme?.key === signer.publicKey.asymmetricKeyType;
  if (scheme === undefined || !isKnown) throw refused('signature-algorithm');
  // RFC 5652, section 5.4: signed is the SET of the attributes in DER, not the field [0] in which they travel.
  const signedSet = new Uint8Array(AsnConvert.serialize(new AttributeSet(signedAttrs)));
  const isSigned = verify(
    scheme.hash ?? hash,
    signedSet,
    signer.publicKey,
    new Uint8Array(signature.buffer),
  );
  if (!isSigned) throw refused('signature');
}

/** Once, with one value. */
function attribute({ signedAttrs = [] }: SignerInfo, type: string): ArrayBuffer {
  const found = signedAttrs.filter(({ attrType }) => attrType === type);
  const [value, ...more] = found[0]?.attrValues ?? [];
  if (found.length !== 1 || value === undefined || more.length > 0) throw refused('attributes');
  return value;
}

function hashOf({ algorithm }: AlgorithmIdentifier): Sha2 {
  const hash = HASHES.get(algorithm);
  if (hash === undefined) throw refused('hash-algorithm');
  return hash;
}

function digestOf(hash: Sha2, bytes: Uint8Array): Uint8Array {
  if (hash === 'sha256') return createHash('sha256').update(bytes).digest();
  if (hash === 'sha384') return createHash('sha384').update(bytes).digest();
  return createHash('sha512').update(bytes).digest();
}
