import {
  groupDigits,
  parseCrockford,
  parseHex,
  readCrockfordDigits,
  toBase64Url,
  toCrockford,
  toHex,
  DomainError,
} from '@enlace/kernel';
import { REGIONAL_AUTHORITY, STATES, type StateCode } from '@enlace/contracts';

import { labelledHash } from '../sodium.js';

const CODE_BYTES = 16;
const ID_BYTES = 16;
const FINGERPRINT_BYTES = 16;
const CHECK_DIGITS = 4;

/** A typed invitation that has not its form, or whose check fails; `facts.part` names the part to look at. */
export class InvitationMalformed extends DomainError {
  override readonly code = 'invitation.malformed';
  override readonly kind = 'malformed';
}

/** What is handed over on paper: an invitation, or a code with which somebody comes back. */
type Scheme = 'enlace-invite' | 'enlace-reentry';

/** What a registrar hands over on paper: who is invited where, the secret code, and what the client must compare. */
export interface InvitationText {
  readonly state: StateCode;
  readonly invitationId: string;
  readonly code: Uint8Array;
  readonly trustStoreFingerprint: Uint8Array;
}

/** What two registrars hand over to a person who has no passkey left. */
export interface ReentryText extends Omit<InvitationText, 'invitationId'> {
  readonly reentryId: string;
}

/** `enlace-invite:1:<STATE>:<id>:<code>:<fingerprint>`, the last three in groups of four with check characters. */
export function formatInvitation(invitation: InvitationText): string {
  return formatPaper('enlace-invite', invitation);
}

/** As an invitation, `enlace-reentry` in front. */
export function formatReentry({ reentryId, ...paper }: ReentryText): string {
  return formatPaper('enlace-reentry', { ...paper, invitationId: reentryId });
}

/** Reads what a person typed; case, spaces and dashes do not matter. Throws `invitation.malformed`. */
export function readInvitation(typed: string): InvitationText {
  return readPaper('enlace-invite', typed);
}

/** Reads what a person typed who comes back. Throws `invitation.malformed`, also for an invitation. */
export function readReentry(typed: string): ReentryText {
  const { invitationId: reentryId, ...paper } = readPaper('enlace-reentry', typed);
  return { ...paper, reentryId };
}

function formatPaper(scheme: Scheme, paper: InvitationText): string {
  const parts = [
    parseHex(paper.invitationId.replaceAll('-', '')),
    paper.code,
    paper.trustStoreFingerprint,
  ].map(formatPart);
  return [scheme, '1', paper.state, ...parts].join(':');
}

function readPaper(expected: Scheme, typed: string): InvitationText {
  const [scheme, version, state, ...parts] = typed.replaceAll(/\s/g, '').split(':');
  if (scheme?.toLowerCase() !== expected || version !== '1' || parts.length !== 3) {
    throw new InvitationMalformed(`not ${expected} of version 1`);
  }
  const [id, code, fingerprint] = [ID_BYTES, CODE_BYTES, FINGERPRINT_BYTES].map((length, part) =>
    readPart(parts[part] ?? '', part, length),
  );
  return {
    state: readState(state ?? ''),
    invitationId: uuidText(id ?? new Uint8Array()),
    code: code ?? new Uint8Array(),
    trustStoreFingerprint: fingerprint ?? new Uint8Array(),
  };
}

/** What the invitation statement says of its code; the server sees the code itself only when it is claimed. */
export function invitationCodeHash(code: Uint8Array): string {
  return toBase64Url(labelledHash('enlace/invitation-code/v1', code));
}

/** What the statement of two registrars says of the code with which somebody comes back. */
export function reentryCodeHash(code: Uint8Array): string {
  return toBase64Url(labelledHash('enlace/reentry-code/v1', code));
}

/** Bytes as people copy them: groups of four, with check characters that know which part it is. */
export function formatPart(bytes: Uint8Array, part: number): string {
  return groupDigits(toCrockford(bytes) + checkDigits(part, bytes));
}

/** The bytes of such a part. Throws `invitation.malformed`, with the number of the part. */
export function readPart(typed: string, part: number, length: number): Uint8Array {
  const refuse = (cause?: unknown) =>
    new InvitationMalformed('a part of the text does not hold', {
      cause,
      facts: { part: part + 1 },
    });
  try {
    const digits = readCrockfordDigits(typed);
    const bytes = parseCrockford(digits.slice(0, -CHECK_DIGITS));
    if (bytes.length === length && digits.endsWith(checkDigits(part, bytes))) return bytes;
  } catch (cause) {
    throw refuse(cause);
  }
  throw refuse();
}

function checkDigits(part: number, bytes: Uint8Array): string {
  const hash = labelledHash('enlace/invitation-check/v1', Uint8Array.of(part), bytes);
  return toCrockford(hash).slice(0, CHECK_DIGITS);
}

function readState(typed: string): StateCode {
  const known: readonly StateCode[] = [...STATES, REGIONAL_AUTHORITY];
  const found = known.find((state) => state === typed.toUpperCase());
  if (found === undefined) throw new InvitationMalformed('the State of the invitation is unknown');
  return found;
}

export function uuidText(bytes: Uint8Array): string {
  const hex = toHex(bytes);
  return [0, 8, 12, 16, 20].map((from, at, all) => hex.slice(from, all[at + 1] ?? 32)).join('-');
}
