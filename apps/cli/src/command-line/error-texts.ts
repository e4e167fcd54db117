import type { ErrorFacts } from '@enlace/kernel';
import type { Text } from './language.js';
import { CUSTODY_TEXTS } from '../audit-custody/custody-texts.js';
import { REQUEST_TEXTS } from './request-texts.js';

/** Every error of the command line itself, by code. `{name}` is filled from the facts of the error. */
export const ERROR_TEXTS = {
  'usage.unknown-verb': {
    es: 'No existe el verbo «{verb}».',
    en: 'There is no verb "{verb}".',
  },
  'usage.unknown-subverb': {
    es: '«{verb}» no tiene «{subverb}».',
    en: '"{verb}" has no "{subverb}".',
  },
  'usage.missing-subverb': {
    es: '«{verb}» necesita un subverbo.',
    en: '"{verb}" needs a sub-verb.',
  },
  'usage.unknown-option': {
    es: 'Aquí no existe la opción «{option}».',
    en: 'There is no option "{option}" here.',
  },
  'usage.missing-value': {
    es: 'La opción «{option}» necesita un valor.',
    en: 'The option "{option}" needs a value.',
  },
  'usage.unexpected-value': {
    es: 'La opción «{option}» no lleva valor.',
    en: 'The option "{option}" takes no value.',
  },
  'usage.repeated-option': {
    es: 'La opción «{option}» se dio dos veces.',
    en: 'The option "{option}" was given twice.',
  },
  'usage.unexpected-argument': {
    es: 'Sobra el argumento «{argument}».',
    en: 'The argument "{argument}" is one too many.',
  },
  'usage.missing-argument': {
    es: 'Falta el argumento {argument}.',
    en: 'The argument {argument} is missing.',
  },
  'usage.bad-value': {
    es: 'Valor inválido para «{option}»: «{value}». Se espera {expected}.',
    en: 'Bad value for "{option}": "{value}". Expected: {expected}.',
  },
  'audit.no-scope': {
    es: 'Quien usa esta carpeta no es auditor nacional ni regional.',
    en: 'Whoever uses this home is no national or regional auditor.',
  },
  'build.missing': {
    es: 'Falta {file}: ejecute primero «npm run build».',
    en: '{file} is missing: run "npm run build" first.',
  },
  'server.refused': {
    es: 'El servidor se negó a arrancar; no se cambió nada.',
    en: 'The server refused to start; nothing was changed.',
  },
  'server.failed': {
    es: 'El servidor terminó por sí solo ({end}).',
    en: 'The server ended by itself ({end}).',
  },
  'demo.folder-not-demo': {
    es: '{folder} no es de la demostración: use otra carpeta (--data) o «enlace serve».',
    en: '{folder} does not belong to the demo: take another folder (--data) or "enlace serve".',
  },
  'demo.older': {
    es: 'La demostración de {data} es de una versión anterior: bórrela con «enlace demo reset» y créela de nuevo.',
    en: 'The demo in {data} is of an earlier version: delete it with "enlace demo reset" and make it anew.',
  },
  'demo.not-released': {
    es: 'El servidor no entregó el cliente web a tiempo.',
    en: 'The server did not serve the web client in time.',
  },
  'demo.other-origin': {
    es: 'Esta demostración es de {origin}: iníciela allí (sin --port), o cree otra con --data.',
    en: 'This demo belongs to {origin}: start it there (without --port), or make another with --data.',
  },
  'demo.nothing-to-reset': {
    es: '{folder} no existe: no hay nada que borrar.',
    en: '{folder} does not exist: there is nothing to delete.',
  },
  'demo.folder-in-use': {
    es: 'Un servidor usa {folder} (proceso {pid}): deténgalo primero.',
    en: 'A server is using {folder} (process {pid}): stop it first.',
  },
  'demo.not-confirmed': {
    es: 'Sin confirmación: no se borró nada.',
    en: 'Not confirmed: nothing was deleted.',
  },
  'usage.missing-option': {
    es: 'Falta la opción «{option}».',
    en: 'The option "{option}" is missing.',
  },
  'input.malformed': {
    es: '{file} no se acepta: {rule}.',
    en: '{file} is not accepted: {rule}.',
  },
  ...CUSTODY_TEXTS,
  ...REQUEST_TEXTS,
  'packs.invalid': {
    es: 'Los paquetes de país de {folder} no se aceptan: {place}.',
    en: 'The country packs of {folder} are not accepted: {place}.',
  },
  'fact.refused': {
    es: 'Los paquetes no tienen {path}, o no con ese valor ({rule}).',
    en: 'The packs have no {path}, or not with this value ({rule}).',
  },
  'file.exists': {
    es: '{file} ya existe: nada se sobrescribe.',
    en: '{file} exists already: nothing is replaced.',
  },
  'recovery.unconfirmed': {
    es: 'El código de recuperación no se confirmó, y ya no vale. Repita el comando: mostrará otro.',
    en: 'The recovery code was not confirmed and is void. Run the command again: it shows another one.',
  },
  'passphrase.missing': {
    es: 'Falta la frase de contraseña: se pregunta por ella, o se toma de {variable}.',
    en: 'The passphrase is missing: it is asked for, or taken from {variable}.',
  },
  'passphrase.too-short': {
    es: 'La frase de contraseña necesita al menos {minimum} caracteres.',
    en: 'The passphrase needs at least {minimum} characters.',
  },
  'passphrase.differs': {
    es: 'Las dos frases de contraseña no son iguales.',
    en: 'The two passphrases are not the same.',
  },
  'key.not-opened': {
    es: '{file} no se abre: otra frase de contraseña, o un archivo alterado.',
    en: '{file} does not open: another passphrase, or a changed file.',
  },
  'unlock.paused': {
    es: 'Demasiadas frases de contraseña equivocadas. Espere {retryAfterSeconds} segundos.',
    en: 'Too many wrong passphrases. Wait {retryAfterSeconds} seconds.',
  },
  'key.needs-second': {
    es: '{file} es la parte de un custodio: dé otra con --second-key.',
    en: '{file} is the share of one custodian: give another with --second-key.',
  },
  'key.one-is-enough': {
    es: '{file} es una llave completa: --second-key sobra.',
    en: '{file} is a whole key: --second-key is one too many.',
  },
  'key.shares-differ': {
    es: '{file} y {other} no son partes de dos custodios de la misma raíz.',
    en: '{file} and {other} are not the shares of two custodians of one root.',
  },
  'key.may-not-sign': {
    es: 'Esta llave no firma declaraciones «{type}».',
    en: 'This key does not sign statements "{type}".',
  },
  'key.other-state': {
    es: 'La llave es de {key} y la declaración de {statement}.',
    en: 'The key is of {key} and the statement of {statement}.',
  },
  'home.locked': {
    es: 'Otro comando usa {folder} (proceso {pid}).',
    en: 'Another command is using {folder} (process {pid}).',
  },
  'home.absent': {
    es: '{folder} no es la carpeta de un dispositivo: empiece con «enlace device claim».',
    en: '{folder} is not the home of a device: begin with "enlace device claim".',
  },
  'home.unfinished': {
    es: '{folder} quedó a medias antes de reclamar nada: use otra carpeta (--home).',
    en: '{folder} was left unfinished before anything was claimed: take another folder (--home).',
  },
  'trust.not-as-printed': {
    es: '{file} no es el del papel impreso (su huella es {found}): no continúe.',
    en: '{file} is not the one of the printed paper (its fingerprint is {found}): do not go on.',
  },
  'device.not-enrolled': {
    es: 'El dispositivo de {folder} aún no está certificado: repita el comando con que lo empezó.',
    en: 'The device of {folder} is not certified yet: run the command that began it again.',
  },
  'device.no-session': {
    es: 'No hay sesión: empiece con «enlace device sign-in».',
    en: 'There is no session: begin with "enlace device sign-in".',
  },
  'device.not-seen': {
    es: 'Los demás aún no ven este dispositivo ({waiting}): no aprueba a otros.',
    en: 'Others do not see this device yet ({waiting}): it approves nobody.',
  },
  'link.over': {
    es: 'Pasaron diez minutos, o nadie aprobó: repita el comando, que muestra otro texto.',
    en: 'Ten minutes have passed, or nobody approved: run the command again for another text.',
  },
  'link.not-confirmed': {
    es: 'Sin confirmación: no se guardó nada de lo que otro dispositivo entregó.',
    en: 'Not confirmed: nothing of what another device handed over was kept.',
  },
  'key.not-a-release-key': {
    es: 'La llave no es de quienes entregan el cliente web de esta instalación.',
    en: 'The key is none of those that release the web client of this installation.',
  },
  'key.not-a-registrar': {
    es: '{file} no es la llave de un registrador.',
    en: '{file} is not the key of a registrar.',
  },
  'invitation.no-paper': {
    es: 'El papel lleva un código: dé un archivo con --paper, o use una terminal.',
    en: 'The paper holds a code: give a file with --paper, or use a terminal.',
  },
  'invitation.nameless': {
    es: 'La invitación {invitation} no trae el nombre: nadie firma un nombre que no ve.',
    en: 'The invitation {invitation} comes without the name: nobody signs a name unseen.',
  },
  'invitation.unknown': {
    es: 'El Estado no tiene la invitación {invitation}.',
    en: 'The State has no invitation {invitation}.',
  },
  'person.unknown': {
    es: 'El directorio no tiene a {person} en este Estado.',
    en: 'The directory has no {person} in this State.',
  },
  'contact.unknown': {
    es: 'El Estado no tiene una propuesta abierta de {contact}, o llegó sin sus palabras.',
    en: 'The State has no open proposal of {contact}, or it came without its words.',
  },
  'directory.unknown': {
    es: 'El directorio de esta carpeta no tiene la declaración {statement}.',
    en: 'The directory of this home has no statement {statement}.',
  },
  'certificate.needs-registrar': {
    es: 'Su Estado quiere que un registrador firme también: repita con --certificate-out ARCHIVO.',
    en: 'Your State wants a registrar to sign too: run this again with --certificate-out FILE.',
  },
  'certificate.other': {
    es: 'El archivo no es el certificado de este dispositivo.',
    en: 'The file is not the certificate of this device.',
  },
  'claim.over': {
    es: 'La invitación ya no sigue su curso ({step}).',
    en: 'The invitation is no longer under way ({step}).',
  },
  'home.other-server': {
    es: 'Esta carpeta es de {server}: a {url} no se le entrega su sesión.',
    en: 'This home belongs to {server}: {url} is not given its session.',
  },
  'server.answered': {
    es: 'El servidor se negó: {problem}.',
    en: 'The server refused: {problem}.',
  },
  'server.unreachable': {
    es: 'El servidor no respondió; nada se perdió, repita el comando.',
    en: 'The server gave no answer; nothing is lost, run the command again.',
  },
  'vault.not-made': {
    es: 'Esta carpeta no tiene bóveda: la cuenta no empieza sin ella. Repita «enlace device claim».',
    en: 'This home has no vault: no account begins without one. Run "enlace device claim" again.',
  },
  'vault.not-opened': {
    es: 'La bóveda no se abre: otro código o frase de contraseña, o una bóveda alterada.',
    en: 'The vault does not open: another code or passphrase, or a changed vault.',
  },
  'integrity.failed': {
    es: 'Alerta de integridad: {problem}.',
    en: 'Integrity alert: {problem}.',
  },
  'thread.stopped': {
    es: 'El hilo está detenido ({alert}): se puede leer, pero no se envía nada. Guarde la evidencia y avise.',
    en: 'The thread is stopped ({alert}): it can be read, and nothing is sent. Keep the evidence and report it.',
  },
  'thread.not-now': {
    es: 'Eso no se hace en el hilo como está: {rule}.',
    en: 'That is not done in the thread as it stands: {rule}.',
  },
  'export.refused': {
    es: 'No se exporta ({rule}, entrada {seq}): lo que nombra a sus destinatarios se queda; lo demás sale entero.',
    en: 'Not exported ({rule}, entry {seq}): what names its recipients stays; all else leaves whole.',
  },
  'handling.recipients': {
    es: 'EN3 nombra a todas las personas del hilo, también invitadas, y a nadie más («enlace thread members»).',
    en: 'EN3 names all persons of the thread, those invited too, and nobody else ("enlace thread members").',
  },
  'file.changed': {
    es: 'El archivo cambió mientras se leía; no se envió nada.',
    en: 'The file changed while it was read; nothing was sent.',
  },
  'file.not-named': {
    es: 'Ninguna entrada leída nombra ese archivo, o nombra varios ({files}): indique el identificador del adjunto.',
    en: 'No entry that was read names that file, or it names several ({files}): give the id of the attachment.',
  },
  'content.refused': {
    es: 'No es un contenido de un hilo, o es demasiado largo: {problem}.',
    en: 'It is no content of a thread, or too long: {problem}.',
  },
  'witness.absent': {
    es: '{folder} no es la carpeta de un testigo: empiece con «enlace witness init».',
    en: '{folder} is not the folder of a witness: begin with "enlace witness init".',
  },
  'witness.other-key': {
    es: 'El registro {origin} ya tiene otra llave: un origen, una llave, para siempre.',
    en: 'The log {origin} has another key already: one origin, one key, for ever.',
  },
  'log.not-halted': {
    es: 'Ningún registro de accesos está detenido: no hay nada que continuar.',
    en: 'No access log is halted: there is nothing to continue.',
  },
  'log.unknown': {
    es: 'Esta carpeta no conoce la llave del registro {origin}.',
    en: 'This home does not know the key of the log {origin}.',
  },
  'timestamp.refused': {
    es: 'El sello de tiempo no vale: {rule}.',
    en: 'The time stamp does not hold: {rule}.',
  },
  'timestamp.no-checkpoint': {
    es: 'Los testigos todavía no cofirmaron ningún registro de accesos.',
    en: 'The witnesses have cosigned no access log yet.',
  },
  'log.split-view': {
    es: 'VISTA DIVIDIDA: {origin} firmó dos historias; la evidencia está en {file}.',
    en: 'SPLIT VIEW: {origin} signed two histories; the evidence is in {file}.',
  },
  'sign.not-confirmed': {
    es: 'Sin confirmación: no se firmó nada.',
    en: 'Not confirmed: nothing was signed.',
  },
  'io.failed': {
    es: 'No se pudo: {reason}.',
    en: 'It failed: {reason}.',
  },
} as const satisfies Readonly<Record<string, Text>>;

export type CliErrorCode = keyof typeof ERROR_TEXTS;

/**
 * The text with its facts filled in. Control characters are shown as escapes: facts may come from a script's
 * arguments or a foreign file name and must not drive the terminal.
 */
export function fillText(template: string, facts: ErrorFacts): string {
  return template.replace(/\{(\w+)\}/g, (placeholder, name: string) =>
    printable(String(facts[name] ?? placeholder)),
  );
}

/** The text with every control character (Unicode Cc, and the bidi controls) as `\u` escape. */
export function printable(text: string): string {
  return text.replace(
    /[\p{Cc}\u061C\u200E\u200F\u202A-\u202E\u2066-\u2069]/gu,
    (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );
}
