import { ROUTES, type AlertStep } from '@enlace/contracts';
import { isJsonObject, type JsonObject, type JsonValue } from '@enlace/kernel';
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
  const step = findText(options, 'step');
  return withEnrolledHome(invocation, async (home) => {
    const { session } = await openKeptSession(home);
    const answer = await session.request(
      move ?? { method: 'GET', path: ROUTES.auditAlerts, query: step === null ? {} : { step } },
      'act',
    );
    const alerts = readAlerts(answer);
    for (const alert of alerts) {
      const line = json ? JSON.stringify({ event: 'alert', ...alert }) : textOf(alert);
      writeLine(terminal.output, line);
    }
    if (!json) writeLine(terminal.output, TEXTS[alerts.length === 0 ? 'none' : 'help'][language]);
    return alerts.some((alert) => alert['step'] === 'raised') ? EXIT.reservations : EXIT.done;

    function textOf(alert: JsonObject): string {
      const count = (name: string): number => {
        const value = alert[name];
        return Array.isArray(value) ? value.length : 0;
      };
      return fillText(TEXTS.alert[language], {
        raisedAt: told(alert, 'raisedAt'),
        alertId: told(alert, 'alertId'),
        rule: told(alert, 'rule'),
        step: told(alert, 'step'),
        numbers: JSON.stringify(alert['numbers'] ?? []),
        events: count('eventIds'),
      });
    }
  });
}

function moveIn(options: Invocation['options']) {
  const steps = { acknowledge: 'acknowledged', close: 'closed' } as const satisfies Readonly<
    Record<string, AlertStep>
  >;
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
  const reason = findText(options, 'reason');
  const path = ROUTES.auditAlertTransitions.replace(':id', move.id);
  const body = { step: move.step, ...(reason === null ? {} : { reason }) };
  return { method: 'POST', path, body } as const;
}

// Attacker-controlled: what the server answers, a list or the one that was moved.
function readAlerts(value: JsonValue): readonly JsonObject[] {
  const items: readonly JsonValue[] = Array.isArray(value) ? value : [value];
  return items.filter(isJsonObject);
}

function told(alert: JsonObject, name: string): string {
  const value = alert[name];
  return typeof value === 'string' ? value : '?';
}
