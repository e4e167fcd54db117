import type { Acted } from '@enlace/client';
import { fillText } from '../command-line/error-texts.js';
import type { Text } from '../command-line/language.js';
import { writeLine } from '../command-line/terminal.js';
import type { Invocation } from '../command-line/verb.js';
import { EXIT } from '../exit-codes.js';

/** What was done, by the name of its event. */
const TEXTS = {
  'thread-opened': { es: 'Hilo abierto: {place}.', en: 'Thread opened: {place}.' },
  sent: { es: 'Enviado: {place}.', en: 'Sent: {place}.' },
  asked: { es: 'Preguntado: {place}.', en: 'Asked: {place}.' },
  answered: { es: 'Respondido: {place}.', en: 'Answered: {place}.' },
  told: { es: 'Informado: {place}.', en: 'Told: {place}.' },
  'consent-asked': { es: 'Consentimiento pedido: {place}.', en: 'Consent asked for: {place}.' },
  'consent-given': { es: 'Consentido: {place}.', en: 'Consented: {place}.' },
  'consent-refused': { es: 'No consentido: {place}.', en: 'Not consented: {place}.' },
  invited: { es: 'Invitación enviada: {place}.', en: 'Invitation sent: {place}.' },
  joined: { es: 'Ya está en el hilo: {place}.', en: 'You are in the thread: {place}.' },
  removed: { es: 'Retirado del hilo: {place}.', en: 'Removed from the thread: {place}.' },
  'history-given': { es: 'Historial compartido: {place}.', en: 'History given: {place}.' },
  acknowledged: { es: 'Acuse de recibo dado: {place}.', en: 'Acknowledged: {place}.' },
  withdrawn: { es: 'Retirado: {place}.', en: 'Withdrawn: {place}.' },
  'thread-closed': { es: 'Hilo cerrado: {place}.', en: 'Thread closed: {place}.' },
  'thread-kept': { es: 'Plazo cambiado: {place}.', en: 'Term changed: {place}.' },
  'thread-held': {
    es: 'Hilo retenido: {place}. Nada de él se borra.',
    en: 'Thread held: {place}. Nothing of it is erased.',
  },
  'thread-released': { es: 'Retención levantada: {place}.', en: 'Hold lifted: {place}.' },
  'thread-shredded': {
    es: 'Contenido destruido: {place}. De este dispositivo ya se borró.',
    en: 'Content destroyed: {place}. It is gone from this device.',
  },
  left: { es: 'Salió del hilo: {place}.', en: 'You left the thread: {place}.' },
} as const satisfies Readonly<Record<string, Text>>;

const PLACE: Text = { es: '{threadId}, entrada {seq}', en: '{threadId}, entry {seq}' };

/** Says where an act stands in the log; what this home has verified of the log up to there decides the exit code. */
export function tellAct<Told extends Acted>(
  { terminal, json, language }: Pick<Invocation, 'terminal' | 'json' | 'language'>,
  event: keyof typeof TEXTS,
  { threadId, seq, ...more }: Told,
): number {
  const place = fillText(PLACE[language], { threadId, seq });
  writeLine(
    terminal.output,
    json
      ? JSON.stringify({ event, threadId, ...more, seq })
      : fillText(TEXTS[event][language], { place }),
  );
  return EXIT.done;
}
