import { cryptoReady, formatLogCopy } from '@enlace/trust';
import { fillText } from '../command-line/error-texts.js';
import type { Text } from '../command-line/language.js';
import { requireText } from '../command-line/option-values.js';
import { writeLine } from '../command-line/terminal.js';
import type { Invocation } from '../command-line/verb.js';
import { EXIT } from '../exit-codes.js';
import { assertAbsent, writeNewFiles } from '../files/new-files.js';
import { withEnrolledHome } from '../home/enrolled-home.js';
import { openDirectory } from '../home/held-directory.js';

const COPIED: Text = {
  es: '{statements} declaraciones en {file}. Quien opera el servidor: enlace serve --refill {file}.',
  en: '{statements} statements in {file}. For whoever runs the server: enlace serve --refill {file}.',
};

/**
 * `enlace directory copy`: all statements that this home holds, with the checkpoint that they were found to agree with,
 * in a file that gives a server back what it lost; no server is asked. Throws `file.exists`.
 */
export async function run(invocation: Invocation): Promise<number> {
  await cryptoReady();
  const { options, terminal, language, json } = invocation;
  const file = requireText(options, 'out');
  assertAbsent([file]);
  return withEnrolledHome(invocation, async (home) => {
    const replica = await openDirectory(home);
    const text = formatLogCopy(await replica.copy());
    writeNewFiles([{ path: file, text, isSecret: false }]);
    const told = { file, statements: replica.entries.length };
    const line = json ? JSON.stringify({ event: 'copied', ...told }) : null;
    writeLine(terminal.output, line ?? fillText(COPIED[language], told));
    return EXIT.done;
  });
}
