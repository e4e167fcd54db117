import { resolve } from 'node:path';
import {
  listInvitations,
  readOpenInvitation,
  type InvitationContent,
  type OpenInvitation,
  type Session,
} from '@enlace/client';
import { canonicalJson, isJsonObject, type JsonObject, type JsonValue } from '@enlace/kernel';
import { CliError } from '../command-line/cli-error.js';
import { findText, requireText } from '../command-line/option-values.js';
import type { Invocation } from '../command-line/verb.js';
import { malformed, readInputFile, readJsonObject, refusing } from '../files/input-file.js';
import { assertAbsent, writeNewFiles } from '../files/new-files.js';

/**
 * The invitation that is meant: by `--invitation` from the server, or, while a State is founded, from `--in` (with the
 * claim of `--claim`), because nobody of it can ask the server yet. Throws `invitation.unknown`, `input.malformed`.
 */
export async function findInvitation(
  { options }: Invocation,
  session: Session | null,
): Promise<OpenInvitation> {
  if (session === null) return readTravelling(options);
  const id = requireText(options, 'invitation');
  const found = (await listInvitations(session)).find(
    (open) => readOpenInvitation(open).invitation.invitationId === id,
  );
  if (found === undefined) throw new CliError('invitation.unknown', { invitation: id });
  return found;
}

/** What is about to be signed, with the name in it. Throws `invitation.nameless`, and as `readOpenInvitation`. */
export function readNamed(open: OpenInvitation): InvitationContent {
  const content = readOpenInvitation(open);
  const { invitationId } = content.invitation;
  if (content.card === null)
    throw new CliError('invitation.nameless', { invitation: invitationId });
  return content;
}

/** The file that `--out` names, if any; found to be absent before anything is sent. */
export function outFileOf({ options }: Invocation): string | null {
  const out = findText(options, 'out');
  if (out === null) return null;
  const path = resolve(out);
  assertAbsent([path]);
  return path;
}

/** Writes what goes to the other registrar. It holds signatures, the name behind its hash, and no code. */
export function writeTravelling(
  path: string,
  { wire, card = null, claimWire, certificateWire }: Omit<OpenInvitation, 'step'>,
): void {
  const text = `${canonicalJson({ wire, card: card && { ...card }, claimWire, certificateWire })}\n`;
  writeNewFiles([{ path, text, isSecret: false }]);
}

// Attacker-controlled: it may come on a stick from anywhere. What is shown in words is what is signed.
function readTravelling(options: Invocation['options']): OpenInvitation {
  const path = requireText(options, 'in');
  const value: JsonObject = readJsonObject(path, readInputFile(path));
  const { wire, card = null, claimWire = null, certificateWire = null } = value;
  const isText = (text: JsonValue): text is string | null =>
    text === null || typeof text === 'string';
  if (typeof wire !== 'string' || !isText(claimWire) || !isText(certificateWire)) {
    throw malformed(path, 'not-an-invitation');
  }
  const claimPath = findText(options, 'claim');
  const claimed = claimPath === null ? claimWire : readInputFile(claimPath);
  const signed = { step: 'proposed', wire, claimWire: claimed, certificateWire } as const;
  const open = { ...signed, card: readCard(path, card) };
  refusing(claimPath ?? path, () => readOpenInvitation(open));
  return open;
}

function readCard(path: string, value: JsonValue): NonNullable<OpenInvitation['card']> | null {
  if (value === null) return null;
  const { body, salt } = isJsonObject(value) ? value : {};
  if (typeof body === 'string' && typeof salt === 'string') return { body, salt };
  throw malformed(path, 'not-an-invitation');
}
