import { softwarePresence } from '@enlace/client';
import { ROUTES } from '@enlace/contracts';
import { isJsonObject, newId, systemClock, systemRandom, type JsonObject } from '@enlace/kernel';
import { SECTION_NAMES } from '@enlace/tlog';
import { cryptoReady } from '@enlace/trust';
import { CliError } from '../../command-line/cli-error.js';
import { fillText } from '../../command-line/error-texts.js';
import type { Text } from '../../command-line/language.js';
import { findInteger, findText, requireText } from '../../command-line/option-values.js';
import { writeLine } from '../../command-line/terminal.js';
import type { Invocation } from '../../command-line/verb.js';
import { EXIT } from '../../exit-codes.js';
import { withEnrolledHome } from '../../home/enrolled-home.js';
import { openKeptSession } from '../../home/signed-in.js';
import { confirmed } from '../../person/confirmed.js';

/** Above every index of a log that this command is used on. */
const INDEX_LIMIT = 999_999_999;

const TEXTS = {
  ask: {
    es: 'Pide borrar para siempre {sections} de las entradas {first} a {last} de {origin} ({rule})',
    en: 'Asks to erase for ever {sections} of the entries {first} to {last} of {origin} ({rule})',
  },
  approve: {
    es: 'Borra para siempre lo que pide {erasureId}; las pruebas del registro siguen valiendo',
    en: 'Erases for ever what {erasureId} asks for; the proofs of the log still hold',
  },
  proposed: {
    es: 'Pedido {erasureId}: falta la otra persona (auditor o registrador de su Estado).',
    en: 'Asked as {erasureId}: the other person is missing (auditor or registrar of your State).',
  },
  erased: {
    es: 'Borrado: secciones de {events} eventos. Las copias de respaldo y exportaciones aún las tienen.',
    en: 'Erased: sections of {events} events. Backups and exports still have them.',
  },
} as const satisfies Readonly<Record<string, Text>>;

/**
 * `enlace audit erase`: an auditor or a registrar asks for sections of the own people's events to be erased, and with
 * `--approve ID` the other of the two does it.
 */
export async function run(invocation: Invocation): Promise<number> {
  await cryptoReady();
  const { options, terminal, json, language } = invocation;
  const approving = findText(options, 'approve');
  const asked = approving === null ? readAsked(options) : null;
  const erasureId = asked?.erasureId ?? readId(approving ?? '');
  const words = asked === null ? { erasureId } : wordsOf(asked);
  const path =
    asked === null ? ROUTES.auditErasureApproval.replace(':id', erasureId) : ROUTES.auditErasures;
  return withEnrolledHome(invocation, async (home) => {
    const { session } = await openKeptSession(home);
    const kind = asked === null ? 'approve' : 'ask';
    await confirmed(invocation, home.questions, fillText(TEXTS[kind][language], words));
    const request = { method: 'POST', path, ...(asked === null ? {} : { body: asked }) } as const;
    const about = { action: 'audit.erase', objectId: erasureId } as const;
    const show = softwarePresence(home.profile.keys.signSeed);
    const answer = await session.requestElevated(request, about, show);
    const { step, events } = isJsonObject(answer) ? answer : {};
    const isDone = step === 'erased';
    const told = { erasureId, events: typeof events === 'number' ? events : 0 };
    writeLine(
      terminal.output,
      json
        ? JSON.stringify({ event: 'erasure', step: isDone ? 'erased' : 'proposed', ...told })
        : fillText(TEXTS[isDone ? 'erased' : 'proposed'][language], told),
    );
    return EXIT.done;
  });
}

interface Asked extends JsonObject {
  readonly erasureId: string;
  readonly rule: string;
  readonly origin: string;
  readonly sections: readonly string[];
  readonly ranges: readonly { readonly first: number; readonly last: number }[];
}

function readAsked(options: Invocation['options']): Asked {
  const first = findInteger(options, 'from', [0, INDEX_LIMIT]);
  const last = findInteger(options, 'to', [0, INDEX_LIMIT]) ?? first;
  if (first === null || last === null) {
    throw new CliError('usage.missing-option', { option: '--from' });
  }
  const value = requireText(options, 'sections');
  const sections = value.split(',');
  const known: readonly string[] = SECTION_NAMES;
  if (!sections.every((name) => known.includes(name))) {
    const expected = SECTION_NAMES.join(',');
    throw new CliError('usage.bad-value', { option: '--sections', value, expected });
  }
  return {
    erasureId: newId(systemClock, systemRandom),
    rule: requireText(options, 'rule'),
    origin: requireText(options, 'origin'),
    sections,
    ranges: [{ first, last }],
  };
}

function wordsOf({ rule, origin, sections, ranges }: Asked) {
  const [range] = ranges;
  const { first = 0, last = 0 } = range ?? {};
  return { rule, origin, sections: sections.join(', '), first, last };
}

function readId(value: string): string {
  if (/^[0-9a-f-]{36}$/.test(value)) return value;
  throw new CliError('usage.bad-value', { option: '--approve', value, expected: 'ID' });
}
