import type { Text } from './language.js';

/** What can be wrong with a request for assistance or information, and with a record, by code. */
export const REQUEST_TEXTS = {
  'request.not-ready': {
    es: '{verdict}: no se escribió nada. «enlace precheck» dice qué falta; --allow-not-ready escribe un borrador.',
    en: '{verdict}: nothing was written. "enlace precheck" says what is missing; --allow-not-ready writes a draft.',
  },
  'request.other-state': {
    es: 'Quien redacta es {state}; la solicitud dice {given}.',
    en: 'The drafting State is {state}; the request says {given}.',
  },
  'request.other-pair': {
    es: 'Los dos Estados de una solicitud no cambian: cree otra.',
    en: 'The two States of a request do not change: create another one.',
  },
  'request.not-supplementary': {
    es: 'Lo que sigue a otra solicitud dice requestKind «supplementary».',
    en: 'What follows another request says requestKind "supplementary".',
  },
  'request.no-draft': {
    es: 'Aquí no hay borrador de {request}.',
    en: 'There is no draft of {request} here.',
  },
  'request.no-step': {
    es: 'De «{status}» no se pasa a «{to}».',
    en: 'No step leads from "{status}" to "{to}".',
  },
  'request.not-frozen': {
    es: 'Ninguna versión de {request} está congelada: «enlace request freeze».',
    en: 'No version of {request} is frozen: "enlace request freeze".',
  },
  'request.unprotected': {
    es: 'No se comparte: personas quedarían sin proteger ({rules}). «enlace precheck» dice por qué.',
    en: 'Not shared: persons would not be protected ({rules}). "enlace precheck" says why.',
  },
  'request.nothing-to-waive': {
    es: 'La revisión no tiene ese hallazgo: {rule}, {subject}.',
    en: 'The check has no such finding: {rule}, {subject}.',
  },
  'request.not-yours': {
    es: 'Su Estado no lo certifica para ese paso ({action}). Nada se selló.',
    en: 'Your State does not certify you for that step ({action}). Nothing was sealed.',
  },
  'request.annex-missing': {
    es: 'Sin archivo ni SHA-256: {annexes}. Adjúntelos al hilo del borrador, cada uno con su identificador (a1.pdf).',
    en: 'Neither a file nor a SHA-256: {annexes}. Attach them to the thread of the draft, named by their ids (a1.pdf).',
  },
  'request.no-source': {
    es: 'No es fuente de un borrador: {source}. Ha de ser un mensaje de otro Estado, ni EN3 ni retirado.',
    en: 'Not a source for a draft: {source}. It must be a message of another State, neither EN3 nor taken back.',
  },
  'request.not-exculpatory': {
    es: 'Ninguna fuente {source} del borrador favorece a un acusado.',
    en: 'No source {source} of the draft speaks for an accused.',
  },
  'request.source-unheld': {
    es: 'Con menos condiciones que su entrada, o ilegibles aquí: {sources}. Póngalas al día: «enlace request source».',
    en: 'With fewer conditions than their entries, or unread here: {sources}. Update them: "enlace request source".',
  },
  'request.wrong-thread': {
    es: 'El hilo está abierto a {states}; hace falta uno que lo esté solo a {expected}.',
    en: 'The thread is open to {states}; one that is open to {expected} alone is needed.',
  },
  'request.preview': {
    es: 'Lo que se compartiría ya es otro texto ({sha256}): véalo de nuevo.',
    en: 'What would be shared is another text by now ({sha256}): look at it again.',
  },
  'record.not-here': {
    es: 'Ese documento no está en los hilos leídos aquí, o no se puede leer entero ({problem}). Indique --thread.',
    en: 'That record is not in the threads that were read here, or not readable as a whole ({problem}). Give --thread.',
  },
  'consent.no-entry': {
    es: 'En la entrada {seq} no hay mensaje de otro Estado.',
    en: 'Entry {seq} is no message of another State.',
  },
  'consent.not-asked': {
    es: 'En la entrada {seq} nadie pide consentimiento sobre algo de su Estado.',
    en: 'Entry {seq} asks for no consent about anything of your State.',
  },
  'information.no-focal-point': {
    es: 'Ningún punto focal de {state} está en el hilo: invítelo primero ({persons}).',
    en: 'No focal point of {state} is in the thread: invite one first ({persons}).',
  },
  'information.not-in-thread': {
    es: 'No están en el hilo por {state}: {persons}. No se preguntó a nadie.',
    en: 'Not in the thread for {state}: {persons}. Nobody was asked.',
  },
  'information.not-asked': {
    es: 'Con ese identificador no se le preguntó nada en el hilo.',
    en: 'Nothing was asked of you under this id in the thread.',
  },
  'information.no-question': {
    es: 'La pregunta {question} no existe: son {count}.',
    en: 'There is no question {question}: there are {count}.',
  },
  'information.unprotected': {
    es: 'No se envía: el texto nombra a personas protegidas de sus borradores ({persons}).',
    en: 'Not sent: the text names persons whom your drafts protect ({persons}).',
  },
} as const satisfies Readonly<Record<string, Text>>;
