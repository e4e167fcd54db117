import { approveInvitation } from '@enlace/client';
import { cryptoReady } from '@enlace/trust';
import { fillText } from '../command-line/error-texts.js';
import type { Text } from '../command-line/language.js';
import { writeLine } from '../command-line/terminal.js';
import type { Invocation } from '../command-line/verb.js';
import { EXIT } from '../exit-codes.js';
import { confirmed } from './confirmed.js';
import { invitationInWords } from './invitation-words.js';
import { withFounderOrRegistrar } from './speaking.js';
import { findInvitation, outFileOf, readNamed, writeTravelling } from './travelling.js';

const DONE: Text = {
  es: 'Invitación {invitationId} aprobada; ya se puede entregar.',
  en: 'The invitation {invitationId} is approved; it can be handed over.',
};

/** `enlace person approve`: the second registrar signs the same bytes, after he has read them in words. */
export async function run(invocation: Invocation): Promise<number> {
  await cryptoReady();
  const { terminal, language, json } = invocation;
  const out = outFileOf(invocation);
  return withFounderOrRegistrar(invocation, async ({ registrar, questions, session }) => {
    const open = await findInvitation(invocation, session);
    const content = readNamed(open);
    await confirmed(invocation, questions, invitationInWords(content, language));
    const wire = await approveInvitation(registrar, open);
    if (out !== null) writeTravelling(out, { ...open, wire });
    const { invitationId } = content.invitation;
    writeLine(
      terminal.output,
      json
        ? JSON.stringify({ event: 'approved', invitationId })
        : fillText(DONE[language], { invitationId }),
    );
    return EXIT.done;
  });
}
