import {
  AuditExports,
  findAsked,
  keepAsked,
  softwarePresence,
  takeExport,
  type WantedExport,
} from '@enlace/client';
import { AUDIT_EXPORT_FORMATS, type AuditExport, type AuditExportFormat } from '@enlace/contracts';
import type { JsonObject } from '@enlace/kernel';
import { cryptoReady } from '@enlace/trust';
import { CliError } from '../command-line/cli-error.js';
import { fillText } from '../command-line/error-texts.js';
import type { Text } from '../command-line/language.js';
import { findText, requireText } from '../command-line/option-values.js';
import { writeLine } from '../command-line/terminal.js';
import type { Invocation } from '../command-line/verb.js';
import { EXIT } from '../exit-codes.js';
import { assertAbsent, writeNewFiles } from '../files/new-files.js';
import { withEnrolledHome, type EnrolledHome } from '../home/enrolled-home.js';
import { openKeptSession } from '../home/signed-in.js';
import { readId } from '../person/invite.js';
import { askAuthority, type Authority } from '../timestamp/ask-authority.js';
import { readAuthorities } from '../timestamp/authorities.js';
import { Auditor } from '../audit/auditor.js';
import { readFilter } from '../audit/filter-options.js';
import { groundsOf } from './export-grounds.js';

const TEXTS = {
  written: { es: '{rows} eventos en {file}', en: '{rows} events in {file}' },
  waiting: {
    es: '{rows} eventos: espera a un segundo auditor («audit export --approve {exportId}»), después --id {exportId}',
    en: '{rows} events: waits for a second auditor ("audit export --approve {exportId}"), then --id {exportId}',
  },
  approved: { es: 'Aprobada: {exportId}', en: 'Approved: {exportId}' },
} as const satisfies Readonly<Record<string, Text>>;

/**
 * `enlace audit export`: asks for an export and writes it; with `--id` one that was asked for before, as it was asked
 * for then, with `--approve` agrees to that of another auditor. Ends with 1 when it waits for a second auditor.
 */
export async function run(invocation: Invocation): Promise<number> {
  await cryptoReady();
  const { options } = invocation;
  const approving = findText(options, 'approve');
  if (approving !== null) return approve(invocation, readId(approving, '--approve'));
  const file = requireText(options, 'out');
  assertAbsent([file, aboutFile(file)]);
  const authority = readAuthority(options);
  const known = findText(options, 'id');
  const filter = readFilter(options);
  assertNoFilter(known, filter);
  const wanted = { format: requireFormat(options), filter };
  return withEnrolledHome(invocation, async (home) => {
    const auditor = await Auditor.at(home);
    const exports = await AuditExports.open(auditor.plain, 'audit');
    const asked =
      known === null
        ? await ask(home, exports, wanted)
        : await askedBefore(home, readId(known, '--id'), wanted);
    const { exportId, format, rows: chosen, step } = asked;
    if (step === 'waiting') return tell(invocation, 'waiting', { exportId, format, rows: chosen });
    const timestamp =
      authority === null
        ? null
        : async (note: Uint8Array) => (await askAuthority(authority, note)).answer;
    const task = { ...asked, timestamp };
    const taken = await takeExport(groundsOf(home, auditor), exports, task);
    const texts = [
      { path: file, text: taken.file },
      ...(taken.about === null ? [] : [{ path: aboutFile(file), text: taken.about }]),
    ];
    writeNewFiles(texts.map((one) => ({ ...one, isSecret: true })));
    return tell(invocation, 'written', { exportId, rows: taken.rows, file });
  });
}

/** With `--tsa` and `--tsa-ca` the checkpoints of a bundle are stamped. */
function readAuthority(options: Invocation['options']): Authority | null {
  const url = findText(options, 'tsa');
  if (url === null) return null;
  return { url, authorities: readAuthorities(requireText(options, 'tsa-ca')) };
}

function requireFormat(options: Invocation['options']): AuditExportFormat {
  const value = requireText(options, 'format');
  const found = AUDIT_EXPORT_FORMATS.find((format) => format === value);
  if (found !== undefined) return found;
  const expected = AUDIT_EXPORT_FORMATS.join(', ');
  throw new CliError('usage.bad-value', { option: '--format', value, expected });
}

/** A bundle says of itself what stands here of every other export. */
const aboutFile = (file: string) => `${file}.about.json`;

/** An export was fixed when it was asked for: what chooses events says nothing about it later. */
function assertNoFilter(known: string | null, filter: JsonObject): void {
  const [option] = Object.keys(filter);
  if (known !== null && option !== undefined) {
    throw new CliError('usage.unknown-option', { option: `--${option} (--id)` });
  }
}

/** What is exported, and whether it can be taken. */
type Asked = WantedExport & Pick<AuditExport, 'exportId' | 'rows' | 'step'>;

/** What was asked for stays in the home: it is what the device signs when a second auditor has agreed. */
async function ask(
  { store, profile }: EnrolledHome,
  exports: AuditExports,
  wanted: WantedExport,
): Promise<Asked> {
  const made = await exports.ask(wanted, softwarePresence(profile.keys.signSeed));
  const { exportId, rows, expiresAt, step } = made;
  await keepAsked(store, { ...wanted, exportId, rows, expiresAt });
  return { ...wanted, exportId, rows, step };
}

/** Of an export that this home did not ask for, its name is all that can be said. Throws `usage.bad-value`. */
async function askedBefore(
  { store }: EnrolledHome,
  exportId: string,
  { format }: WantedExport,
): Promise<Asked> {
  const kept = await findAsked(store, exportId);
  const of = { exportId, rows: kept?.rows ?? 0, step: 'ready' } as const;
  if (kept === null) return { ...of, format, filter: { export: exportId } };
  const { format: expected, filter } = kept;
  if (expected === format) return { ...of, format, filter };
  throw new CliError('usage.bad-value', { option: '--format', value: format, expected });
}

async function approve(invocation: Invocation, exportId: string): Promise<number> {
  return withEnrolledHome(invocation, async (home) => {
    const { session } = await openKeptSession(home);
    const exports = await AuditExports.open(session, 'audit');
    await exports.approve(exportId, softwarePresence(home.profile.keys.signSeed));
    return tell(invocation, 'approved', { exportId });
  });
}

function tell(
  { terminal, json, language }: Invocation,
  what: keyof typeof TEXTS,
  facts: Readonly<Record<string, string | number>>,
): number {
  const told = Object.fromEntries(Object.entries(facts).map(([name, value]) => [name, `${value}`]));
  const line = json
    ? JSON.stringify({ event: `export-${what}`, ...facts })
    : fillText(TEXTS[what][language], told);
  writeLine(terminal.output, line);
  return what === 'waiting' ? EXIT.reservations : EXIT.done;
}
