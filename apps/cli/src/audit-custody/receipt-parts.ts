import type { ThreadCustody, ThreadTransfer } from '@enlace/client';
import type { OwnReceipt } from '@enlace/contracts';
import {
  canonicalJson,
  isDomainError,
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
  verifyCustodyChain,
  type CustodyChain,
  type CustodyEvent,
  type Directory,
  type ProvenChain,
} from '@enlace/trust';
import { CliError } from '../command-line/cli-error.js';
import { EXIT } from '../exit-codes.js';
import { noteCrypto } from '../log/note-crypto.js';
import type { StampedProof } from './receipt-stamp.js';

/** What believes a receipt: the logs and witnesses of a home, and its directory. */
export interface ReceiptTrust {
  readonly policy: Policy;
  readonly directory: Directory;
}

/** A seal and what was handed on since, up to the link that a receipt is made of. */
export interface CustodyPath {
  readonly sealed: Pick<ThreadCustody['sealed'], 'seal' | 'salt'>;
  readonly transfers: readonly Pick<ThreadTransfer, 'wire' | 'salt' | 'receipt'>[];
}

/** The event of a link with what proves it, as canonical JSON. Throws `custody.erased`. */
export function linkReceipt({
  leaf,
  proof,
  digests,
  sections,
}: Extract<OwnReceipt, { pending: false }>): string {
  const { what, who } = sections;
  if (what === undefined || who === undefined) throw new CliError('custody.erased');
  const shown: JsonObject = JSON.parse(JSON.stringify({ leaf, proof, digests, what, who }));
  return canonicalJson(shown);
}

/**
 * The receipt as it is embedded: base64 of JSON, with everything that proves it. `receipt` is that of the last link;
 * each one before was handed over with the offer that followed it.
 */
export function partsOfChain(
  { sealed, transfers }: CustodyPath,
  receipt: string,
  stamp: Uint8Array | null,
): string {
  const receipts = [...transfers.map((transfer) => transfer.receipt), receipt].map(readReceipt);
  const handed = transfers.map(({ wire, salt }, at) => ({
    transfer: wire,
    salt: toBase64Url(salt),
    ...receipts[at + 1],
  }));
  const { seal, salt } = sealed;
  const parts = { v: 1, seal, salt: toBase64Url(salt), ...receipts[0] };
  const more = handed.length === 0 ? {} : { transfers: handed };
  const time = stamp === null ? {} : { tsr: toBase64(stamp) };
  return toBase64(utf8(JSON.stringify({ ...parts, ...more, ...time })));
}

/** Throws `integrity.failed` with the rule that does not hold, and `input.malformed` for what is no receipt. */
export function proveReceipt(parts: string, { policy, directory }: ReceiptTrust): ProvenChain {
  const { chain } = readParts(parts);
  const find = (deviceId: string, atMs: number) => recordedDevice(directory, deviceId, { atMs });
  try {
    return verifyCustodyChain(noteCrypto, chain, { policy, find });
  } catch (error) {
    if (!isDomainError(error)) throw error;
    const facts = { problem: String(error.facts['rule'] ?? error.code) };
    throw new CliError('integrity.failed', facts, { cause: error, exitCode: EXIT.alert });
  }
}

/** What the receipt has of the time of its last event. Throws `input.malformed` for what is no receipt. */
export function stampedProofIn(parts: string): StampedProof {
  const { chain, stamp } = readParts(parts);
  const { proof } = chain.transfers.at(-1) ?? chain.sealed;
  return { proof, stamp };
}

// Attacker-controlled: a receipt comes from whoever has an interest in it.
function readParts(parts: string) {
  return reading((): { readonly chain: CustodyChain; readonly stamp: Uint8Array | null } => {
    const value = objectOf(parseStrictJson(parseUtf8(parseBase64(parts))));
    if (value['v'] !== 1) throw new TypeError('another version');
    const { transfers = [], tsr } = value;
    if (!Array.isArray(transfers)) throw new TypeError('not a list');
    const saltOf = (link: JsonObject) => parseBase64Url(textOf(link['salt']));
    return {
      chain: {
        sealed: { seal: textOf(value['seal']), salt: saltOf(value), ...eventOf(value) },
        transfers: transfers.map(objectOf).map((link) => ({
          transfer: textOf(link['transfer']),
          salt: saltOf(link),
          ...eventOf(link),
        })),
      },
      stamp: tsr === undefined ? null : parseBase64(textOf(tsr)),
    };
  });
}

// Attacker-controlled: a member of the thread handed it over.
function readReceipt(receipt: string): JsonObject {
  return reading(() => objectOf(parseStrictJson(receipt)));
}

function reading<Value>(read: () => Value): Value {
  try {
    return read();
  } catch (cause) {
    const facts = { file: '--check', rule: 'receipt' };
    throw new CliError('input.malformed', facts, { cause, exitCode: EXIT.malformed });
  }
}

function eventOf(value: JsonObject): CustodyEvent {
  const digests = objectOf(value['digests']);
  const digest = (name: string) => parseBase64(textOf(digests[name]));
  return {
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
  };
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
