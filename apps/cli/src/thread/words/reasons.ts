import type { ShownAlert } from '@enlace/client';
import type { Reason } from '@enlace/e2ee';
import type { Text } from '../../command-line/language.js';

/** Why an entry cannot be read, and who can mend that. */
export const REASONS = {
  'not-granted': {
    es: 'Es de antes de que usted entrara, y no se compartió. Pídalo a un responsable del hilo («thread grant»).',
    en: 'It is of before you came in, and was not shared with you. Ask a steward of the thread ("thread grant").',
  },
  'key-pending': {
    es: 'Este dispositivo aún no tiene la llave de este período. Lea de nuevo más tarde: otro miembro la entrega.',
    en: 'This device has no key of this period yet. Read again later: another member hands it over.',
  },
  'device-state-lost': {
    es: 'Esta carpeta perdió lo que sabía del hilo. Recupérelo con su bóveda («device recover»).',
    en: 'This home lost what it knew of the thread. Get it back with your vault ("device recover").',
  },
  'sequence-gap': {
    es: 'El servidor no la entregó. Lea de nuevo, y avise si sigue así.',
    en: 'The server did not deliver it. Read again, and report it if that stays so.',
  },
  fork: {
    es: 'El servidor mostró dos historias del hilo. Avise a la auditoría de su Estado.',
    en: 'The server showed two histories of the thread. Tell the auditor of your State.',
  },
  'not-authentic': {
    es: 'La firma o el certificado no se verifican; no se muestra. Avise al registrador de quien la envió.',
    en: 'The signature or the certificate does not verify; the content is not shown. Tell the registrar of its sender.',
  },
  'sender-excluded': {
    es: 'La envió un dispositivo que ya no podía: fue retirado o revocado, o nunca estuvo en el hilo.',
    en: 'It was sent by a device that no longer might: removed, revoked, or never in the thread.',
  },
  damaged: {
    es: 'El contenido cifrado está dañado. Pida que se envíe otra vez.',
    en: 'The sealed content is damaged. Ask for it to be sent again.',
  },
  'newer-format': {
    es: 'La escribió una versión más nueva de Enlace. Actualice.',
    en: 'A newer version of Enlace wrote it. Update.',
  },
  redacted: {
    es: 'Se borró: la retiró quien la escribió, o un responsable del hilo.',
    en: 'It was erased: taken back by whoever wrote it, or by a steward of the thread.',
  },
  'retention-ended': {
    es: 'Sus llaves se destruyeron al terminar el plazo de conservación.',
    en: 'Its keys were destroyed when its time of keeping ended.',
  },
} as const satisfies Readonly<Record<Reason, Text>>;

/** What each alert means. */
export const ALERTS = {
  GAP: {
    es: 'El servidor retiene entradas de este hilo.',
    en: 'The server withholds entries of this thread.',
  },
  FORK: {
    es: 'El servidor muestra otra historia que la que se había visto.',
    en: 'The server shows another history than the one that was seen.',
  },
  REPLAY: {
    es: 'Una entrada se repitió; no se muestra dos veces.',
    en: 'An entry was replayed; it is not shown twice.',
  },
  BAD_SIG: { es: 'Una firma no se verifica.', en: 'A signature does not verify.' },
  UNKNOWN_DEVICE: {
    es: 'Es de un dispositivo que el directorio no conoce.',
    en: 'It is of a device that the directory does not know.',
  },
  UNCERTIFIED: {
    es: 'Es de alguien a quien ningún Estado certifica.',
    en: 'It is of somebody whom no State certifies.',
  },
  UNAUTHORIZED: {
    es: 'Es de alguien que no podía escribirla.',
    en: 'It is of somebody who might not write it.',
  },
  STALE_EPOCH: { es: 'Usa llaves que ya no valían.', en: 'It uses keys that were over.' },
  KEY_MISMATCH: {
    es: 'No abre con las llaves que nombra.',
    en: 'It does not open with the keys that it names.',
  },
  MALFORMED: { es: 'Está mal formada.', en: 'It is malformed.' },
  HANDLING_MISMATCH: {
    es: 'El código de uso de fuera no es el de dentro; vale el más estricto.',
    en: 'The handling code outside is not the one inside; the stricter holds.',
  },
  BAD_COMMIT: {
    es: 'Un cambio de miembros no se sostiene.',
    en: 'A change of members does not hold.',
  },
  BAD_GRANT: {
    es: 'Lo que se dio como historial no se sostiene.',
    en: 'What was given as history does not hold.',
  },
  ROLLBACK: {
    es: 'Esta carpeta, o el servidor, volvió atrás.',
    en: 'This home, or the server, went back in time.',
  },
} as const satisfies Readonly<Record<ShownAlert['code'], Text>>;

export const STOPPED: Text = {
  es: 'El hilo está detenido: se lee, y nada se envía. Guarde la evidencia y avise a la auditoría de su Estado.',
  en: 'The thread is stopped: it can be read, nothing is sent. Keep the evidence and tell the auditor of your State.',
};
