import { ATTACHMENT_PROBLEMS } from '../../attachments/attachment-problems.js';

/** The part of the problem catalogue that is about cases, threads and what is in them. */
export const THREAD_PROBLEMS = {
  ...ATTACHMENT_PROBLEMS,
  'blob.missing': {
    kind: 'invalid',
    title: {
      es: 'Falta un bloque que la entrada nombra',
      en: 'A blob that the entry names is missing',
    },
  },
  'blob.not-found': {
    kind: 'absent',
    title: {
      es: 'No existe ese bloque',
      en: 'There is no such blob',
    },
  },
  'blob.refused': {
    kind: 'invalid',
    title: {
      es: 'El bloque no es el que su nombre dice',
      en: 'The blob is not what its name says',
    },
  },
  'blob.too-many': {
    kind: 'limit',
    title: {
      es: 'Hay demasiados bloques a la espera de su entrada',
      en: 'Too many blobs wait for their entry',
    },
  },
  'case.conflict': {
    kind: 'conflict',
    title: {
      es: 'Otro expediente tiene ese identificador, o este ya está así',
      en: 'Another case has that id, or this one stands so already',
    },
  },
  'case.held': {
    kind: 'conflict',
    title: {
      es: 'Una retención ya pesa sobre ese expediente',
      en: 'There is a hold on that case already',
    },
  },
  'case.not-held': {
    kind: 'conflict',
    title: {
      es: 'Ninguna retención pesa sobre ese expediente',
      en: 'There is no hold on that case',
    },
  },
  'case.not-found': {
    kind: 'absent',
    title: {
      es: 'No existe ese expediente',
      en: 'There is no such case',
    },
  },
  'commit.invalid': {
    kind: 'invalid',
    title: {
      es: 'El cambio de claves no tiene una forma admitida',
      en: 'The change of keys has a form that is not admitted',
    },
  },
  'device.refused': {
    kind: 'forbidden',
    title: {
      es: 'El dispositivo no está certificado',
      en: 'The device is not certified',
    },
  },
  'entry.conflict': {
    kind: 'conflict',
    title: {
      es: 'Otra entrada tiene ese identificador',
      en: 'Another entry has that id',
    },
  },
  'entry.device-sequence': {
    kind: 'conflict',
    title: {
      es: 'La entrada no sigue a la anterior del dispositivo',
      en: 'The entry does not follow the one before it of the device',
    },
  },
  'entry.kind-refused': {
    kind: 'invalid',
    title: {
      es: 'Este servidor todavía no admite entradas de esa clase',
      en: 'This server does not take entries of that kind yet',
    },
  },
  'entry.malformed': {
    kind: 'malformed',
    title: { es: 'La entrada no se puede leer', en: 'The entry cannot be read' },
  },
  'entry.removal-required': {
    kind: 'conflict',
    title: {
      es: 'Antes hay que retirar del hilo a quien ya no está',
      en: 'Who is gone has to be removed from the thread first',
    },
  },
  'entry.signature': {
    kind: 'integrity',
    title: {
      es: 'La firma de la entrada no vale',
      en: 'The signature of the entry does not hold',
    },
  },
  'entry.stale-epoch': {
    kind: 'stale',
    title: {
      es: 'El hilo ya tiene otras claves',
      en: 'The thread has other keys by now',
    },
  },
  'grant.recipient': {
    kind: 'invalid',
    title: {
      es: 'La concesión nombra a quien no espera claves',
      en: 'The grant names somebody who does not wait for keys',
    },
  },
  'handling.forbidden': {
    kind: 'invalid',
    title: {
      es: 'El código de manejo no permite conceder ese historial',
      en: 'The handling code does not let that history be granted',
    },
  },
  'redaction.refused': {
    kind: 'invalid',
    title: {
      es: 'Lo que la supresión nombra no se puede borrar',
      en: 'What the redaction names cannot be erased',
    },
  },
  'thread.closed': {
    kind: 'conflict',
    title: {
      es: 'El hilo está cerrado',
      en: 'The thread is closed',
    },
  },
  'thread.held': {
    kind: 'conflict',
    title: {
      es: 'Una retención impide borrar en ese hilo',
      en: 'A hold keeps everything in that thread',
    },
  },
  'thread.not-held': {
    kind: 'conflict',
    title: {
      es: 'Ninguna retención pesa sobre ese hilo',
      en: 'There is no hold on that thread',
    },
  },
  'thread.not-found': {
    kind: 'absent',
    title: {
      es: 'No existe ese hilo',
      en: 'There is no such thread',
    },
  },
  'request.conflict': {
    kind: 'conflict',
    title: {
      es: 'Ya existe otra solicitud con ese identificador, o el Estado es el propio',
      en: 'Another request has that id, or the State is the own one',
    },
  },
  'request.not-found': {
    kind: 'absent',
    title: {
      es: 'No existe esa solicitud',
      en: 'There is no such request',
    },
  },
  'request.step': {
    kind: 'conflict',
    title: {
      es: 'La solicitud no puede dar ese paso desde donde está',
      en: 'The request cannot take that step from where it stands',
    },
  },
} as const;
