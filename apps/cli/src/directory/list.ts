import { cryptoReady, findStatement, parseStatement, subjectOf } from '@enlace/trust';
import { canonicalJson, isDomainError } from '@enlace/kernel';
import { printable } from '../command-line/error-texts.js';
import { findText } from '../command-line/option-values.js';
import { writeLine } from '../command-line/terminal.js';
import type { Invocation } from '../command-line/verb.js';
import { EXIT } from '../exit-codes.js';
import { withEnrolledHome } from '../home/enrolled-home.js';
import { openDirectory } from '../home/held-directory.js';

/** `enlace directory list`: the statements that this home holds, in the order of the log; no server is asked. */
export async function run(invocation: Invocation): Promise<number> {
  await cryptoReady();
  const { options, terminal, json } = invocation;
  const type = findText(options, 'type');
  const state = findText(options, 'state');
  return withEnrolledHome(invocation, async (home) => {
    const { directory, entries } = await openDirectory(home);
    for (const { index, wire } of entries) {
      const statement = readStatement(wire);
      if (statement === null) continue;
      const { body, id } = statement;
      if ((type ?? body.type) !== body.type || (state ?? body.state) !== body.state) continue;
      const counts = findStatement(directory, id) !== null;
      const line = {
        index,
        type: body.type,
        state: body.state,
        subject: subjectOf(body),
        id,
        counts,
      };
      writeLine(
        terminal.output,
        json
          ? canonicalJson({ event: 'statement', ...line })
          : printable(
              `${String(index).padStart(6)}  ${body.state}  ${body.type}  ${line.subject}  ${id}`,
            ),
      );
    }
    return EXIT.done;
  });
}

// Attacker-controlled: rubbish in the log was skipped by the fold, and is skipped here.
function readStatement(wire: string) {
  try {
    return parseStatement(wire);
  } catch (error) {
    if (!isDomainError(error, 'statement.refused')) throw error;
    return null;
  }
}
