/** Who may release the client of a deployment, as the trust store named them when this browser first kept a release. */
export interface Pin {
  readonly deployment: string;
  readonly threshold: number;
  /** C2SP signed-note, "Verifier keys", of type 0x01. */
  readonly vkeys: readonly string[];
}

/** What the holders of the release keys signed. */
export interface SignedRelease {
  readonly releaseId: string;
  readonly issuedAt: string;
  /** SHA-256 of the bytes of the manifest, hexadecimal. */
  readonly manifestHash: string;
}

/** What is served is not what was released; `rule` says in which way, `path` of which file. */
export class Refused extends Error {
  constructor(
    readonly rule: string,
    readonly path: string,
  ) {
    super(rule);
  }
}

export const NOTE_PATH = '/web-manifest.note';
const TEXT = /^enlace\/web-release\/v1\n([^\n]+)\n([^\n]+)\n([^\n]+)\n([0-9a-f]{64})\n$/;
const KEY_BYTES = 32;
const KEY_ID_BYTES = 4;
const ED25519 = 1;

// Attacker-controlled: the note. Who may sign, and how many, was pinned.
/**
 * The release that a note is about. Every line of a pinned key must verify, and each key counts once. Throws
 * `Refused`.
 */
export async function verifyNote(note: string, pin: Pin): Promise<SignedRelease> {
  const blank = note.lastIndexOf('\n\n');
  const text = note.slice(0, blank + 1);
  const [, deployment, issuedAt, releaseId, manifestHash] = TEXT.exec(text) ?? [];
  if (issuedAt === undefined || releaseId === undefined || manifestHash === undefined) {
    throw new Refused('form', NOTE_PATH);
  }
  if (deployment !== pin.deployment) throw new Refused('other-deployment', NOTE_PATH);
  const lines = note.slice(blank + 2).split('\n');
  let signers = 0;
  for (const vkey of new Set(pin.vkeys)) signers += (await hasSigned(text, lines, vkey)) ? 1 : 0;
  if (signers < pin.threshold) throw new Refused('too-few-signatures', NOTE_PATH);
  return { releaseId, issuedAt, manifestHash };
}

async function hasSigned(text: string, lines: readonly string[], vkey: string): Promise<boolean> {
  const [name = '', id = '', ...rest] = vkey.split('+');
  const [type, ...raw] = bytesOf(rest.join('+'));
  if (type !== ED25519 || raw.length !== KEY_BYTES) throw new Refused('key', NOTE_PATH);
  const use = ['verify'] as const;
  const key = await crypto.subtle.importKey('raw', Uint8Array.from(raw), 'Ed25519', false, use);
  const message = new TextEncoder().encode(text);
  let isSigned = false;
  for (const line of lines) {
    const [dash, by, signed = '', ...more] = line.split(' ');
    if (dash !== '—' || by !== name || more.length > 0) continue;
    const bytes = bytesOf(signed);
    if (hexOf(bytes.subarray(0, KEY_ID_BYTES)) !== id) continue;
    const isSound = await crypto.subtle.verify('Ed25519', key, bytes.slice(KEY_ID_BYTES), message);
    if (!isSound) throw new Refused('signature', NOTE_PATH);
    isSigned = true;
  }
  return isSigned;
}

function bytesOf(base64: string): Uint8Array<ArrayBuffer> {
  try {
    return Uint8Array.from(atob(base64), (character) => character.charCodeAt(0));
  } catch {
    throw new Refused('form', NOTE_PATH);
  }
}

function hexOf(bytes: Uint8Array): string {
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('');
}

export async function sha256(bytes: Uint8Array<ArrayBuffer>): Promise<string> {
  return hexOf(new Uint8Array(await crypto.subtle.digest('SHA-256', bytes)));
}
