import { confirmContact } from '@enlace/client';
import { fillText } from '../../command-line/error-texts.js';
import type { Text } from '../../command-line/language.js';
import { writeLine } from '../../command-line/terminal.js';
import type { Invocation } from '../../command-line/verb.js';
import { EXIT } from '../../exit-codes.js';
import { contactIdOf, withSpeaker } from './speaking.js';

const DONE: Text = {
  es: 'Contacto {contactId} confirmado para el trimestre.',
  en: 'The contact {contactId} is confirmed for the quarter.',
};

/** `enlace directory contact confirm`: the office says that the contact still is who is said. */
export async function run(invocation: Invocation): Promise<number> {
  const { terminal, json, language } = invocation;
  const contactId = contactIdOf(invocation);
  return withSpeaker(invocation, async ({ session, speaker }) => {
    await confirmContact(session, speaker, contactId);
    writeLine(
      terminal.output,
      json
        ? JSON.stringify({ event: 'contact-confirmed', contactId })
        : fillText(DONE[language], { contactId }),
    );
    return EXIT.done;
  });
}
