import { approveContact, carryInSession, rejectContact, softwarePresence } from '@enlace/client';
import { fillText } from '../../command-line/error-texts.js';
import type { Text } from '../../command-line/language.js';
import { requireText } from '../../command-line/option-values.js';
import { writeLine } from '../../command-line/terminal.js';
import type { Invocation } from '../../command-line/verb.js';
import { EXIT } from '../../exit-codes.js';
import { confirmed } from '../../person/confirmed.js';
import { contactIdOf, findProposal, proposalInWords, withSpeaker } from './speaking.js';

const TEXTS = {
  'contact-approved': { es: 'Contacto {contactId} aprobado.', en: 'Approved: {contactId}.' },
  'contact-rejected': { es: 'Contacto {contactId} rechazado.', en: 'Rejected: {contactId}.' },
} as const satisfies Readonly<Record<string, Text>>;

/** `enlace directory contact approve`: the foreign ministry's word, for a year, on what was shown before. */
export async function approve(invocation: Invocation): Promise<number> {
  return settle(invocation, 'contact-approved');
}

/** `enlace directory contact reject`: with a reason, which the host can read. */
export async function reject(invocation: Invocation): Promise<number> {
  return settle(invocation, 'contact-rejected');
}

async function settle(invocation: Invocation, event: keyof typeof TEXTS): Promise<number> {
  const { options, terminal, json, language } = invocation;
  const contactId = contactIdOf(invocation);
  const reason =
    event === 'contact-rejected' ? requireText(options, 'reason').normalize('NFC') : null;
  return withSpeaker(invocation, async ({ home, session, speaker }) => {
    const proposal = await findProposal(session, contactId);
    await confirmed(invocation, home.questions, proposalInWords(proposal));
    const carry = carryInSession(session, softwarePresence(home.profile.keys.signSeed));
    if (reason === null) await approveContact(carry, speaker, { wire: proposal.wire });
    else await rejectContact(carry, contactId, reason);
    const told = { contactId };
    writeLine(
      terminal.output,
      json ? JSON.stringify({ event, ...told }) : fillText(TEXTS[event][language], told),
    );
    return EXIT.done;
  });
}
