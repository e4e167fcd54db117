import { isDomainError, parseHex, toHex, utf8, type Branded } from '@enlace/kernel';
import {
  formatNote,
  formatSignatureLine,
  openNote,
  parseVkey,
  splitNote,
  type NoteCrypto,
  type NoteSigner,
  type VerifierKey,
} from '@enlace/tlog';

import { instant } from '../statements/fields.js';
import { ReleaseRefused } from '../trust-error.js';
import type { TrustStore } from '../trust-store/trust-store.js';

/** What a release says: for which deployment, and which list of files. */
export interface WebRelease {
  /** Of the trust store: a release of one deployment is none of another. */
  readonly deployment: string;
  /** When its first holder signed: a newer one follows an older one, and never the reverse. */
  readonly issuedAt: string;
  /** `<version>+<first 12 hex digits of the manifest hash>`. */
  readonly releaseId: string;
  /** SHA-256 of the bytes of `web-manifest.json`. */
  readonly manifestHash: Uint8Array;
}

interface VerifiedContent extends WebRelease {
  /** The names of the keys that signed, at least as many as the trust store asks for. */
  readonly signers: readonly string[];
}
/** A release that enough release keys of a trust store signed. */
export type VerifiedWebRelease = Branded<Readonly<VerifiedContent>, 'VerifiedWebRelease'>;

const FIRST_LINE = 'enlace/web-release/v1';
const RELEASE_TEXT = /^enlace\/web-release\/v1\n([^\n]+)\n([^\n]+)\n([^\n]+)\n([0-9a-f]{64})\n$/;
const VERSION = /^[0-9A-Za-z][0-9A-Za-z.-]{0,63}$/;
const SHORT_HASH_DIGITS = 12;

/** The name of a build of this version. */
export function releaseIdOf(version: string, manifestHash: Uint8Array): string {
  return `${version}+${toHex(manifestHash).slice(0, SHORT_HASH_DIGITS)}`;
}

/**
 * A release signed by one key more: a text that nobody has signed yet, or the note of those who signed before. Throws
 * `release.refused` for a key that signed already.
 */
export function signWebRelease(
  signed: WebRelease | Uint8Array,
  signer: NoteSigner,
): Uint8Array<ArrayBuffer> {
  const { text, lines } =
    signed instanceof Uint8Array ? partsOf(signed) : { text: textOf(signed), lines: [] };
  const line = formatSignatureLine(signer.key, signer.sign(utf8(text)));
  if (lines.includes(line)) throw new ReleaseRefused('signed-already');
  return formatNote(text, [...lines, line]);
}

/** What a note says, with nothing verified: to be shown to whoever is asked to sign it. Throws `release.refused`. */
export function readWebRelease(note: Uint8Array): WebRelease {
  return parseText(partsOf(note).text);
}

// Attacker-controlled: the note. Who may sign, and how many, comes from the trust store alone.
/** Throws `release.refused` with the rule. */
export function verifyWebRelease(
  crypto: NoteCrypto,
  note: Uint8Array,
  { deployment, releases }: Pick<TrustStore, 'deployment' | 'releases'>,
): VerifiedWebRelease {
  if (releases === undefined) throw new ReleaseRefused('no-release-keys');
  const release = readWebRelease(note);
  const signers = signersOf(crypto, note, releases.vkeys);
  if (signers.length < releases.threshold) throw new ReleaseRefused('too-few-signatures');
  if (release.deployment !== deployment) throw new ReleaseRefused('other-deployment');
  const content: VerifiedContent = { ...release, signers };
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- the one place where a release is verified
  return content as VerifiedWebRelease;
}

/** The release key of this public key; `null` when the trust store names none. */
export function findReleaseKey(
  crypto: NoteCrypto,
  { releases }: Pick<TrustStore, 'releases'>,
  publicKey: Uint8Array,
): VerifierKey | null {
  const keys = keysOf(crypto, releases?.vkeys ?? []);
  return keys.find((key) => toHex(key.publicKey) === toHex(publicKey)) ?? null;
}

function signersOf(
  crypto: NoteCrypto,
  note: Uint8Array,
  vkeys: readonly string[],
): readonly string[] {
  return refusing(() => {
    const keys = keysOf(crypto, vkeys);
    return openNote(crypto, note, keys).signatures.map(({ key }) => key.name);
  });
}

/** A witness's key says when it saw something, and releases nothing. */
function keysOf(crypto: NoteCrypto, vkeys: readonly string[]): readonly VerifierKey[] {
  const keys = vkeys.map((vkey) => parseVkey(crypto, vkey));
  if (keys.some(({ type }) => type !== 'ed25519')) throw new ReleaseRefused('key-type');
  return keys;
}

function textOf({ deployment, issuedAt, releaseId, manifestHash }: WebRelease): string {
  const lines = [FIRST_LINE, deployment, issuedAt, releaseId, toHex(manifestHash)];
  const text = `${lines.join('\n')}\n`;
  parseText(text);
  return text;
}

function parseText(text: string): WebRelease {
  // First line, deployment, time, id, hash: nothing before, between or after.
  const [, deployment = '', issuedAt = '', releaseId = '', hash = ''] =
    RELEASE_TEXT.exec(text) ?? [];
  if (hash === '') throw new ReleaseRefused('form');
  if (!instant.safeParse(issuedAt).success) throw new ReleaseRefused('time');
  const manifestHash = parseHex(hash);
  const version = releaseId.slice(0, -SHORT_HASH_DIGITS - 1);
  if (!VERSION.test(version) || releaseId !== releaseIdOf(version, manifestHash)) {
    throw new ReleaseRefused('release-id');
  }
  return { deployment, issuedAt, releaseId, manifestHash };
}

function partsOf(note: Uint8Array) {
  return refusing(() => {
    const { text, signatures } = splitNote(note);
    return { text, lines: signatures.map(({ line }) => line) };
  });
}

function refusing<Result>(read: () => Result): Result {
  try {
    return read();
  } catch (cause) {
    if (!isDomainError(cause) || cause instanceof ReleaseRefused) throw cause;
    throw new ReleaseRefused(cause.code, { cause });
  }
}
