import { cancelInvitation } from '@enlace/client';
import { cryptoReady } from '@enlace/trust';
import type { Text } from '../command-line/language.js';
import { requireText } from '../command-line/option-values.js';
import { writeLine } from '../command-line/terminal.js';
import type { Invocation } from '../command-line/verb.js';
import { EXIT } from '../exit-codes.js';
import { readId } from './invite.js';
import { withRegistrar } from './speaking.js';

const DONE: Text = { es: 'Invitación retirada.', en: 'The invitation is withdrawn.' };

/** `enlace person cancel`: ends an invitation; one registrar is enough until there is a certificate. */
export async function run(invocation: Invocation): Promise<number> {
  await cryptoReady();
  const { options, terminal, language, json } = invocation;
  const invitationId = readId(requireText(options, 'invitation'), '--invitation');
  return withRegistrar(invocation, async ({ registrar }) => {
    await cancelInvitation(registrar, invitationId);
    writeLine(
      terminal.output,
      json ? JSON.stringify({ event: 'cancelled', invitationId }) : DONE[language],
    );
    return EXIT.done;
  });
}
