import type { z } from 'zod';

import {
  canonicalJson,
  isJsonObject,
  parseBase64Url,
  parseStrictJson,
  type JsonObject,
} from '@enlace/kernel';
import { isAllowedMixture } from '@enlace/contracts';

import { verifyCard } from '../card.js';
import { keyId } from '../fingerprint.js';
import { officeAt } from '../fold/authority-rules.js';
import type { Directory, SignerKey } from '../fold/directory.js';
import { SIGNING_LABELS, type SigningLabel } from '../labels.js';
import { mayCertify } from '../roles.js';
import { isSignedBy, parseSignedObject, type SignedObject } from '../signed-object.js';
import { verifyStateSigners } from '../state-signatures.js';
import { StatementRefused } from '../trust-error.js';
import {
  claim,
  claimPoll,
  contactCard,
  invitation,
  personCard,
  reentry,
} from './ceremony-bodies.js';

/** From its proposal to its claim an invitation lives at most this long. */
export const INVITATION_LIFE_MS = 72 * 3_600_000;
/** From its proposal on a code of re-entry lives at most this long. */
export const REENTRY_LIFE_MS = 24 * 3_600_000;
/** A device proves itself anew for each poll; its proof counts for so long, before and after its own time. */
export const CLAIM_POLL_LIFE_MS = 60_000;

export type Invitation = Readonly<z.infer<typeof invitation>>;
export type Reentry = Readonly<z.infer<typeof reentry>>;
export type Claim = Readonly<z.infer<typeof claim>>;
export type ClaimPoll = Readonly<z.infer<typeof claimPoll>>;

/** An invitation, and the registrars of its State that signed it. */
export interface SignedInvitation {
  readonly invitation: Invitation;
  readonly registrars: readonly SignerKey[];
}

/** Reads an invitation without judging it. Throws `statement.refused`. */
export function parseInvitation(wire: string): Invitation {
  return read(invitation, parseSignedObject(wire).body, 'invitation-members');
}

/**
 * Reads an invitation and verifies every signature on it, as of `atMs`. Throws `statement.refused` when one is
 * of anybody
 * else than a certified registrar of the invitation's State, or when no certificate could follow from it. The
 * caller says how many registrars it needs.
 */
export function verifyInvitation(
  directory: Directory,
  wire: string,
  atMs: number,
): SignedInvitation {
  const object = parseSignedObject(wire);
  const body = read(invitation, object.body, 'invitation-members');
  const asked = { label: SIGNING_LABELS.invitation, state: body.state, atMs };
  const registrars = registrarsOnly(verifyStateSigners(directory, object, asked));
  if (!isAllowedMixture(body.roles)) throw new StatementRefused('role-mixture');
  if (!mayCertify(body.state, body.roles, body.auditScope))
    throw new StatementRefused('role-authority');
  if (officeAt(directory, body.state, body.officeId) === null) throw new StatementRefused('office');
  return { invitation: body, registrars };
}

/** Reads what a code of re-entry is for without judging it. Throws `statement.refused`. */
export function parseReentry(wire: string): Reentry {
  return read(reentry, parseSignedObject(wire).body, 'reentry-members');
}

/**
 * Reads what a code of re-entry is for and verifies every signature on it, as of `atMs`. Throws `statement.refused`
 * when one is of anybody else than a certified registrar of its State. The caller says how many it needs.
 */
export function verifyReentry(
  directory: Directory,
  wire: string,
  atMs: number,
): { readonly reentry: Reentry; readonly registrars: readonly SignerKey[] } {
  const object = parseSignedObject(wire);
  const body = read(reentry, object.body, 'reentry-members');
  const asked = { label: SIGNING_LABELS.reentry, state: body.state, atMs };
  return {
    reentry: body,
    registrars: registrarsOnly(verifyStateSigners(directory, object, asked)),
  };
}

/** The card of a contact, when it is the one that the contact commits to. Throws `statement.refused`. */
export function verifyContactCard(text: string, salt: Uint8Array, committed: string): JsonObject {
  return verifyCard(readCard(contactCard, text), salt, committed);
}

/** The card of a person, when it is the one that a certificate commits to. Throws `statement.refused`. */
export function verifyPersonCard(text: string, salt: Uint8Array, committed: string): JsonObject {
  return verifyCard(readCard(personCard, text), salt, committed);
}

function registrarsOnly(signers: readonly SignerKey[]): readonly SignerKey[] {
  if (signers.some(({ kind }) => kind !== 'registrar')) throw new StatementRefused('signer');
  return signers;
}

function readCard<Schema extends z.ZodType>(schema: Schema, text: string): z.infer<Schema> {
  const body = parseStrictJson(text);
  if (!isJsonObject(body) || canonicalJson(body) !== text) throw new StatementRefused('card');
  return read(schema, body, 'card');
}

/** Reads a claim. Throws `statement.refused` unless exactly its identity key and its device key signed it. */
export function verifyClaim(wire: string): Claim {
  const object = parseSignedObject(wire);
  const body = read(claim, object.body, 'claim-members');
  if (body.identityKey === body.signKey) throw new StatementRefused('key-in-use');
  assertSignedByAll(object, SIGNING_LABELS.claim, [body.identityKey, body.signKey]);
  return body;
}

/** Reads a poll without judging it: the caller finds the claim that it is about. Throws `statement.refused`. */
export function parseClaimPoll(wire: string): ClaimPoll {
  return read(claimPoll, parseSignedObject(wire).body, 'claim-poll-members');
}

/** The poll, when the device of the claim signed it within the last minute. Throws `statement.refused`. */
export function verifyClaimPoll(wire: string, signKey: string, nowMs: number): ClaimPoll {
  const object = parseSignedObject(wire);
  const body = read(claimPoll, object.body, 'claim-poll-members');
  assertSignedByAll(object, SIGNING_LABELS.claimPoll, [signKey]);
  if (Math.abs(Date.parse(body.at) - nowMs) > CLAIM_POLL_LIFE_MS) {
    throw new StatementRefused('claim-poll-time');
  }
  return body;
}

function read<Schema extends z.ZodType>(
  schema: Schema,
  body: JsonObject,
  rule: string,
): z.infer<Schema> {
  const parsed = schema.safeParse(body);
  if (!parsed.success) throw new StatementRefused(rule);
  return parsed.data;
}

function assertSignedByAll(
  object: SignedObject,
  name: SigningLabel,
  keys: readonly string[],
): void {
  const publicKeys = keys.map(parseBase64Url);
  const ids: readonly string[] = publicKeys.map(keyId);
  const isExact =
    object.signatures.length === keys.length &&
    object.signatures.every(({ key }) => ids.includes(key)) &&
    publicKeys.every((key) => isSignedBy(object, name, key));
  if (!isExact) throw new StatementRefused('signature');
}
