import { rmdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { CliError } from './command-line/cli-error.js';
import { printable } from './command-line/error-texts.js';
import type { Text } from './command-line/language.js';
import { Questions } from './command-line/questions.js';
import { writeLine } from './command-line/terminal.js';
import type { Invocation } from './command-line/verb.js';
import { EXIT } from './exit-codes.js';
import { dataFolderOf, findClusterProcess, findEntries } from './server/data-folder.js';
import { DEMO_FOLDER, lockDemo } from './server/demo-folder.js';

const TEXTS = {
  question: {
    es: 'Se borrará todo lo que hay en {folder}. ¿Continuar? (sí/no) ',
    en: 'Everything in {folder} will be deleted. Continue? (yes/no) ',
  },
  done: { es: 'Borrado: {folder}', en: 'Deleted: {folder}' },
} as const satisfies Readonly<Record<string, Text>>;

/** `enlace demo reset`: deletes a demo's data folder, nothing else's, and none that a server is using. */
export async function run({ options, terminal, language, json }: Invocation): Promise<number> {
  const data = options.get('data');
  const folder = dataFolderOf(typeof data === 'string' ? data : undefined, terminal.environment);
  const say = (text: Text) => text[language].replace('{folder}', () => printable(folder));
  assertDeletable(folder);
  if (!options.has('yes')) {
    const questions = new Questions(terminal);
    const isWanted = await questions.confirm(say(TEXTS.question));
    questions.close();
    if (!isWanted) throw new CliError('demo.not-confirmed');
  }
  const lock = lockDemo(folder, { exitCode: EXIT.cannotRun });
  try {
    // Once more: the answer may have taken its time.
    deleteDemo(folder, assertDeletable(folder));
  } finally {
    lock.release();
  }
  writeLine(terminal.output, json ? JSON.stringify({ event: 'deleted', folder }) : say(TEXTS.done));
  return EXIT.done;
}

function assertDeletable(folder: string): readonly string[] {
  const entries = findEntries(folder);
  if (entries === null) {
    throw new CliError('demo.nothing-to-reset', { folder });
  }
  if (!entries.includes(DEMO_FOLDER)) {
    throw new CliError('demo.folder-not-demo', { folder });
  }
  const pid = findClusterProcess(folder);
  if (pid !== null) {
    throw new CliError('demo.folder-in-use', { folder, pid });
  }
  return entries;
}

/** The mark goes last: a deletion that was cut short leaves a folder that can be deleted by the same command. */
function deleteDemo(folder: string, entries: readonly string[]): void {
  for (const entry of entries.filter((name) => name !== DEMO_FOLDER)) {
    rmSync(join(folder, entry), { recursive: true });
  }
  rmSync(join(folder, DEMO_FOLDER), { recursive: true });
  rmdirSync(folder);
}
