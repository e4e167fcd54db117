import { listContactProposals } from '@enlace/client';
import { fillText } from '../../command-line/error-texts.js';
import type { Text } from '../../command-line/language.js';
import { writeLine } from '../../command-line/terminal.js';
import type { Invocation } from '../../command-line/verb.js';
import { EXIT } from '../../exit-codes.js';
import { withSpeaker } from './speaking.js';

const LINE: Text = {
  es: '{contactId}  {step}  {duties}  {name}',
  en: '{contactId}  {step}  {duties}  {name}',
};

/** `enlace directory contact list`: what offices of the own State proposed, the open ones first. */
export async function run(invocation: Invocation): Promise<number> {
  const { terminal, json, language } = invocation;
  return withSpeaker(invocation, async ({ session }) => {
    for (const { contact, card, step, reason } of await listContactProposals(session)) {
      const { contactId, officeId, personId, duties } = contact;
      const shown = card?.['displayName'];
      const name = typeof shown === 'string' ? shown : '-';
      writeLine(
        terminal.output,
        json
          ? JSON.stringify({
              event: 'contact',
              contactId,
              officeId,
              personId,
              duties,
              step,
              reason,
              card,
            })
          : fillText(LINE[language], { contactId, step, duties: duties.join(','), name }),
      );
    }
    return EXIT.done;
  });
}
