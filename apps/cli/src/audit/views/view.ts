import { readIntegrity, type ViewAnswer } from '@enlace/client';
import { AUDIT_VIEWS } from '@enlace/contracts';
import { CliError } from '../../command-line/cli-error.js';
import { fillText } from '../../command-line/error-texts.js';
import type { Language, Text } from '../../command-line/language.js';
import { findText } from '../../command-line/option-values.js';
import { writeLine } from '../../command-line/terminal.js';
import type { Invocation } from '../../command-line/verb.js';
import { EXIT } from '../../exit-codes.js';
import { tableText } from '../event-table.js';
import { withRecordAccess, type RecordAccess } from '../record-access.js';
import { columnHead } from './view-columns.js';

const INTEGRITY = 'integrity';
const FILTERS = ['case', 'actor', 'request', 'from', 'to'] as const;

const TEXTS = {
  counted: {
    es: '{count} eventos que usted puede ver. Los números son del servidor: rehágalos con «enlace audit search».',
    en: '{count} events that you may see. The numbers are the server’s: check them with "enlace audit search".',
  },
  newest: {
    es: 'Solo los {count} más recientes; acorte el tiempo con --from y --to.',
    en: 'Only the newest {count}; narrow the time with --from and --to.',
  },
  oversight: {
    es: 'Recibos disputados: {disputes}. Huecos en contadores: {counterGaps}. Borrados explicados: {erasures}.',
    en: 'Disputed receipts: {disputes}. Gaps in counters: {counterGaps}. Explained erasures: {erasures}.',
  },
  integrity: {
    es: 'Lo que dice el servidor. Compruébelo: «enlace audit verify --url URL --policy FILE».',
    en: 'What the server says. Check it: "enlace audit verify --url URL --policy FILE".',
  },
} as const satisfies Readonly<Record<string, Text>>;

/** `enlace audit view NAME`: the answer to one of the questions of auditors, as a table. */
export async function run(invocation: Invocation): Promise<number> {
  const { argument: name } = invocation;
  const names: readonly string[] = [...AUDIT_VIEWS, INTEGRITY];
  if (!names.includes(name)) {
    throw new CliError('usage.bad-value', {
      option: 'VIEW',
      value: name,
      expected: names.join(', '),
    });
  }
  return withRecordAccess(invocation, async (access) =>
    name === INTEGRITY ? showIntegrity(invocation, access) : showView(invocation, access),
  );
}

async function showView(
  { options, terminal, json, language, argument: name }: Invocation,
  { questions }: RecordAccess,
): Promise<number> {
  const query = Object.fromEntries(
    FILTERS.flatMap((option) => {
      const value = findText(options, option);
      return value === null ? [] : [[option, value] as const];
    }),
  );
  const view: ViewAnswer = await questions.view(name, query);
  const { count, isMore, columns, rows, answer } = view;
  if (json) writeLine(terminal.output, JSON.stringify({ event: 'view', ...answer }));
  else {
    writeLine(terminal.output, tableText(headsOf(columns, language), rows));
    writeLine(terminal.output, fillText(TEXTS.counted[language], { count }));
    if (isMore) writeLine(terminal.output, fillText(TEXTS.newest[language], { count }));
  }
  return isMore ? EXIT.reservations : EXIT.done;
}

const headsOf = (columns: readonly string[], language: Language): readonly string[] =>
  columns.map((column) => columnHead(column, language));

const COLUMNS = ['log', 'state', 'size', 'signedAt', 'witnesses', 'newestCosignature'];

/** A halted log is nothing to work on. */
async function showIntegrity(
  { terminal, json, language }: Invocation,
  { session }: RecordAccess,
): Promise<number> {
  const { logs, oversight, answer } = await readIntegrity(session);
  if (json) writeLine(terminal.output, JSON.stringify({ event: 'integrity', ...answer }));
  else {
    const rows = logs.map(({ origin, state, size, signedAt, witnesses }) => [
      origin,
      state,
      size,
      signedAt,
      witnesses.length,
      witnesses
        .map(({ cosignedAt }) => cosignedAt)
        .toSorted()
        .at(-1) ?? null,
    ]);
    writeLine(terminal.output, tableText(headsOf(COLUMNS, language), rows));
    writeLine(terminal.output, fillText(TEXTS.oversight[language], oversight));
    writeLine(terminal.output, TEXTS.integrity[language]);
  }
  return logs.some(({ state }) => state === 'halted') ? EXIT.alert : EXIT.done;
}
