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

/** The filter as the server takes it. */
export function readFilter(options: Invocation['options']): JsonObject {
  return Object.fromEntries(
    Object.keys(FILTER_OPTIONS).flatMap((name) => {
      const value = findText(options, name);
      return value === null ? [] : [[name, value]];
    }),
  );
}
