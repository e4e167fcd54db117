import type { ErrorKind } from '@enlace/kernel';

import { THREAD_PROBLEMS } from './threads/wire/thread-problems.js';

interface CatalogueEntry {
  readonly kind: ErrorKind;
  readonly title: { readonly es: string; readonly en: string };
}

/** Every code that the server answers with: its kind decides the status, its title is fixed. */
export const PROBLEMS = {
  ...THREAD_PROBLEMS,
  'body.malformed': {
    kind: 'malformed',
    title: { es: 'La solicitud no se puede leer', en: 'The request cannot be read' },
  },
  'body.too-large': {
    kind: 'too-large',
    title: { es: 'La solicitud es demasiado grande', en: 'The request is too large' },
  },
  'media-type.unsupported': {
    kind: 'malformed',
    title: { es: 'Tipo de contenido no admitido', en: 'Unsupported content type' },
  },
  'method.not-allowed': {
    kind: 'malformed',
    title: { es: 'Método no admitido en esta ruta', en: 'Method not allowed on this route' },
  },
  'route.not-found': {
    kind: 'absent',
    title: { es: 'No existe', en: 'Not found' },
  },
  'origin.refused': {
    kind: 'forbidden',
    title: { es: 'Origen rechazado', en: 'Origin refused' },
  },
  'event.unproven': {
    kind: 'conflict',
    title: {
      es: 'Todavía no hay una prueba cofirmada de ese evento',
      en: 'There is no cosigned proof of that event yet',
    },
  },
  'export.not-found': {
    kind: 'absent',
    title: { es: 'No existe esa exportación', en: 'There is no such export' },
  },
  'export.too-large': {
    kind: 'too-large',
    title: { es: 'Demasiados eventos para una exportación', en: 'Too many events for one export' },
  },
  'session.ended': {
    kind: 'unauthenticated',
    title: { es: 'La sesión terminó o no existe', en: 'The session has ended or does not exist' },
  },
  'session.not-found': {
    kind: 'absent',
    title: { es: 'No existe esa sesión', en: 'There is no such session' },
  },
  'session.refused': {
    kind: 'unauthenticated',
    title: { es: 'Inicio de sesión rechazado', en: 'Sign-in refused' },
  },
  'proof.nonce': {
    kind: 'unauthenticated',
    title: {
      es: 'La prueba necesita el nonce más reciente',
      en: 'The proof needs the newest nonce',
    },
  },
  'proof.refused': {
    kind: 'unauthenticated',
    title: { es: 'La prueba de la solicitud no vale', en: 'The request proof does not hold' },
  },
  'event.not-found': {
    kind: 'absent',
    title: { es: 'No existe ese evento', en: 'There is no such event' },
  },
  'log.not-found': {
    kind: 'absent',
    title: { es: 'El registro no tiene esta parte', en: 'The log has no such part' },
  },
  'breakglass.not-found': {
    kind: 'absent',
    title: {
      es: 'No hay tal acto de emergencia por revisar',
      en: 'There is no such break-glass act to review',
    },
  },
  'checkpoint.refused': {
    kind: 'integrity',
    title: {
      es: 'No es un punto de control firmado de este registro',
      en: 'Not a signed checkpoint of this log',
    },
  },
  'witness.not-found': {
    kind: 'absent',
    title: { es: 'Ningún Estado nombró a este testigo', en: 'No State named this witness' },
  },
  'ticket.refused': {
    kind: 'forbidden',
    title: { es: 'El boleto no vale', en: 'The ticket does not hold' },
  },
  'access.denied': {
    kind: 'forbidden',
    title: { es: 'Acceso denegado', en: 'Access denied' },
  },
  'statement.refused': {
    kind: 'integrity',
    title: { es: 'La declaración no vale', en: 'The statement does not hold' },
  },
  'chain.refused': {
    kind: 'integrity',
    title: { es: 'La cadena de certificados no vale', en: 'The certificate chain does not hold' },
  },
  'trust-store.refused': {
    kind: 'integrity',
    title: { es: 'Las raíces de confianza no valen', en: 'The trust store does not hold' },
  },
  'release.refused': {
    kind: 'integrity',
    title: { es: 'La entrega no vale', en: 'The release does not hold' },
  },
  'release.stale': {
    kind: 'conflict',
    title: {
      es: 'Hubo esta entrega o una posterior',
      en: 'There was this release or a later one',
    },
  },
  'release.none': {
    kind: 'unavailable',
    title: {
      es: 'El cliente web no se ha entregado',
      en: 'The web client is not released',
    },
  },
  'step-up.required': {
    kind: 'forbidden',
    title: { es: 'Hace falta confirmar la identidad', en: 'A second confirmation is required' },
  },
  'approval.required': {
    kind: 'forbidden',
    title: { es: 'Falta la aprobación de otra persona', en: 'Another person has to approve' },
  },
  'purpose.required': {
    kind: 'forbidden',
    title: { es: 'Hay que declarar la finalidad', en: 'A purpose has to be declared' },
  },
  'invitation.refused': {
    kind: 'unauthenticated',
    title: { es: 'La invitación no se acepta', en: 'The invitation is refused' },
  },
  'invitation.not-found': {
    kind: 'absent',
    title: { es: 'No existe esa invitación', en: 'There is no such invitation' },
  },
  'card.not-found': {
    kind: 'absent',
    title: {
      es: 'No existe esa ficha, o ya se borró',
      en: 'There is no such card, or it was erased',
    },
  },
  'person.not-found': {
    kind: 'absent',
    title: { es: 'No existe esa persona', en: 'There is no such person' },
  },
  'person.frozen': {
    kind: 'conflict',
    title: { es: 'La persona ya está congelada', en: 'The person is frozen already' },
  },
  'contact.not-found': {
    kind: 'absent',
    title: { es: 'No existe ese contacto', en: 'There is no such contact' },
  },
  'contact.step': {
    kind: 'conflict',
    title: { es: 'El contacto no está en ese paso', en: 'The contact is at another step' },
  },
  'device.not-found': {
    kind: 'absent',
    title: { es: 'No existe ese dispositivo', en: 'There is no such device' },
  },
  'device-link.not-found': {
    kind: 'absent',
    title: { es: 'No hay tal solicitud de dispositivo', en: 'There is no such device request' },
  },
  'device-link.step': {
    kind: 'conflict',
    title: {
      es: 'La solicitud de dispositivo no está en ese paso',
      en: 'The device request is at another step',
    },
  },
  'invitation.step': {
    kind: 'conflict',
    title: { es: 'La invitación no está en ese paso', en: 'The invitation is at another step' },
  },
  'invitation.malformed': {
    kind: 'malformed',
    title: { es: 'La invitación no se puede leer', en: 'The invitation cannot be read' },
  },
  'reentry.step': {
    kind: 'conflict',
    title: {
      es: 'El código de reingreso no está en ese paso',
      en: 'The re-entry code is at another step',
    },
  },
  'vault.conflict': {
    kind: 'conflict',
    title: {
      es: 'Otro dispositivo cambió la bóveda antes',
      en: 'Another device has changed the vault before',
    },
  },
  'vault.not-found': {
    kind: 'absent',
    title: { es: 'La bóveda no tiene ese elemento', en: 'The vault has no such item' },
  },
  'vault.malformed': {
    kind: 'malformed',
    title: {
      es: 'No es una llave envuelta ni un elemento de bóveda',
      en: 'Neither a wrapped key nor an item of a vault',
    },
  },
  'vault.refused': {
    kind: 'integrity',
    title: { es: 'La bóveda no puede guardarse así', en: 'The vault cannot be kept like this' },
  },
  'vault.head-refused': {
    kind: 'integrity',
    title: {
      es: 'La firma sobre la bóveda no corresponde a lo que contiene',
      en: 'The signature over the vault is not of what it holds',
    },
  },
  'vault.full': {
    kind: 'too-large',
    title: { es: 'No cabe más en la bóveda', en: 'The vault holds no more' },
  },
  'rate.limited': {
    kind: 'limit',
    title: { es: 'Demasiadas solicitudes', en: 'Too many requests' },
  },
  'service.unavailable': {
    kind: 'unavailable',
    title: { es: 'Servicio no disponible por ahora', en: 'Service unavailable at the moment' },
  },
  'storage.full': {
    kind: 'unavailable',
    title: { es: 'No queda espacio para escribir', en: 'No room left to write' },
  },
  'write.conflict': {
    kind: 'conflict',
    title: { es: 'Ya existe', en: 'It exists already' },
  },
  'proof.replayed': {
    kind: 'unauthenticated',
    title: { es: 'La prueba ya fue usada', en: 'The proof was used before' },
  },
  'audit.unavailable': {
    kind: 'unavailable',
    title: {
      es: 'No se puede registrar el acceso, así que no ocurre',
      en: 'The access cannot be recorded, so it does not happen',
    },
  },
  'server.recovery': {
    kind: 'unavailable',
    title: {
      es: 'El registro espera a los Estados: solo lectura',
      en: 'The log waits for the States: read-only',
    },
  },
  'audit.backlogged': {
    kind: 'unavailable',
    title: {
      es: 'El registro va atrasado; esto puede esperar',
      en: 'The log is behind; this can wait',
    },
  },
  'audit.unrecorded': {
    kind: 'fault',
    title: { es: 'El acto no quedó registrado', en: 'The act was not recorded' },
  },
  'alert.not-found': {
    kind: 'absent',
    title: { es: 'No existe esa alerta', en: 'There is no such alert' },
  },
  'alert.at-other-step': {
    kind: 'conflict',
    title: { es: 'La alerta no está en ese paso', en: 'The alert is at another step' },
  },
  'scope.not-found': {
    kind: 'absent',
    title: { es: 'No existe ese acceso a un caso', en: 'There is no such access to a case' },
  },
  'scope.refused': {
    kind: 'invalid',
    title: {
      es: 'El caso no es de su Estado, esa persona no es auditora de otro, o el plazo no es de hasta 30 días',
      en: 'The case is not of your State, that person is no auditor of another one, or the time is not up to 30 days',
    },
  },
  'disclosure.not-found': {
    kind: 'absent',
    title: { es: 'No existe esa apertura pendiente', en: 'There is no such pending disclosure' },
  },
  'disclosure.malformed': {
    kind: 'invalid',
    title: {
      es: 'La apertura no está dentro del registro, o es para el propio Estado',
      en: 'The disclosure is not within the log, or is for the own State',
    },
  },
  'erasure.not-found': {
    kind: 'absent',
    title: { es: 'No existe ese borrado pendiente', en: 'There is no such pending erasure' },
  },
  'erasure.held': {
    kind: 'conflict',
    title: { es: 'Hay una retención: no se borra', en: 'There is a hold: nothing is erased' },
  },
  'erasure.malformed': {
    kind: 'invalid',
    title: {
      es: 'El borrado no está dentro del registro',
      en: 'The erasure is not within the log',
    },
  },
  'client-event.refused': {
    kind: 'integrity',
    title: {
      es: 'Una declaración del dispositivo no vale',
      en: 'A statement of the device does not hold',
    },
  },
  'event.malformed': {
    kind: 'fault',
    title: { es: 'El registro del acto no es válido', en: 'The record of the act is not valid' },
  },
  'server.fault': {
    kind: 'fault',
    title: { es: 'Error interno del servidor', en: 'Internal server error' },
  },
} as const satisfies Readonly<Record<string, CatalogueEntry>>;

export type ProblemCode = keyof typeof PROBLEMS;

export function isProblemCode(text: string): text is ProblemCode {
  return Object.hasOwn(PROBLEMS, text);
}
