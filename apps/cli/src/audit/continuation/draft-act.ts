import { auditTrustOf, readLosses, type Session } from '@enlace/client';
import { canonicalJson } from '@enlace/kernel';
import { openCheckpoint, parseVkey, type VerifiedCheckpoint } from '@enlace/tlog';
import { formatLossTarget, readLossTarget } from '@enlace/trust';
import { CliError } from '../../command-line/cli-error.js';
import { fillText } from '../../command-line/error-texts.js';
import type { Text } from '../../command-line/language.js';
import { requireText } from '../../command-line/option-values.js';
import { writeLine } from '../../command-line/terminal.js';
import type { Invocation } from '../../command-line/verb.js';
import { EXIT } from '../../exit-codes.js';
import { malformed, readInputFile, refusing } from '../../files/input-file.js';
import { assertAbsent, writeNewFiles } from '../../files/new-files.js';
import { withEnrolledHome } from '../../home/enrolled-home.js';
import { openDirectory } from '../../home/held-directory.js';
import { openKeptSession } from '../../home/signed-in.js';
import { noteCrypto } from '../../log/note-crypto.js';
import { listLogs } from './listed-logs.js';

/** A checkpoint with the lines of all its witnesses. In bytes. */
const NOTE_LIMIT_BYTES = 256 * 1024;

const DRAFTED: Text = {
  es: 'Borrador para que lo firmen los Estados: {file}. {origin} pierde las entradas {from} a {to}; sigue {next}.',
  en: 'Draft for the States to sign: {file}. {origin} loses entries {from} to {to}; {next} goes on.',
};

/**
 * Writes what the States are asked to sign: the head up to which entries were promised, as a witness or a node holds it
 * under the key that this home believes, and the key that the server has for the log that goes on. Throws
 * `log.not-halted`, `log.unknown`, and `input.malformed` for a checkpoint that shows no loss.
 */
export async function draftAct(invocation: Invocation): Promise<number> {
  const { options, terminal, language, json } = invocation;
  const file = requireText(options, 'out');
  const reason = requireText(options, 'reason');
  const path = requireText(options, 'checkpoint');
  const note = readInputFile(path, NOTE_LIMIT_BYTES);
  assertAbsent([file]);
  return withEnrolledHome(invocation, async (home) => {
    const { session } = await openKeptSession(home);
    const { directory } = await openDirectory(home);
    const halted = await findHalted(session);
    const key = auditTrustOf(directory, await readLosses(session, directory)).policy.logs.find(
      ({ key: { name } }) => {
        return name === halted.origin;
      },
    )?.key;
    if (key === undefined) throw new CliError('log.unknown', { origin: halted.origin });
    const held = refusing(path, (): VerifiedCheckpoint => {
      const bytes = Buffer.from(`${note}\n`);
      return openCheckpoint(noteCrypto, bytes, { origin: halted.origin, logKeys: [key] });
    });
    if (held.size <= halted.size) throw malformed(path, 'nothing-lost');
    const next = { origin: parseVkey(noteCrypto, halted.next).name, vkey: halted.next };
    const lost = { origin: halted.origin, size: held.size, root: held.root };
    const target = formatLossTarget({ lost, next });
    readLossTarget(target);
    const text = `${canonicalJson({ action: 'leave-recovery', reason, target })}\n`;
    writeNewFiles([{ path: file, text, isSecret: false }]);
    const about = { file, origin: lost.origin, next: next.origin };
    const told = { ...about, from: halted.size, to: held.size - 1 };
    const line = json ? JSON.stringify({ event: 'drafted', ...told }) : null;
    writeLine(terminal.output, line ?? fillText(DRAFTED[language], told));
    return EXIT.done;
  });
}

// Attacker-controlled: the list. The States sign what it says only together with a head that a witness holds.
async function findHalted(session: Session) {
  for (const { origin, size, state, next } of await listLogs(session)) {
    const isHalted = state === 'halted' && typeof next === 'string';
    if (isHalted && typeof origin === 'string' && typeof size === 'number') {
      return { origin, size, next };
    }
  }
  throw new CliError('log.not-halted');
}
