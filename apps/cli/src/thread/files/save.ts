import { PURPOSES, type Purpose } from '@enlace/contracts';
import type { WantedFile } from '@enlace/client';
import type { AttachmentId, ThreadId } from '@enlace/kernel';
import { cryptoReady } from '@enlace/trust';
import { CliError } from '../../command-line/cli-error.js';
import { fillText, printable } from '../../command-line/error-texts.js';
import type { Text } from '../../command-line/language.js';
import { findText, readArgumentId, requireText } from '../../command-line/option-values.js';
import { writeLine } from '../../command-line/terminal.js';
import type { Invocation } from '../../command-line/verb.js';
import { EXIT } from '../../exit-codes.js';
import { withOwnFiles } from './own-files.js';
import { SavedFile, savePlace } from './save-target.js';

const SAVED: Text = {
  es: 'Guardado y comprobado: {path} ({size} bytes, SHA-256 {sha256}).',
  en: 'Saved and verified: {path} ({size} bytes, SHA-256 {sha256}).',
};

/**
 * `enlace thread save`: fetches a file that an entry names, and gives it its name when every check of it held. What was
 * fetched of it before an interruption is not fetched again. Ends with 2 for a file that is not what its author signed.
 */
export async function run(invocation: Invocation): Promise<number> {
  await cryptoReady();
  const { options, argument, more, terminal, json, language } = invocation;
  const threadId = readArgumentId<ThreadId>(argument, 'THREAD');
  const wanted = wantedIn(more[0] ?? '');
  const out = requireText(options, 'out');
  const purpose = purposeIn(options);
  return withOwnFiles(invocation, async ({ files }) => {
    let path = out;
    const saved = await files.save(threadId, wanted, {
      purpose,
      targetFor: async ({ name }) => {
        const place = savePlace(out, name, options.has('overwrite'));
        ({ path } = place);
        return new SavedFile(place);
      },
    });
    const told = { event: 'saved', threadId, path, ...saved };
    const { size, sha256 } = saved;
    writeLine(
      terminal.output,
      json
        ? JSON.stringify(told)
        : fillText(SAVED[language], { path: printable(path), size, sha256 }),
    );
    return EXIT.done;
  });
}

function wantedIn(value: string): WantedFile {
  if (/^\d{1,9}$/u.test(value)) return { seq: Number(value) };
  return { attachmentId: readArgumentId<AttachmentId>(value, 'SEQ|ATTACHMENT') };
}

function purposeIn(options: Invocation['options']): Purpose | null {
  const value = findText(options, 'purpose');
  const found = PURPOSES.find((each) => each === value);
  if (value === null || found !== undefined) return found ?? null;
  const expected = PURPOSES.join(', ');
  throw new CliError('usage.bad-value', { option: '--purpose', value, expected });
}
