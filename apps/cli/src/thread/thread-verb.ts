import { CONTENT_LIMITS } from '@enlace/e2ee';
import type { Text } from '../command-line/language.js';
import type { Verb } from '../command-line/verb.js';
import { URL_OPTION } from '../home/session-home.js';
import { HANDLING_OPTIONS } from './handling-option.js';
import { LIFE_COMMANDS } from './life/life-commands.js';

const text = (es: string, en: string): Text => ({ es, en });

const person = { value: 'UUID', purpose: text('la persona', 'the person') };

/** Threads: what prosecutors of different States say to each other, and nobody else reads. */
export const THREAD_VERB: Verb = {
  name: 'thread',
  purpose: text('hilos cifrados de extremo a extremo', 'end-to-end encrypted threads'),
  commands: [
    {
      words: ['open'],
      purpose: text('abre un hilo', 'opens a thread'),
      options: {
        ...URL_OPTION,
        case: { value: 'UUID', purpose: text('el expediente', 'the case') },
        title: { value: 'TEXT', purpose: text('título, cifrado', 'title, sealed') },
        description: { value: 'TEXT', purpose: text('descripción, cifrada', 'sealed') },
        purpose: {
          value: 'CODE',
          purpose: text(
            'finalidad: investigation, prosecution, mla-preparation…',
            'purpose: investigation, prosecution, mla-preparation…',
          ),
        },
        with: {
          value: 'XX,XX',
          purpose: text(
            'Estados cuyas personas pueden entrar; si falta, los del expediente',
            'States whose people may come in; if missing, those of the case',
          ),
        },
        level: { value: 'informal|formal', purpose: text('nivel', 'level') },
        floor: {
          value: 'EN0..EN3',
          purpose: text('código de uso mínimo', 'least handling code'),
        },
        days: {
          value: 'N',
          purpose: text('días que se conserva', 'days for which it is kept'),
        },
        suite: { value: 'xwing|x25519', purpose: text('cifrado', 'cipher suite') },
      },
      load: () => import('./open.js'),
    },
    {
      words: ['list'],
      purpose: text('lista los hilos', 'lists the threads'),
      options: URL_OPTION,
      load: () => import('./list.js'),
    },
    {
      words: ['read'],
      purpose: text('lee un hilo', 'reads a thread'),
      options: {
        ...URL_OPTION,
        after: {
          value: 'SEQ',
          purpose: text('solo lo que sigue', 'only what comes after'),
        },
      },
      argument: 'THREAD',
      load: () => import('./read.js'),
    },
    {
      words: ['watch'],
      purpose: text(
        'muestra lo nuevo de un hilo según llega, hasta Ctrl-C',
        'shows what is new in a thread as it comes, until Ctrl-C',
      ),
      options: URL_OPTION,
      argument: 'THREAD',
      load: () => import('./watch.js'),
    },
    {
      words: ['send'],
      purpose: text('envía un mensaje', 'sends a message'),
      options: {
        ...URL_OPTION,
        text: { value: 'TEXT', purpose: text('el texto', 'the text') },
        'reply-to': { value: 'SEQ', purpose: text('a qué responde', 'what it answers') },
        ...HANDLING_OPTIONS,
        content: {
          value: 'FILE',
          purpose: text(
            'contenido de cualquier tipo, en JSON, en vez de --text',
            'content of any type, as JSON, in place of --text',
          ),
        },
      },
      argument: 'THREAD',
      load: () => import('./send.js'),
    },
    {
      words: ['attach'],
      purpose: text('envía archivos en un mensaje', 'sends files in a message'),
      options: {
        ...URL_OPTION,
        text: {
          value: 'TEXT',
          purpose: text('el texto; si falta, los nombres', 'the text; if missing, the names'),
        },
        'reply-to': { value: 'SEQ', purpose: text('a qué responde', 'what it answers') },
        ...HANDLING_OPTIONS,
        resume: {
          purpose: text(
            'sigue con lo que quedó interrumpido en el hilo',
            'goes on with what was interrupted in the thread',
          ),
        },
      },
      argument: 'THREAD',
      more: { name: 'FILE…', least: 0, most: CONTENT_LIMITS.attachments },
      load: () => import('./files/attach.js'),
    },
    {
      words: ['save'],
      purpose: text('guarda un adjunto', 'saves an attachment'),
      options: {
        ...URL_OPTION,
        out: {
          value: 'PATH',
          purpose: text('el archivo, o la carpeta', 'the file, or the folder'),
        },
        overwrite: {
          purpose: text('reemplaza el archivo que haya', 'replaces a file that is there'),
        },
        purpose: {
          value: 'CODE',
          purpose: text('finalidad; si falta, la del hilo', "purpose; if missing, the thread's"),
        },
      },
      argument: 'THREAD',
      more: { name: 'SEQ|ATTACHMENT', least: 1, most: 1 },
      load: () => import('./files/save.js'),
    },
    {
      words: ['acknowledge'],
      purpose: text('da el acuse de recibo que se pide', 'acknowledges what is asked for'),
      options: URL_OPTION,
      argument: 'THREAD',
      more: { name: 'SEQ', least: 1, most: 1 },
      load: () => import('./acknowledge.js'),
    },
    {
      words: ['withdraw'],
      purpose: text('retira un mensaje propio', 'takes back an own message'),
      options: {
        ...URL_OPTION,
        reason: { value: 'TEXT', purpose: text('por qué', 'why') },
        ...HANDLING_OPTIONS,
        erase: { purpose: text('borra también su contenido', 'erases its content as well') },
      },
      argument: 'THREAD',
      more: { name: 'SEQ', least: 1, most: 1 },
      load: () => import('./withdraw.js'),
    },
    {
      words: ['invite'],
      purpose: text('invita a una persona', 'invites a person'),
      options: {
        ...URL_OPTION,
        person,
        role: { value: 'member|steward', purpose: text('papel', 'role') },
        days: { value: 'N', purpose: text('días que vale', 'days for which it holds') },
      },
      argument: 'THREAD',
      load: () => import('./membership/invite.js'),
    },
    {
      words: ['join'],
      purpose: text('entra en un hilo, por invitación', 'joins a thread, by invitation'),
      options: URL_OPTION,
      argument: 'THREAD',
      load: () => import('./membership/join.js'),
    },
    {
      words: ['members'],
      purpose: text('lista quién está y quién fue invitado', 'lists members and invitees'),
      options: URL_OPTION,
      argument: 'THREAD',
      load: () => import('./membership/members.js'),
    },
    {
      words: ['remove'],
      purpose: text('retira a un miembro', 'removes a member'),
      options: { ...URL_OPTION, person },
      argument: 'THREAD',
      load: () => import('./membership/remove.js'),
    },
    {
      words: ['leave'],
      purpose: text('sale del hilo', 'leaves the thread'),
      options: URL_OPTION,
      argument: 'THREAD',
      load: () => import('./membership/leave.js'),
    },
    {
      words: ['grant'],
      purpose: text('comparte el historial anterior', 'grants earlier history'),
      options: {
        ...URL_OPTION,
        person,
        from: {
          value: 'SEQ',
          purpose: text(
            'desde qué entrada; si falta, la primera',
            'from which entry on; if missing, the first',
          ),
        },
        to: {
          value: 'SEQ',
          purpose: text('hasta cuál; si falta, la última', 'up to which; if missing, the last'),
        },
        basis: {
          value: 'CODE',
          purpose: text(
            'por qué: case-joined, handover, substitution, court-order',
            'why: case-joined, handover, substitution, court-order',
          ),
        },
        yes: { purpose: text('no pregunta', 'does not ask') },
      },
      argument: 'THREAD',
      load: () => import('./membership/grant.js'),
    },
    ...LIFE_COMMANDS,
    {
      words: ['export'],
      purpose: text(
        'saca una parte del hilo en un archivo que otros verifican',
        'takes a part of the thread out, in a file that others can verify',
      ),
      options: {
        ...URL_OPTION,
        from: {
          value: 'SEQ',
          purpose: text(
            'desde qué entrada; si falta, la primera que hay aquí',
            'from which entry on; if missing, the first that is here',
          ),
        },
        to: {
          value: 'SEQ',
          purpose: text('hasta cuál; si falta, la última', 'up to which; if missing, the last'),
        },
        out: { value: 'FILE', purpose: text('archivo nuevo', 'new file') },
        yes: { purpose: text('no pregunta', 'does not ask') },
      },
      argument: 'THREAD',
      load: () => import('./export/export.js'),
    },
    {
      words: ['verify'],
      purpose: text(
        'verifica un archivo exportado, sin cuenta ni red (con --trust)',
        'verifies an exported file without account or network (with --trust)',
      ),
      options: {},
      argument: 'FILE',
      load: () => import('./export/verify.js'),
    },
  ],
};
