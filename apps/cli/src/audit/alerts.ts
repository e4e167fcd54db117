import { listAlerts, moveAlert, type AlertMove } from '@enlace/client';
import { ALERT_STEPS, type Alert, type AlertStep } from '@enlace/contracts';
import { cryptoReady } from '@enlace/trust';
import { CliError } from '../command-line/cli-error.js';
import { fillText } from '../command-line/error-texts.js';
import type { Text } from '../command-line/language.js';
import { findText } from '../command-line/option-values.js';
import { writeLine } from '../command-line/terminal.js';
import type { Invocation } from '../command-line/verb.js';
import { EXIT } from '../exit-codes.js';
import { withEnrolledHome } from '../home/enrolled-home.js';
import { openKeptSession } from '../home/signed-in.js';

const TEXTS = {
  alert: {
    es: '{raisedAt}  {alertId}  {rule}  {step}  números {numbers}  {events} eventos',
    en: '{raisedAt}  {alertId}  {rule}  {step}  numbers {numbers}  {events} events',
  },
  none: { es: 'No hay alertas.', en: 'There are no alerts.' },
  help: {
    es: 'Una alerta ayuda y no prueba nada: rehaga la suma con sus eventos.',
    en: 'An alert helps and proves nothing: redo the sum with its events.',
  },
} as const satisfies Readonly<Record<string, Text>>;

/**
 * `enlace audit alerts`: what the rules found, for auditors and registrars of a State; `--acknowledge ID` and
 * `--close ID`, with `--reason`, move one. Ends with 1 while an alert stands that nobody has looked at.
 */
export async function run(invocation: Invocation): Promise<number> {
  await cryptoReady();
  const { options, terminal, json, language } = invocation;
  const move = moveIn(options);
  const step = readStep(options);
  return withEnrolledHome(invocation, async (home) => {
    const { session } = await openKeptSession(home);
    const alerts =
      move === null ? await listAlerts(session, step) : [await moveAlert(session, move)];
    for (const alert of alerts) {
      const line = json ? JSON.stringify({ event: 'alert', ...alert }) : textOf(alert);
      writeLine(terminal.output, line);
    }
    if (!json) writeLine(terminal.output, TEXTS[alerts.length === 0 ? 'none' : 'help'][language]);
    return alerts.some((alert) => alert.step === 'raised') ? EXIT.reservations : EXIT.done;

    function textOf({ alertId, raisedAt, rule, step: at, numbers, eventIds }: Alert): string {
      return fillText(TEXTS.alert[language], {
        raisedAt,
        alertId,
        rule,
        step: at,
        numbers: JSON.stringify(numbers),
        events: eventIds.length,
      });
    }
  });
}

function moveIn(options: Invocation['options']): AlertMove | null {
  const steps = { acknowledge: 'acknowledged', close: 'closed' } as const;
  const asked = (['acknowledge', 'close'] as const).flatMap((name) => {
    const id = findText(options, name);
    return id === null ? [] : [{ id, step: steps[name] }];
  });
  const [move] = asked;
  if (move === undefined) return null;
  if (asked.length > 1 || !/^[0-9a-f-]{36}$/.test(move.id)) {
    throw new CliError('usage.bad-value', {
      option: '--acknowledge, --close',
      value: move.id,
      expected: 'one id of an alert',
    });
  }
  return { alertId: move.id, step: move.step, reason: findText(options, 'reason') };
}

/** Null: at every step. */
function readStep(options: Invocation['options']): AlertStep | null {
  const asked = findText(options, 'step');
  const step = ALERT_STEPS.find((each) => each === asked) ?? null;
  if (asked === null || step !== null) return step;
  const expected = ALERT_STEPS.join(', ');
  throw new CliError('usage.bad-value', { option: '--step', value: asked, expected });
}
