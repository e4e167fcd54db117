import type { OwnReceipt } from '@enlace/contracts';
import {
  isJsonObject,
  parseBase64,
  parseBase64Url,
  parseStrictJson,
  toBase64,
  toBase64Url,
  utf8,
  parseUtf8,
  type JsonObject,
  type JsonValue,
} from '@enlace/kernel';
import type { Policy } from '@enlace/tlog';
import {
  recordedDevice,
  verifyCustodyReceipt,
  type CustodyReceipt,
  type Directory,
  type ProvenCustody,
} from '@enlace/trust';
import { CliError } from '../command-line/cli-error.js';
import { EXIT } from '../exit-codes.js';
import { noteCrypto } from '../log/note-crypto.js';
import type { StampedProof } from './receipt-stamp.js';
import type { SealedFile } from './sealed-file.js';

/** What believes a receipt: the logs and witnesses of a home, and its directory. */
export interface ReceiptTrust {
  readonly policy: Policy;
  readonly directory: Directory;
}

/** The receipt as it is embedded: base64 of JSON, with everything that proves it. */
export function partsOfSeal(
  { seal, salt }: Pick<SealedFile, 'seal' | 'salt'>,
  { leaf, proof, digests, sections }: Extract<OwnReceipt, { pending: false }>,
  stamp: Uint8Array | null,
): string {
  const { what, who } = sections;
  if (what === undefined || who === undefined) throw new CliError('custody.erased');
  const parts = { v: 1, seal, salt: toBase64Url(salt), leaf, proof, digests, what, who };
  const time = stamp === null ? {} : { tsr: toBase64(stamp) };
  return toBase64(utf8(JSON.stringify({ ...parts, ...time })));
}

/** Throws what `verifyCustodyReceipt` throws, and `input.malformed` for what is no receipt. */
export function proveReceipt(parts: string, { policy, directory }: ReceiptTrust): ProvenCustody {
  const find = (deviceId: string, atMs: number) => recordedDevice(directory, deviceId, { atMs });
  return verifyCustodyReceipt(noteCrypto, readParts(parts), { policy, find });
}

/** What the receipt has of the time of its event. Throws `input.malformed` for what is no receipt. */
export function stampedProofIn(parts: string): StampedProof {
  const { proof, stamp } = readParts(parts);
  return { proof, stamp };
}

// Attacker-controlled: a receipt comes from whoever has an interest in it.
function readParts(parts: string): CustodyReceipt & StampedProof {
  try {
    const value = objectOf(parseStrictJson(parseUtf8(parseBase64(parts))));
    if (value['v'] !== 1) throw new TypeError('another version');
    const digests = objectOf(value['digests']);
    const digest = (name: string) => parseBase64(textOf(digests[name]));
    return {
      seal: textOf(value['seal']),
      salt: parseBase64Url(textOf(value['salt'])),
      leaf: parseBase64Url(textOf(value['leaf'])),
      proof: textOf(value['proof']),
      digests: {
        what: digest('what'),
        who: digest('who'),
        where: digest('where'),
        why: digest('why'),
        attest: digest('attest'),
      },
      what: sectionOf(value['what']),
      who: sectionOf(value['who']),
      stamp: value['tsr'] === undefined ? null : parseBase64(textOf(value['tsr'])),
    };
  } catch (cause) {
    const facts = { file: '--check', rule: 'receipt' };
    throw new CliError('input.malformed', facts, { cause, exitCode: EXIT.malformed });
  }
}

function sectionOf(value: JsonValue | undefined) {
  const { salt, bytes } = objectOf(value);
  return { salt: parseBase64(textOf(salt)), bytes: parseBase64(textOf(bytes)) };
}

function objectOf(value: JsonValue | undefined): JsonObject {
  if (value === undefined || !isJsonObject(value)) throw new TypeError('not an object');
  return value;
}

function textOf(value: JsonValue | undefined): string {
  if (typeof value !== 'string') throw new TypeError('not a text');
  return value;
}
