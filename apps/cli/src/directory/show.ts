import { canonicalJson } from '@enlace/kernel';
import { cryptoReady, publicSince } from '@enlace/trust';
import { statementInWords } from '../authority/statement-words.js';
import { CliError } from '../command-line/cli-error.js';
import { fillText } from '../command-line/error-texts.js';
import type { Text } from '../command-line/language.js';
import { writeLine } from '../command-line/terminal.js';
import type { Invocation } from '../command-line/verb.js';
import { EXIT } from '../exit-codes.js';
import { withEnrolledHome } from '../home/enrolled-home.js';
import { openDirectory } from '../home/held-directory.js';

const TEXTS = {
  signer: { es: '  firma: {kind} {state} {id}', en: '  signed by: {kind} {state} {id}' },
  public: { es: '  visto por los testigos: {at}', en: '  seen by the witnesses: {at}' },
  unseen: {
    es: '  los testigos no lo han visto todavía',
    en: '  the witnesses have not seen it yet',
  },
} as const satisfies Readonly<Record<string, Text>>;

/** `enlace directory show STATEMENT`: one statement that counts, in words, with who signed it. */
export async function run(invocation: Invocation): Promise<number> {
  await cryptoReady();
  const { terminal, json, language, argument } = invocation;
  return withEnrolledHome(invocation, async (home) => {
    const { directory } = await openDirectory(home);
    const found = directory.statements.get(argument) ?? null;
    if (found === null) throw new CliError('directory.unknown', { statement: argument });
    const { statement, index, signers } = found;
    const sinceMs = publicSince(directory, index);
    const seenAt = sinceMs === null ? null : new Date(sinceMs).toISOString();
    if (json) {
      const by = signers.map(({ kind, state, id }) => ({ kind, state, id }));
      const told = { event: 'statement', id: statement.id, index, body: statement.body };
      writeLine(terminal.output, canonicalJson({ ...told, signers: by, seenAt }));
      return EXIT.done;
    }
    writeLine(terminal.output, statementInWords(statement.body, language));
    for (const { kind, state, id } of signers) {
      writeLine(terminal.output, fillText(TEXTS.signer[language], { kind, state, id }));
    }
    writeLine(
      terminal.output,
      seenAt === null ? TEXTS.unseen[language] : fillText(TEXTS.public[language], { at: seenAt }),
    );
    return EXIT.done;
  });
}
