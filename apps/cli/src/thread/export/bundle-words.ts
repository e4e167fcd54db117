import type { BundleRule } from '@enlace/client';
import type { ClearKind } from '@enlace/contracts';
import type { Text } from '../../command-line/language.js';

/** What entries in clear are about. */
export const CLEAR_KINDS = {
  genesis: { es: 'Abre el hilo.', en: 'Opens the thread.' },
  commit: { es: 'Cambia las llaves o los miembros.', en: 'Changes keys or members.' },
  leave: { es: 'Sale del hilo.', en: 'Leaves the thread.' },
  'access-request': { es: 'Pide una llave.', en: 'Asks for a key.' },
  grant: { es: 'Da llaves a alguien.', en: 'Gives somebody keys.' },
  redaction: { es: 'Borra contenidos.', en: 'Erases contents.' },
  lifecycle: { es: 'Cierra, retiene o destruye.', en: 'Closes, holds or destroys.' },
} as const satisfies Readonly<Record<ClearKind, Text>>;

/** What does not hold. */
export const RULES = {
  directory: {
    es: 'el directorio del archivo no es el que firmó su registro.',
    en: 'the directory in the file is not the one that its log has signed.',
  },
  witnesses: {
    es: 'no bastan los testigos que cofirmaron el directorio: nadie cuenta como certificado.',
    en: 'too few witnesses have cosigned the directory: nobody counts as certified.',
  },
  range: { es: 'faltan entradas, o sobran.', en: 'entries are missing, or too many.' },
  thread: { es: 'es de otro hilo.', en: 'it is of another thread.' },
  time: { es: 'es anterior a la que le precede.', en: 'it is earlier than the one before it.' },
  device: {
    es: 'ningún Estado en el que usted confía certifica a quien la firma.',
    en: 'no State that you trust certifies whoever has signed it.',
  },
  revoked: {
    es: 'su dispositivo ya estaba revocado.',
    en: 'its device had been revoked before.',
  },
  signature: { es: 'la firma no se verifica.', en: 'the signature does not verify.' },
  chain: {
    es: 'su autor había leído otra historia que la del archivo.',
    en: 'its author had read another history than the one in the file.',
  },
  'device-sequence': {
    es: 'no sigue a la anterior de su dispositivo.',
    en: 'it does not follow the one before it of its device.',
  },
  key: {
    es: 'no abre con la llave del archivo.',
    en: 'it does not open with the key in the file.',
  },
  content: { es: 'no es un contenido de un hilo.', en: 'it is no content of a thread.' },
  handling: {
    es: 'el código de uso de fuera no es el de dentro.',
    en: 'the handling code outside is not the one inside.',
  },
} as const satisfies Readonly<Record<BundleRule, Text>>;
