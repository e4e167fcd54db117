import { proposeContact, type ContactContent } from '@enlace/client';
import { parseStatement } from '@enlace/trust';
import { fillText } from '../../command-line/error-texts.js';
import type { Text } from '../../command-line/language.js';
import { findText, requireText } from '../../command-line/option-values.js';
import { writeLine } from '../../command-line/terminal.js';
import type { Invocation } from '../../command-line/verb.js';
import { EXIT } from '../../exit-codes.js';
import { readId } from '../../person/invite.js';
import { withSpeaker } from './speaking.js';

const DONE: Text = {
  es: 'Contacto {contactId} propuesto; lo aprueba la Cancillería.',
  en: 'The contact {contactId} is proposed; the foreign ministry approves it.',
};

/** `enlace directory contact propose`: an office says whom to call. The words of the card never enter the log. */
export async function run(invocation: Invocation): Promise<number> {
  const { terminal, json, language } = invocation;
  const content = readContent(invocation);
  return withSpeaker(invocation, async ({ session, speaker }) => {
    const { body } = parseStatement(await proposeContact(session, speaker, content));
    const told = { contactId: body.type === 'contact' ? body.contactId : '' };
    writeLine(
      terminal.output,
      json
        ? JSON.stringify({ event: 'contact-proposed', ...told })
        : fillText(DONE[language], told),
    );
    return EXIT.done;
  });
}

function readContent({ options }: Invocation): ContactContent {
  const id = (name: string) => {
    const value = findText(options, name);
    return value === null ? null : readId(value, `--${name}`);
  };
  const word = (name: string) => findText(options, name)?.normalize('NFC') ?? null;
  const list = (name: string) =>
    requireText(options, name)
      .split(',')
      .map((each) => each.trim());
  const contactId = id('contact');
  return {
    ...(contactId === null ? {} : { contactId }),
    officeId: readId(requireText(options, 'office'), '--office'),
    personId: id('person'),
    duties: list('duties'),
    card: {
      displayName: word('name'),
      function: {
        es: requireText(options, 'function-es').normalize('NFC'),
        en: requireText(options, 'function-en').normalize('NFC'),
      },
      languages: list('languages'),
      phone: word('phone'),
      email: word('email'),
      hours: word('hours'),
      substitute: word('substitute'),
    },
  };
}
