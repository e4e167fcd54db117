import { ROUTES } from '@enlace/contracts';
import { isJsonObject, utf8, type JsonObject, type JsonValue } from '@enlace/kernel';
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
import { readId } from '../person/invite.js';
import type { Authority } from '../timestamp/ask-authority.js';
import { readAuthorities } from '../timestamp/authorities.js';
import { Auditor, readText } from '../audit/auditor.js';
import { aboutExport, findAsked, keepAsked } from './asked-exports.js';
import { makeBundle } from './export-bundle.js';
import { readFilter } from '../audit/filter-options.js';

const TEXTS = {
  written: { es: '{rows} eventos en {file}', en: '{rows} events in {file}' },
  waiting: {
    es: '{rows} eventos: espera a un segundo auditor («audit export --approve {exportId}»), después --id {exportId}',
    en: '{rows} events: waits for a second auditor ("audit export --approve {exportId}"), then --id {exportId}',
  },
  approved: { es: 'Aprobada: {exportId}', en: 'Approved: {exportId}' },
} as const satisfies Readonly<Record<string, Text>>;

/** An export as the server describes it. */
export interface AskedExport {
  readonly exportId: string;
  readonly format: string;
  readonly rows: number;
  readonly isReady: boolean;
}

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
  return withEnrolledHome(invocation, async (home) => {
    const auditor = await Auditor.at(home);
    const format = requireText(options, 'format');
    const asked =
      known === null
        ? await ask(auditor, { ...filter, format })
        : { exportId: readId(known, '--id'), format, rows: 0, isReady: true };
    if (known === null) await keepAsked(home, asked, filter);
    if (!asked.isReady) return tell(invocation, 'waiting', { ...asked });
    const content = await auditor.get(ROUTES.auditExportContent.replace(':id', asked.exportId));
    if (typeof content !== 'string') throw new CliError('server.answered', { problem: 'content' });
    const chosen = known === null ? filter : await findAsked(home, asked);
    const fetched = { asked, content, filter: chosen, authority };
    const bytes = await fileOf(home, auditor, fetched);
    const about = aboutExport(home, { ...asked, filter: chosen, file: bytes });
    const beside = format === 'bundle' ? [] : [{ path: aboutFile(file), text: about }];
    writeNewFiles(
      [{ path: file, text: bytes }, ...beside].map((one) => ({ ...one, isSecret: true })),
    );
    const rows = content.split('\n').length - 1 - (format === 'csv' ? 1 : 0);
    return tell(invocation, 'written', { exportId: asked.exportId, rows, file });
  });
}

/** With `--tsa` and `--tsa-ca` the checkpoints of a bundle are stamped. */
function readAuthority(options: Invocation['options']): Authority | null {
  const url = findText(options, 'tsa');
  if (url === null) return null;
  return { url, authorities: readAuthorities(requireText(options, 'tsa-ca')) };
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

interface Fetched {
  readonly asked: AskedExport;
  readonly content: string;
  readonly filter: JsonObject;
  readonly authority: Authority | null;
}

async function fileOf(
  home: EnrolledHome,
  auditor: Auditor,
  { asked, content, filter, authority }: Fetched,
): Promise<Uint8Array> {
  return asked.format === 'bundle'
    ? makeBundle(home, auditor, { lines: content, filter, authority })
    : utf8(content);
}

async function ask(auditor: Auditor, body: JsonObject): Promise<AskedExport> {
  const about = { action: 'audit.export', objectId: 'events' } as const;
  return readExport(await auditor.postElevated({ ...about, path: ROUTES.auditExports, body }));
}

async function approve(invocation: Invocation, exportId: string): Promise<number> {
  return withEnrolledHome(invocation, async (home) => {
    const auditor = await Auditor.at(home);
    const path = ROUTES.auditExportApproval.replace(':id', exportId);
    const about = { action: 'audit.export-large', objectId: exportId } as const;
    await auditor.postElevated({ ...about, path, body: {} });
    return tell(invocation, 'approved', { exportId });
  });
}

// Attacker-controlled: what the server answers.
function readExport(value: JsonValue): AskedExport {
  const rows = isJsonObject(value) ? value['rows'] : undefined;
  if (typeof rows !== 'number') throw new CliError('server.answered', { problem: 'rows' });
  return {
    exportId: readText(value, 'exportId'),
    format: readText(value, 'format'),
    rows,
    isReady: readText(value, 'step') === 'ready',
  };
}

function tell(
  { terminal, json, language }: Invocation,
  what: keyof typeof TEXTS,
  facts: Readonly<Record<string, string | number | boolean>>,
): number {
  const told = Object.fromEntries(Object.entries(facts).map(([name, value]) => [name, `${value}`]));
  const line = json
    ? JSON.stringify({ event: `export-${what}`, ...facts })
    : fillText(TEXTS[what][language], told);
  writeLine(terminal.output, line);
  return what === 'waiting' ? EXIT.reservations : EXIT.done;
}
