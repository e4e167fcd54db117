import { createHash, generateKeyPairSync, sign, type KeyObject } from 'node:crypto';

import {
  Attribute,
  CertificateChoices,
  CertificateSet,
  CMSVersion,
  DigestAlgorithmIdentifiers,
  EncapsulatedContent,
  EncapsulatedContentInfo,
  id_contentType,
  id_messageDigest,
  id_signedData,
  IssuerAndSerialNumber,
  SignedData,
  SignerIdentifier,
  SignerInfo,
  SignerInfos,
} from '@peculiar/asn1-cms';
import { AsnArray, AsnConvert, AsnType, AsnTypeTypes, OctetString } from '@peculiar/asn1-schema';
import {
  id_ct_tstInfo,
  PKIStatus,
  PKIStatusInfo,
  TimeStampReq,
  TimeStampResp,
  TimeStampToken,
  TSTInfo,
  TSTInfoVersion,
} from '@peculiar/asn1-tsp';
import { AlgorithmIdentifier, Certificate } from '@peculiar/asn1-x509';
import { parseHex } from '@enlace/kernel';

import { issueCertificate, type Issued } from './invented-certificate.js';

const SHA_256 = new AlgorithmIdentifier({ algorithm: '2.16.840.1.101.3.4.2.1' });
const ECDSA_SHA_256 = new AlgorithmIdentifier({ algorithm: '1.2.840.10045.4.3.2' });
const SIGNING_CERTIFICATE_V2 = '1.2.840.113549.1.9.16.2.47';
const TIME_STAMPING = '1.3.6.1.5.5.7.3.8';
const DAY_MS = 86_400_000;

class AttributeSet extends AsnArray<Attribute> {}
AsnType({ type: AsnTypeTypes.Set, itemType: Attribute })(AttributeSet);

/** What an authority may do wrong. */
export interface StampLie {
  readonly atMs?: number;
  readonly digest?: Uint8Array;
  readonly withoutNonce?: boolean;
  readonly refuses?: boolean;
  /** Whose certificate is named as the one that signed. */
  readonly names?: Issued;
}

/** An authority of time as RFC 3161 describes it, invented for a test: a root, and a certificate that stamps. */
export class InventedAuthority {
  readonly #key: KeyObject;
  readonly root: Issued;
  readonly stamping: Issued;

  constructor(
    private readonly nowMs: number,
    purposes: readonly string[] = [TIME_STAMPING],
  ) {
    const rootKeys = generateKeyPairSync('ec', { namedCurve: 'P-256' });
    const keys = generateKeyPairSync('ec', { namedCurve: 'P-256' });
    const term = { fromMs: nowMs - DAY_MS, toMs: nowMs + 30 * DAY_MS };
    const root = { name: 'Invented root', purposes: null, publicKey: rootKeys.publicKey, ...term };
    this.root = issueCertificate(root, { name: 'Invented root', key: rootKeys.privateKey });
    const stamping = { name: 'Invented stamps', purposes, publicKey: keys.publicKey, ...term };
    this.stamping = issueCertificate(stamping, { name: root.name, key: rootKeys.privateKey });
    this.#key = keys.privateKey;
  }

  /** The answer to a request (`application/timestamp-reply`). */
  answer(request: Uint8Array, lie: StampLie = {}): Uint8Array<ArrayBuffer> {
    const { messageImprint, nonce } = AsnConvert.parse(request, TimeStampReq);
    const { atMs = this.nowMs, digest, withoutNonce = false, refuses = false } = lie;
    if (refuses) return answerOf(PKIStatus.rejection, undefined);
    if (digest !== undefined) messageImprint.hashedMessage = new OctetString(digest);
    const info = new TSTInfo({
      version: TSTInfoVersion.v1,
      policy: '1.2.3.4',
      messageImprint,
      serialNumber: new Uint8Array([1]).buffer,
      genTime: new Date(atMs),
      ...(nonce === undefined || withoutNonce ? {} : { nonce }),
    });
    const content = AsnConvert.serialize(info);
    const signed = this.#sign(content, lie.names ?? this.stamping);
    const token = { contentType: id_signedData, content: AsnConvert.serialize(signed) };
    return answerOf(PKIStatus.granted, Object.assign(new TimeStampToken(), token));
  }

  #sign(content: ArrayBuffer, named: Issued): SignedData {
    const hash = createHash('sha256').update(named.der).digest();
    const signedAttrs = [
      new Attribute({
        attrType: id_contentType,
        attrValues: [bufferOf(parseHex('060b2a864886f70d0109100104'))],
      }),
      new Attribute({
        attrType: id_messageDigest,
        attrValues: [AsnConvert.serialize(new OctetString(sha256Of(content)))],
      }),
      new Attribute({
        attrType: SIGNING_CERTIFICATE_V2,
        attrValues: [bufferOf(Buffer.concat([parseHex('3026302430220420'), hash]))],
      }),
    ];
    const signedBytes = new Uint8Array(AsnConvert.serialize(new AttributeSet(signedAttrs)));
    const certificate = AsnConvert.parse(this.stamping.der, Certificate);
    const { issuer, serialNumber } = certificate.tbsCertificate;
    const signer = new SignerInfo({
      version: CMSVersion.v1,
      sid: new SignerIdentifier({
        issuerAndSerialNumber: new IssuerAndSerialNumber({ issuer, serialNumber }),
      }),
      digestAlgorithm: SHA_256,
      signedAttrs,
      signatureAlgorithm: ECDSA_SHA_256,
      signature: new OctetString(sign('sha256', signedBytes, this.#key)),
    });
    return new SignedData({
      version: CMSVersion.v3,
      digestAlgorithms: new DigestAlgorithmIdentifiers([SHA_256]),
      encapContentInfo: new EncapsulatedContentInfo({
        eContentType: id_ct_tstInfo,
        eContent: new EncapsulatedContent({ single: new OctetString(content) }),
      }),
      certificates: new CertificateSet([new CertificateChoices({ certificate })]),
      signerInfos: new SignerInfos([signer]),
    });
  }
}

function answerOf(status: PKIStatus, timeStampToken: TimeStampToken | undefined) {
  const answer = { status: new PKIStatusInfo({ status }) };
  const full = timeStampToken === undefined ? answer : { ...answer, timeStampToken };
  return new Uint8Array(AsnConvert.serialize(new TimeStampResp(full)));
}

function sha256Of(content: ArrayBuffer): Uint8Array {
  return createHash('sha256').update(new Uint8Array(content)).digest();
}

function bufferOf(bytes: Uint8Array): ArrayBuffer {
  return Uint8Array.from(bytes).buffer;
}
