import { ROUTES, type ContactProposed } from '@enlace/contracts';
import { isJsonObject, parseBase64Url, type JsonObject, type JsonValue } from '@enlace/kernel';
import { parseStatement, verifyContactCard, type Contact } from '@enlace/trust';

import { CeremonyRefused } from '../ceremony/ceremony-refused.js';
import type { Session } from '../session/session.js';
import { AnswerMalformed } from '../transport/client-error.js';

const STEPS = ['proposed', 'approved', 'rejected'] as const;

/** A contact that an office of the own State proposed, read from what was signed. */
export interface ContactProposal {
  /** The server's word. What counts is signed. */
  readonly step: ContactProposed['step'];
  readonly wire: string;
  readonly contact: Contact;
  /** Found to be what the statement commits to; null where it does not come along any more. */
  readonly card: JsonObject | null;
  readonly reason: string | null;
}

/**
 * The proposals of the own State, the open ones first. Throws `ceremony.refused` when a card is not the one that was
 * signed for, and the refusal of the server.
 */
export async function listContactProposals(session: Session): Promise<readonly ContactProposal[]> {
  const told = await session.request({ method: 'GET', path: ROUTES.contacts }, 'act');
  const { proposals } = isJsonObject(told) ? told : {};
  if (!Array.isArray(proposals)) throw new AnswerMalformed('contacts');
  const items: readonly JsonValue[] = proposals;
  return items.map(readProposal);
}

// Attacker-controlled: the server's text. What is shown in words is what an approval names.
function readProposal(value: JsonValue): ContactProposal {
  const { step, wire, cardBody, cardSalt, reason = null } = isJsonObject(value) ? value : {};
  const known = STEPS.find((each) => each === step);
  if (known === undefined || typeof wire !== 'string') throw new AnswerMalformed('contacts');
  if (reason !== null && typeof reason !== 'string') throw new AnswerMalformed('contacts');
  const { body } = parseStatement(wire);
  if (body.type !== 'contact') throw new AnswerMalformed('contacts');
  const isShown = typeof cardBody === 'string' && typeof cardSalt === 'string';
  const card = isShown ? cardIn(cardBody, cardSalt, body.card) : null;
  return { step: known, wire, contact: body, card, reason };
}

function cardIn(text: string, salt: string, committed: string): JsonObject {
  try {
    return verifyContactCard(text, parseBase64Url(salt), committed);
  } catch (cause) {
    throw new CeremonyRefused('card', { cause });
  }
}
