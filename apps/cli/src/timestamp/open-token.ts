import type { X509Certificate } from 'node:crypto';
import { AsnConvert } from '@peculiar/asn1-schema';
import {
  MessageImprint,
  PKIStatus,
  TimeStampReq,
  TimeStampReqVersion,
  TimeStampResp,
  TSTInfo,
} from '@peculiar/asn1-tsp';
import { AlgorithmIdentifier } from '@peculiar/asn1-x509';
import { OctetString } from '@peculiar/asn1-schema';
import { equalBytes, sha256 } from '@enlace/kernel';
import { CliError } from '../command-line/cli-error.js';
import { assertAnsweredFor } from './authorities.js';
import { refused } from './refused.js';
import { openSigned } from './signed-token.js';

const SHA_256 = '2.16.840.1.101.3.4.2.1';

/** A file was there at this time, says an authority. */
export interface TimeStamp {
  readonly atMs: number;
  /** The subject of the certificate that signed. */
  readonly authority: string;
}

/** A request for a time stamp over a file (RFC 3161, section 2.4.1): the authority learns its hash alone. */
export function formatRequest(file: Uint8Array, nonce: Uint8Array): Uint8Array<ArrayBuffer> {
  const request = new TimeStampReq({
    version: TimeStampReqVersion.v1,
    messageImprint: new MessageImprint({
      hashAlgorithm: new AlgorithmIdentifier({ algorithm: SHA_256, parameters: null }),
      hashedMessage: new OctetString(Uint8Array.from(sha256(file)).buffer),
    }),
    nonce: Uint8Array.from(nonce).buffer,
    certReq: true,
  });
  return new Uint8Array(AsnConvert.serialize(request));
}

/**
 * Opens the answer of an authority (a `.tsr` file) for a file. `nonce`: of the own request; null for an answer that was
 * kept. Without authorities nobody answers for the time, and it is only said whether the answer is about this file.
 * Throws `timestamp.refused`.
 */
export function openTimeStamp(
  answer: Uint8Array,
  asked: {
    readonly file: Uint8Array;
    readonly nonce: Uint8Array | null;
    readonly authorities: readonly X509Certificate[] | null;
  },
): TimeStamp {
  try {
    return open(answer, asked);
  } catch (cause) {
    // The parser throws errors of its own for whatever is no such structure.
    throw cause instanceof CliError ? cause : refused('form', cause);
  }
}

function open(
  answer: Uint8Array,
  { file, nonce, authorities }: Parameters<typeof openTimeStamp>[1],
): TimeStamp {
  const { status, timeStampToken } = AsnConvert.parse(answer, TimeStampResp);
  const isGranted = [PKIStatus.granted, PKIStatus.grantedWithMods].includes(status.status);
  if (!isGranted || timeStampToken === undefined) throw refused('not-granted');
  const { content, signer, others } = openSigned(timeStampToken);
  const said = AsnConvert.parse(content, TSTInfo);
  const { hashAlgorithm, hashedMessage } = said.messageImprint;
  const isOfFile =
    hashAlgorithm.algorithm === SHA_256 &&
    equalBytes(new Uint8Array(hashedMessage.buffer), sha256(file));
  if (!isOfFile) throw refused('other-file');
  if (nonce !== null && !isNonce(said.nonce, nonce)) throw refused('nonce');
  const atMs = said.genTime.getTime();
  if (!Number.isSafeInteger(atMs)) throw refused('time');
  if (authorities !== null) assertAnsweredFor(signer, { others, authorities, atMs });
  return { atMs, authority: signer.subject.replaceAll('\n', ', ') };
}

/** An INTEGER: its first byte may be a zero that keeps it positive. */
function isNonce(said: ArrayBuffer | undefined, nonce: Uint8Array): boolean {
  return said !== undefined && equalBytes(new Uint8Array(said), nonce);
}
