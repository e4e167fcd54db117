import { softwarePresence } from '@enlace/client';
import { ROUTES } from '@enlace/contracts';
import { isJsonObject, newId, systemClock, systemRandom, type JsonObject } from '@enlace/kernel';
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

/** What can be opened: the other State reads what and why already. */
const SECTIONS: readonly string[] = ['who', 'where'];

const TEXTS = {
  ask: {
    es: 'Propone abrir a {toState} {sections} de las entradas {first} a {last} de {origin} ({rule})',
    en: 'Proposes to open to {toState} {sections} of the entries {first} to {last} of {origin} ({rule})',
  },
  approve: {
    es: 'Abre a otro Estado lo que propone {disclosureId}; no se puede deshacer',
    en: 'Opens to another State what {disclosureId} proposes; this cannot be undone',
  },
  proposed: {
    es: 'Propuesto {disclosureId}: falta la otra persona (auditor o registrador de su Estado).',
    en: 'Proposed as {disclosureId}: the other person (auditor or registrar of your State) is missing.',
  },
  disclosed: {
    es: 'Abierto: secciones de {events} eventos en los que ese Estado participa.',
    en: 'Open: sections of {events} events in which that State takes part.',
  },
} as const satisfies Readonly<Record<string, Text>>;

/**
 * `enlace audit disclose`: an auditor or a registrar proposes to open who or where of the own people's events to
 * another State, and with `--approve ID` the other of the two does it.
 */
export async function run(invocation: Invocation): Promise<number> {
  await cryptoReady();
  const { options, terminal, json, language } = invocation;
  const approving = findText(options, 'approve');
  const asked = approving === null ? readAsked(options) : null;
  const disclosureId = asked?.disclosureId ?? readId(approving ?? '');
  const words = asked === null ? { disclosureId } : wordsOf(asked);
  const path =
    asked === null
      ? ROUTES.auditDisclosureApproval.replace(':id', disclosureId)
      : ROUTES.auditDisclosures;
  return withEnrolledHome(invocation, async (home) => {
    const { session } = await openKeptSession(home);
    const kind = asked === null ? 'approve' : 'ask';
    await confirmed(invocation, home.questions, fillText(TEXTS[kind][language], words));
    const request = { method: 'POST', path, ...(asked === null ? {} : { body: asked }) } as const;
    const about = { action: 'audit.disclose', objectId: disclosureId } as const;
    const show = softwarePresence(home.profile.keys.signSeed);
    const answer = await session.requestElevated(request, about, show);
    const { step, events } = isJsonObject(answer) ? answer : {};
    const isDone = step === 'disclosed';
    const told = { disclosureId, events: typeof events === 'number' ? events : 0 };
    writeLine(
      terminal.output,
      json
        ? JSON.stringify({ event: 'disclosure', step: isDone ? 'disclosed' : 'proposed', ...told })
        : fillText(TEXTS[isDone ? 'disclosed' : 'proposed'][language], told),
    );
    return EXIT.done;
  });
}

interface Asked extends JsonObject {
  readonly disclosureId: string;
  readonly toState: string;
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

  if (!sections.every((name) => SECTIONS.includes(name))) {
    const expected = SECTIONS.join(',');
    throw new CliError('usage.bad-value', { option: '--sections', value, expected });
  }
  return {
    disclosureId: newId(systemClock, systemRandom),
    toState: requireText(options, 'to-state'),
    rule: requireText(options, 'rule'),
    origin: requireText(options, 'origin'),
    sections,
    ranges: [{ first, last }],
  };
}

function wordsOf({ toState, rule, origin, sections, ranges }: Asked) {
  const [range] = ranges;
  const { first = 0, last = 0 } = range ?? {};
  return { toState, rule, origin, sections: sections.join(', '), first, last };
}

function readId(value: string): string {
  if (/^[0-9a-f-]{36}$/.test(value)) return value;
  throw new CliError('usage.bad-value', { option: '--approve', value, expected: 'ID' });
}
