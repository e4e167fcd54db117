import {
  ALERT_STEPS,
  REGIONAL_AUTHORITY,
  ROUTES,
  STATES,
  type Alert,
  type AlertStep,
  type StateCode,
} from '@enlace/contracts';
import { isJsonObject, type JsonObject, type JsonValue } from '@enlace/kernel';

import type { Session } from '../../session/session.js';
import { AnswerMalformed } from '../../transport/client-error.js';

/** What somebody does about an alert: `reason` is read by the host and by every auditor of the State. */
export interface AlertMove {
  readonly alertId: string;
  readonly step: Exclude<AlertStep, 'raised'>;
  readonly reason: string | null;
}

const AUTHORITIES: readonly StateCode[] = [...STATES, REGIONAL_AUTHORITY];
type Asking = Pick<Session, 'request'>;

/**
 * What the rules found for whoever asks, newest first: at one step, or all. That somebody asked is on record. Throws
 * the refusal of the server and `client.answer-malformed`.
 */
export async function listAlerts(
  session: Asking,
  step: AlertStep | null,
): Promise<readonly Alert[]> {
  const query = step === null ? {} : { step };
  const answer = await session.request({ method: 'GET', path: ROUTES.auditAlerts, query }, 'act');
  if (!Array.isArray(answer)) throw new AnswerMalformed('alerts');
  const items: readonly JsonValue[] = answer;
  return items.map(readAlert);
}

/** Resolves with the alert as it stands then. Throws as `listAlerts`. */
export async function moveAlert(
  session: Asking,
  { alertId, step, reason }: AlertMove,
): Promise<Alert> {
  const path = ROUTES.auditAlertTransitions.replace(':id', alertId);
  const body = { step, ...(reason === null ? {} : { reason }) };
  return readAlert(await session.request({ method: 'POST', path, body }, 'act'));
}

// Attacker-controlled: every member; all of them are shown to a person.
function readAlert(value: JsonValue): Alert {
  const alert = isJsonObject(value) ? value : {};
  const { alertId, rule, numbers, eventIds, raisedAt } = alert;
  const step = ALERT_STEPS.find((each) => each === alert['step']);
  const state = AUTHORITIES.find((each) => each === alert['state']);
  const isTold = isText(alertId) && isText(rule) && isText(raisedAt);
  const isCounted = isListOf(numbers, isNumber) && isListOf(eventIds, isText);
  if (!isTold || !isCounted || step === undefined || state === undefined) {
    throw new AnswerMalformed('alert');
  }
  return { alertId, state, rule, numbers, eventIds, raisedAt, step, ...changeOf(alert) };
}

function changeOf({ changedBy = null, changedAt = null }: JsonObject) {
  if (isTextOrNull(changedBy) && isTextOrNull(changedAt)) return { changedBy, changedAt };
  throw new AnswerMalformed('alert');
}

function isText(value: JsonValue | undefined): value is string {
  return typeof value === 'string';
}

function isTextOrNull(value: JsonValue): value is string | null {
  return value === null || typeof value === 'string';
}

function isNumber(value: JsonValue): value is number {
  return typeof value === 'number';
}

function isListOf<Item extends JsonValue>(
  value: JsonValue | undefined,
  isItem: (each: JsonValue) => each is Item,
): value is readonly Item[] {
  return Array.isArray(value) && value.every((each: JsonValue) => isItem(each));
}
