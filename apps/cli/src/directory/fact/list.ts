import { resolve } from 'node:path';
import { confirmedFactsOf } from '@enlace/client';
import { confirmPacks } from '@enlace/mla';
import { cryptoReady } from '@enlace/trust';
import { findText } from '../../command-line/option-values.js';
import { writeLine } from '../../command-line/terminal.js';
import type { Invocation } from '../../command-line/verb.js';
import { EXIT } from '../../exit-codes.js';
import { assertAbsent, writeNewFiles } from '../../files/new-files.js';
import { withEnrolledHome } from '../../home/enrolled-home.js';
import { openDirectory } from '../../home/held-directory.js';
import { readPacks } from '../../precheck/inputs.js';
import { confirmedInWords, idleInWords, reviewInWords } from './fact-words.js';

/**
 * `enlace directory fact list`: the facts that States confirmed, beside what the packs say without them, what jurists
 * said of rules, and what has no effect and why. No server is asked: the directory is the one that this home holds.
 */
export async function run(invocation: Invocation): Promise<number> {
  await cryptoReady();
  const { options, terminal, json, language } = invocation;
  const given = findText(options, 'out');
  const out = given === null ? null : resolve(given);
  if (out !== null) assertAbsent([out]);
  const shipped = await readPacks(findText(options, 'packs'));
  return withEnrolledHome(invocation, async (home) => {
    const { directory } = await openDirectory(home);
    const { packs, confirmed, reviews, withoutEffect } = confirmPacks(
      shipped,
      confirmedFactsOf(directory),
    );
    const tell = (event: string, told: object, words: string): void =>
      writeLine(terminal.output, json ? JSON.stringify({ event, ...told }) : words);
    for (const fact of confirmed) tell('fact', fact, confirmedInWords(fact, language));
    for (const one of reviews) tell('rule-review', one, reviewInWords(one, language));
    for (const one of withoutEffect) {
      const { id: statement, state, path, on } = one.statement;
      tell('fact-idle', { statement, state, path, on, why: one.why }, idleInWords(one, language));
    }
    if (out !== null) {
      const { sha256, ...file } = packs;
      writeNewFiles([{ path: out, text: `${JSON.stringify(file)}\n`, isSecret: false }]);
      tell('packs-written', { file: out, version: packs.version, sha256 }, `${sha256}  ${out}`);
    }
    return EXIT.done;
  });
}
