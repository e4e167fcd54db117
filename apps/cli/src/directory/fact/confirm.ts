import { carryInSession, confirmFact, softwarePresence } from '@enlace/client';
import { parseStatement } from '@enlace/trust';
import { statementInWords } from '../../authority/statement-words.js';
import { fillText } from '../../command-line/error-texts.js';
import type { Text } from '../../command-line/language.js';
import { requireText } from '../../command-line/option-values.js';
import { writeLine } from '../../command-line/terminal.js';
import type { Invocation } from '../../command-line/verb.js';
import { EXIT } from '../../exit-codes.js';
import { malformed, readInputFile, refusing } from '../../files/input-file.js';
import { confirmed } from '../../person/confirmed.js';
import { withSpeaker } from '../contact/speaking.js';

const DONE: Text = {
  es: 'Entregado: {path} ({statement}).',
  en: 'Handed in: {path} ({statement}).',
};

/**
 * `enlace directory fact confirm`: the second person reads what the first one signed, signs it too and hands it in.
 * What takes one signature alone is handed in by whoever proposed it.
 */
export async function run(invocation: Invocation): Promise<number> {
  const { options, terminal, json, language } = invocation;
  const file = requireText(options, 'in');
  const drafted = readInputFile(file);
  return withSpeaker(invocation, async ({ home, session, speaker }) => {
    const { body } = refusing(file, () => parseStatement(drafted));
    if (body.type !== 'fact-confirmation') throw malformed(file, 'other-type');
    await confirmed(invocation, home.questions, statementInWords(body, language));
    const carry = carryInSession(session, softwarePresence(home.profile.keys.signSeed));
    const wire = await confirmFact(carry, speaker, drafted);
    const told = { path: body.path, statement: parseStatement(wire).id };
    writeLine(
      terminal.output,
      json ? JSON.stringify({ event: 'fact-confirmed', ...told }) : fillText(DONE[language], told),
    );
    return EXIT.done;
  });
}
