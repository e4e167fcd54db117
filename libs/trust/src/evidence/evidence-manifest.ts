import { z } from 'zod';

import {
  canonicalJson,
  isDomainError,
  parseBase64Url,
  parseStrictJson,
  parseUtf8,
  toBase64Url,
  utf8,
} from '@enlace/kernel';
import { EvidenceMalformed, type SectionName } from '@enlace/tlog';

import { SIGNING_LABELS } from '../labels.js';
import { publicKeyOf, type Seed } from '../sign-object.js';
import { signedMessage } from '../signed-object.js';
import { sodium } from '../sodium.js';
import { authority, bytesOf, instant, objectId, personId, text } from '../statements/fields.js';
import { EVIDENCE_NAME } from './bundle-names.js';

const scope = z.strictObject({
  kind: z.enum(['national', 'regional']),
  state: authority,
  /** Of a scope of one case, which nobody can show to have been granted: no bundle may claim it. */
  caseId: z.null(),
  /** What was asked for, in words or JSON; for people. */
  filter: text(2_048),
});

const manifest = z.strictObject({
  v: z.literal(1),
  madeAt: instant,
  madeBy: z.strictObject({ personId, deviceId: objectId, state: authority }),
  scope,
  expiresAt: instant,
  files: z.record(z.string().regex(EVIDENCE_NAME), z.string().regex(/^[0-9a-f]{64}$/)),
});

const signature = z.strictObject({ v: z.literal(1), deviceId: objectId, sig: bytesOf(64) });

/** What a bundle holds, whose it is, and what its exporter was allowed to see. */
export type EvidenceManifest = Readonly<z.infer<typeof manifest>>;
export type EvidenceScope = EvidenceManifest['scope'];
export type ManifestSignature = Readonly<z.infer<typeof signature>>;

/** Throws `tlog.evidence-malformed`, as do all readers here. */
export function formatManifest(content: EvidenceManifest): Uint8Array<ArrayBuffer> {
  const bytes = utf8(`${canonicalJson(content)}\n`);
  parseManifest(bytes);
  return bytes;
}

// Attacker-controlled: both files. One content has one spelling.
export function parseManifest(bytes: Uint8Array): EvidenceManifest {
  return parseCanonical(bytes, manifest);
}

export function parseManifestSignature(bytes: Uint8Array): ManifestSignature {
  return parseCanonical(bytes, signature);
}

/** `manifest.sig`: Ed25519 of the exporting device over `"enlace/evidence/v1" || 0x00 || manifest`. */
export function signManifest(
  bytes: Uint8Array,
  { deviceId, seed }: { readonly deviceId: string; readonly seed: Seed },
): Uint8Array<ArrayBuffer> {
  const { privateKey } = sodium.crypto_sign_seed_keypair(seed);
  const message = signedMessage(SIGNING_LABELS.evidence, bytes);
  const sig = sodium.crypto_sign_detached(message, privateKey);
  sodium.memzero(privateKey);
  const file = utf8(`${canonicalJson({ v: 1, deviceId, sig: toBase64Url(sig) })}\n`);
  // A signature that a fault spoiled must not leave the house.
  if (!isManifestSignedBy(bytes, parseManifestSignature(file), publicKeyOf(seed))) {
    throw new EvidenceMalformed('a signature that does not hold');
  }
  return file;
}

export function isManifestSignedBy(
  bytes: Uint8Array,
  { sig }: ManifestSignature,
  publicKey: Uint8Array,
): boolean {
  const message = signedMessage(SIGNING_LABELS.evidence, bytes);
  return sodium.crypto_sign_verify_detached(parseBase64Url(sig), message, publicKey);
}

/**
 * Whether the scope of an auditor leaves out a section of an event whose actor is of `actorState` (null: nobody's, or
 * not known because `what` is gone). A claim of the exporter beyond this rule is none.
 */
export function scopeExcludes(
  { kind, state }: EvidenceScope,
  section: SectionName,
  actorState: string | null,
): boolean {
  if (kind === 'regional') return section === 'where';
  return ['who', 'where', 'attest'].includes(section) && actorState !== state;
}

function parseCanonical<Shape extends z.ZodType>(bytes: Uint8Array, shape: Shape): z.infer<Shape> {
  try {
    const told = parseUtf8(bytes);
    const value = parseStrictJson(told);
    const parsed = shape.safeParse(value);
    if (parsed.success && `${canonicalJson(value)}\n` === told) return parsed.data;
  } catch (cause) {
    if (!isDomainError(cause)) throw cause;
    throw new EvidenceMalformed('a manifest that cannot be read', { cause });
  }
  throw new EvidenceMalformed('not the form of a manifest');
}
