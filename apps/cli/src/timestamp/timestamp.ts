import { ROUTES } from '@enlace/contracts';
import { formatInstant, isJsonObject, type JsonValue } from '@enlace/kernel';
import { cryptoReady } from '@enlace/trust';
import { Auditor } from '../audit/auditor.js';
import { CliError } from '../command-line/cli-error.js';
import { fillText } from '../command-line/error-texts.js';
import type { Text } from '../command-line/language.js';
import { requireText } from '../command-line/option-values.js';
import { writeLine } from '../command-line/terminal.js';
import type { Invocation } from '../command-line/verb.js';
import { EXIT } from '../exit-codes.js';
import { readInputBytes } from '../files/input-file.js';
import { assertAbsent, writeNewFiles } from '../files/new-files.js';
import { withEnrolledHome } from '../home/enrolled-home.js';
import { askAuthority } from './ask-authority.js';
import { readAuthorities } from './authorities.js';

/** A checkpoint with the lines of all its witnesses. In bytes. */
const NOTE_LIMIT_BYTES = 256 * 1024;

const DONE: Text = {
  es: '{file} existía el {time}, según {authority}; el sello está en {token}',
  en: '{file} was there on {time}, says {authority}; the stamp is in {token}',
};

/**
 * `enlace audit timestamp [CHECKPOINT] --tsa URL --tsa-ca FILE --out FILE`: has an authority (RFC 3161) stamp a
 * checkpoint, which stands for all entries up to it; the authority learns a hash. Without CHECKPOINT, the newest one of
 * the audit log that witnesses cosigned is fetched in the session of the home, and written beside its stamp.
 */
export async function run(invocation: Invocation): Promise<number> {
  await cryptoReady();
  const { argument, options, terminal, json, language } = invocation;
  const authorities = readAuthorities(requireText(options, 'tsa-ca'));
  const authority = { url: requireText(options, 'tsa'), authorities };
  const out = requireText(options, 'out');
  const token = argument === '' ? `${out}.tsr` : out;
  assertAbsent(argument === '' ? [out, token] : [token]);
  const file = argument === '' ? out : argument;
  const note =
    argument === '' ? await fetchNewest(invocation) : readInputBytes(argument, NOTE_LIMIT_BYTES);
  const { answer, stamp } = await askAuthority(authority, note);
  const beside = argument === '' ? [{ path: out, text: note, isSecret: false }] : [];
  writeNewFiles([...beside, { path: token, text: answer, isSecret: false }]);
  const told = { file, token, time: formatInstant(stamp.atMs), authority: stamp.authority };
  writeLine(
    terminal.output,
    json ? JSON.stringify({ event: 'timestamped', ...told }) : fillText(DONE[language], told),
  );
  return EXIT.done;
}

async function fetchNewest(invocation: Invocation): Promise<Uint8Array> {
  return withEnrolledHome(invocation, async (home) => {
    const auditor = await Auditor.at(home);
    const list = await auditor.plain.request({ method: 'GET', path: ROUTES.auditLogs }, 'none');
    const items: readonly JsonValue[] = Array.isArray(list) ? list : [];
    const open = items.filter(isJsonObject).find(({ origin, state }) => {
      return typeof origin === 'string' && origin.startsWith('audit.') && state === 'open';
    });
    const origin = open?.['origin'];
    const log = typeof origin === 'string' ? await auditor.log(origin) : null;
    const note = (await log?.checkpoint('witnessed')) ?? null;
    if (note === null) throw new CliError('timestamp.no-checkpoint');
    return note;
  });
}
