import { ROUTES } from '@enlace/contracts';
import { formatInstant, isJsonObject, sha256, toBase64Url, type JsonValue } from '@enlace/kernel';
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
import { askAuthority, type Authority } from './ask-authority.js';
import { readAuthorities } from './authorities.js';
import type { TimeStamp } from './open-token.js';

/** A checkpoint with the lines of all its witnesses. In bytes. */
const NOTE_LIMIT_BYTES = 256 * 1024;
/** Of the name of an authority, on record. In characters. */
const NAME_LIMIT = 200;

const DONE: Text = {
  es: '{file} existía el {time}, según {authority}; el sello está en {token}',
  en: '{file} was there on {time}, says {authority}; the stamp is in {token}',
};

/**
 * `enlace audit timestamp [CHECKPOINT] --tsa URL --tsa-ca FILE --out FILE`: has an authority (RFC 3161) stamp a
 * checkpoint, which stands for all entries up to it; the authority learns a hash. Without CHECKPOINT, the newest one of
 * the audit log that witnesses cosigned is fetched in the session of the home, and written beside its stamp; that it
 * was stamped is then on record, with the hash of the stamp.
 */
export async function run(invocation: Invocation): Promise<number> {
  await cryptoReady();
  const { argument, options } = invocation;
  const asking = {
    authority: {
      url: requireText(options, 'tsa'),
      authorities: readAuthorities(requireText(options, 'tsa-ca')),
    },
    out: requireText(options, 'out'),
  };
  if (argument === '') return stampNewest(invocation, asking);
  assertAbsent([asking.out]);
  const note = readInputBytes(argument, NOTE_LIMIT_BYTES);
  const { answer, stamp } = await askAuthority(asking.authority, note);
  writeNewFiles([{ path: asking.out, text: answer, isSecret: false }]);
  tell(invocation, { file: argument, token: asking.out, stamp });
  return EXIT.done;
}

interface Asking {
  readonly authority: Authority;
  readonly out: string;
}

async function stampNewest(invocation: Invocation, { authority, out }: Asking): Promise<number> {
  const token = `${out}.tsr`;
  assertAbsent([out, token]);
  return withEnrolledHome(invocation, async (home) => {
    const auditor = await Auditor.at(home);
    const { origin, note } = await fetchNewest(auditor);
    const { answer, stamp } = await askAuthority(authority, note);
    writeNewFiles([
      { path: out, text: note, isSecret: false },
      { path: token, text: answer, isSecret: false },
    ]);
    tell(invocation, { file: out, token, stamp });
    // Both files are there whatever the server makes of it.
    await auditor.post(ROUTES.auditTimestamps, {
      origin,
      size: sizeOf(note),
      tsaName: stamp.authority.slice(0, NAME_LIMIT),
      tokenHash: toBase64Url(sha256(answer)),
    });
    return EXIT.done;
  });
}

interface Stamped {
  readonly file: string;
  readonly token: string;
  readonly stamp: TimeStamp;
}

function tell(
  { terminal, json, language }: Invocation,
  { file, token, stamp: { atMs, authority } }: Stamped,
): void {
  const told = { file, token, time: formatInstant(atMs), authority };
  writeLine(
    terminal.output,
    json ? JSON.stringify({ event: 'timestamped', ...told }) : fillText(DONE[language], told),
  );
}

async function fetchNewest(
  auditor: Auditor,
): Promise<{ readonly origin: string; readonly note: Uint8Array }> {
  const list = await auditor.plain.request({ method: 'GET', path: ROUTES.auditLogs }, 'none');
  const items: readonly JsonValue[] = Array.isArray(list) ? list : [];
  const open = items.filter(isJsonObject).find(({ origin, state }) => {
    return typeof origin === 'string' && origin.startsWith('audit.') && state === 'open';
  });
  const origin = open?.['origin'];
  if (typeof origin !== 'string') throw new CliError('timestamp.no-checkpoint');
  const log = await auditor.log(origin);
  const note = await log.checkpoint('witnessed');
  if (note === null) throw new CliError('timestamp.no-checkpoint');
  return { origin, note };
}

// Attacker-controlled: what the server answers. What is no checkpoint has no size that it would take.
function sizeOf(note: Uint8Array): number {
  const size = Number(Buffer.from(note).toString('utf8').split('\n')[1]);
  return Number.isSafeInteger(size) ? size : 0;
}
