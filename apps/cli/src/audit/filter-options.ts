import type { JsonObject } from '@enlace/kernel';
import { findText } from '../command-line/option-values.js';
import type { Text } from '../command-line/language.js';
import type { Invocation, OptionTable } from '../command-line/verb.js';

const text = (es: string, en: string): Text => ({ es, en });
const id = 'UUID';

/** What events are chosen by; each option narrows the choice. The server checks the values. */
export const FILTER_OPTIONS = {
  actor: { value: id, purpose: text('persona que actuó', 'the person who acted') },
  case: { value: id, purpose: text('expediente', 'case') },
  thread: { value: id, purpose: text('hilo', 'thread') },
  request: { value: id, purpose: text('solicitud', 'request') },
  object: { value: 'NAME', purpose: text('objeto del evento', 'what the event is about') },
  type: { value: 'TYPE', purpose: text('tipo, o «session.*»', 'type, or "session.*"') },
  state: { value: 'XX', purpose: text('Estado que participa', 'a State that takes part') },
  outcome: {
    value: 'OUTCOME',
    purpose: text('success, denied o failed', 'success, denied or failed'),
  },
  from: {
    value: 'INSTANT',
    purpose: text('desde este momento (UTC)', 'from this moment on (UTC)'),
  },
  to: { value: 'INSTANT', purpose: text('antes de este momento', 'before this moment') },
} as const satisfies OptionTable;

const { actor, case: caseId, request, from, to } = FILTER_OPTIONS;

/** What a question of auditors is about. */
export const VIEW_OPTIONS: OptionTable = { actor, case: caseId, request, from, to };

/** What one search may ask beside. */
export const SEARCH_OPTIONS: OptionTable = {
  ...FILTER_OPTIONS,
  'observed-by': {
    value: 'WHO',
    purpose: text('server, client u operator', 'server, client or operator'),
  },
  ip: { value: 'PREFIX', purpose: text('comienzo de la dirección', 'beginning of the address') },
  session: { value: 'REF', purpose: text('sessionRef de la sección who', 'sessionRef of who') },
  correlation: {
    value: 'ID',
    purpose: text('una petición al servidor', 'one request to the server'),
  },
  text: { value: 'TEXT', purpose: text('parte del motivo', 'part of the reason') },
  limit: { value: 'N', purpose: text('cuántos eventos (50)', 'how many events (50)') },
};

/** The filter as the server takes it. */
export function readFilter(options: Invocation['options']): JsonObject {
  return Object.fromEntries(
    Object.keys(FILTER_OPTIONS).flatMap((name) => {
      const value = findText(options, name);
      return value === null ? [] : [[name, value]];
    }),
  );
}
