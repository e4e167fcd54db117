import { softwarePresence } from '@enlace/client';
import type { Action } from '@enlace/contracts';
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

/** What an auditor or a registrar asks for about sections of the own people's events, and the other of them does. */
export interface SectionsAct {
  /** As `--json` names it. */
  readonly event: string;
  readonly action: Action;
  /** How its id is called, and where it is asked and approved. */
  readonly idName: string;
  readonly routes: { readonly ask: string; readonly approval: string };
  readonly sections: readonly string[];
  /** The step of what was done. */
  readonly done: string;
  readonly texts: Readonly<Record<'ask' | 'approve' | 'proposed' | 'done', Text>>;
  /** What is asked beyond the sections. */
  readonly more: (options: Invocation['options']) => Readonly<Record<string, string>>;
}

/** Asks, or approves with `--approve ID`, after the person has read what it will do. */
export async function askOrApprove(invocation: Invocation, act: SectionsAct): Promise<number> {
  await cryptoReady();
  const { options, terminal, json, language } = invocation;
  const { texts, routes, idName } = act;
  const approving = findText(options, 'approve');
  const id = approving === null ? newId(systemClock, systemRandom) : readId(approving);
  const asked = approving === null ? readAsked(options, act) : null;
  const words = asked === null ? { [idName]: id } : asked.words;
  const request =
    asked === null
      ? ({ method: 'POST', path: routes.approval.replace(':id', id) } as const)
      : ({ method: 'POST', path: routes.ask, body: { ...asked.body, [idName]: id } } as const);
  return withEnrolledHome(invocation, async (home) => {
    const { session } = await openKeptSession(home);
    const reading = texts[asked === null ? 'approve' : 'ask'][language];
    await confirmed(invocation, home.questions, fillText(reading, words));
    const about = { action: act.action, objectId: id } as const;
    const show = softwarePresence(home.profile.keys.signSeed);
    const answer = await session.requestElevated(request, about, show);
    const { step, events } = isJsonObject(answer) ? answer : {};
    const isDone = step === act.done;
    const told = { [idName]: id, events: typeof events === 'number' ? events : 0 };
    writeLine(
      terminal.output,
      json
        ? JSON.stringify({ event: act.event, step: isDone ? act.done : 'proposed', ...told })
        : fillText(texts[isDone ? 'done' : 'proposed'][language], told),
    );
    return EXIT.done;
  });
}

function readAsked(
  options: Invocation['options'],
  { sections: known, more }: SectionsAct,
): { readonly body: JsonObject; readonly words: Readonly<Record<string, string | number>> } {
  const first = findInteger(options, 'from', [0, INDEX_LIMIT]);
  const last = findInteger(options, 'to', [0, INDEX_LIMIT]) ?? first;
  if (first === null || last === null) {
    throw new CliError('usage.missing-option', { option: '--from' });
  }
  const value = requireText(options, 'sections');
  const sections = value.split(',');
  if (!sections.every((name) => known.includes(name))) {
    throw new CliError('usage.bad-value', {
      option: '--sections',
      value,
      expected: known.join(','),
    });
  }
  const said = {
    ...more(options),
    // The record takes texts in this form only.
    rule: requireText(options, 'rule').normalize('NFC'),
    origin: requireText(options, 'origin'),
  };
  return {
    body: { ...said, sections, ranges: [{ first, last }] },
    words: { ...said, sections: sections.join(', '), first, last },
  };
}

function readId(value: string): string {
  if (/^[0-9a-f-]{36}$/.test(value)) return value;
  throw new CliError('usage.bad-value', { option: '--approve', value, expected: 'ID' });
}
