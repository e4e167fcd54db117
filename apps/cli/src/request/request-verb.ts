import type { Text } from '../command-line/language.js';
import { PRECHECK_OPTIONS } from '../precheck/precheck-verb.js';
import type { Verb } from '../command-line/verb.js';
import { URL_OPTION } from '../home/session-home.js';
import { ENTRY_OPTIONS, SOURCE_COMMANDS } from './sources/source-commands.js';

const text = (es: string, en: string): Text => ({ es, en });

const THREAD_OPTION = {
  thread: { value: 'UUID', purpose: text('el hilo de la solicitud', 'the thread of the request') },
};
const FILE_OPTION = {
  file: { value: 'FILE', purpose: text('archivo JSON', 'JSON file') },
};

/** A request for mutual legal assistance, from its draft to the end. */
export const REQUEST_VERB: Verb = {
  name: 'request',
  purpose: text('solicitudes de asistencia jurídica', 'legal assistance requests'),
  commands: [
    {
      words: ['export'],
      argument: '[FILE]',
      purpose: text(
        'escribe el documento formal de un archivo, sin cuenta ni red, o de la versión congelada (2: no está lista)',
        'writes the formal document of a file, without account or network, or of the frozen version (2: not ready)',
      ),
      options: {
        format: {
          value: 'docx|pdf|json',
          purpose: text('formato del documento', 'format of the document'),
        },
        out: {
          value: 'FILE',
          purpose: text(
            'archivo nuevo; el anexo sellado va a su lado (NOMBRE.sealed.EXT)',
            'new file; the sealed annex goes beside it (NAME.sealed.EXT)',
          ),
        },
        'allow-not-ready': {
          purpose: text(
            'también si no está lista; cada página dice BORRADOR / DRAFT',
            'also when it is not ready; every page says BORRADOR / DRAFT',
          ),
        },
        record: {
          value: 'UUID',
          purpose: text(
            'el borrador cuya versión congelada se exporta, en vez de FILE, con --thread',
            'the draft whose frozen version is exported, in place of FILE, with --thread',
          ),
        },
        ...URL_OPTION,
        ...THREAD_OPTION,
        ...PRECHECK_OPTIONS,
      },
      load: () => import('./formal/export.js'),
    },
    {
      words: ['create'],
      argument: '[FILE]',
      purpose: text(
        'crea un borrador cifrado en un hilo del propio Estado; con --from, de lo que otro Estado respondió',
        'creates a sealed draft in a thread of the own State; with --from, of what another State answered',
      ),
      options: {
        ...URL_OPTION,
        ...THREAD_OPTION,
        ...ENTRY_OPTIONS,
        title: { value: 'TEXT', purpose: text('título, cifrado', 'title, sealed') },
        follows: {
          value: 'ID',
          purpose: text(
            'la solicitud anterior, de la que es ampliación',
            'the earlier request that it supplements',
          ),
        },
      },
      load: () => import('./create.js'),
    },
    {
      words: ['list'],
      purpose: text(
        'lista las solicitudes, con los plazos que se acercan',
        'lists the requests, with the days that come near',
      ),
      options: { ...URL_OPTION, ...PRECHECK_OPTIONS },
      load: () => import('./list.js'),
    },
    {
      words: ['show'],
      argument: 'ID',
      purpose: text(
        'muestra un borrador con su revisión y sus opiniones, o lo que otro Estado compartió',
        'shows a draft with its check and opinions, or what another State shared',
      ),
      options: { ...URL_OPTION, ...THREAD_OPTION, ...PRECHECK_OPTIONS },
      load: () => import('./show.js'),
    },
    {
      words: ['edit'],
      argument: 'ID',
      purpose: text(
        'cambia el borrador; lo que un colega escribe a la vez se conserva',
        'changes the draft; what a colleague writes at once is kept',
      ),
      options: { ...URL_OPTION, ...THREAD_OPTION, ...FILE_OPTION, ...PRECHECK_OPTIONS },
      load: () => import('./edit.js'),
    },
    ...SOURCE_COMMANDS,
    {
      words: ['share'],
      argument: 'ID',
      purpose: text(
        'muestra y comparte la versión sin datos de personas (1: solo se mostró; 2: personas sin proteger)',
        'shows and shares the version without persons (1: only shown; 2: persons not protected)',
      ),
      options: {
        ...URL_OPTION,
        ...THREAD_OPTION,
        with: {
          value: 'UUID',
          purpose: text('el hilo con el Estado requerido', 'the thread with the requested State'),
        },
        show: {
          value: 'ID:FIELD+FIELD,…',
          purpose: text(
            'datos de un sospechoso o acusado que viajan (name, aliases, dateOfBirth, idDocuments)',
            'what travels of a suspect or accused (name, aliases, dateOfBirth, idDocuments)',
          ),
        },
        identifiers: {
          value: '/measures/N/identifiers/N,…',
          purpose: text('identificadores que viajan enteros', 'identifiers that travel whole'),
        },
        questions: {
          value: 'N,N,…',
          purpose: text(
            'cuáles de las 15 preguntas importan más',
            'which of the 15 questions matter most',
          ),
        },
        'needed-by': {
          value: 'YYYY-MM-DD',
          purpose: text('para cuándo se necesita la opinión', 'by when the opinion is needed'),
        },
        confirm: {
          value: 'SHA256',
          purpose: text('lo que se mostró, para compartirlo', 'what was shown, to share it'),
        },
        ...PRECHECK_OPTIONS,
      },
      load: () => import('./sharing/share.js'),
    },
    {
      words: ['opinion'],
      argument: 'ID',
      purpose: text(
        'firma una opinión sobre lo compartido (15 preguntas)',
        'signs an opinion on what was shared (15 questions)',
      ),
      options: { ...URL_OPTION, ...THREAD_OPTION, ...FILE_OPTION },
      load: () => import('./opinion.js'),
    },
    {
      words: ['waive'],
      argument: 'ID',
      purpose: text(
        'sigue adelante a pesar de un hallazgo, con una razón (1: falta una segunda persona)',
        'goes on in spite of a finding, with a reason (1: a second person is missing)',
      ),
      options: {
        ...URL_OPTION,
        ...THREAD_OPTION,
        rule: { value: 'RULE', purpose: text('la regla', 'the rule') },
        subject: { value: 'TEXT', purpose: text('de qué trata', 'what it is about') },
        reason: {
          value: 'TEXT',
          purpose: text('por qué, en 20 letras o más', 'why, in 20 letters or more'),
        },
        yes: { purpose: text('sin preguntar', 'without asking') },
        ...PRECHECK_OPTIONS,
      },
      load: () => import('./waive.js'),
    },
    {
      words: ['freeze'],
      argument: 'ID',
      purpose: text(
        'congela una versión (2: algo la impide y nadie lo consideró; no se congeló nada)',
        'freezes a version (2: blocked, and nobody considered it; nothing was frozen)',
      ),
      options: { ...URL_OPTION, ...THREAD_OPTION, ...PRECHECK_OPTIONS },
      load: () => import('./freeze.js'),
    },
    {
      words: ['status'],
      argument: 'ID',
      purpose: text(
        'dice dónde está y por qué pasos llegó, o da uno',
        'tells where it stands and by which steps, or takes one',
      ),
      options: {
        ...URL_OPTION,
        to: {
          value: 'STATUS',
          purpose: text(
            'el paso: draft, formalised, received, executing, executed…',
            'the step: draft, formalised, received, executing, executed…',
          ),
        },
        reference: {
          value: 'TEXT',
          purpose: text(
            'número del oficio, con formalised',
            'number of the letter, with formalised',
          ),
        },
        reason: {
          value: 'TEXT',
          purpose: text(
            'por qué; va al hilo, no al servidor (postponed, refused, withdrawn, draft)',
            'why; goes into the thread, not to the server (postponed, refused, withdrawn, draft)',
          ),
        },
        on: {
          value: 'YYYY-MM-DD',
          purpose: text(
            'el día en que se envió o se recibió (hoy); va al hilo',
            'the day on which it was sent or received (today); goes into the thread',
          ),
        },
        extent: {
          value: 'whole|part',
          purpose: text('con executed: todo o una parte', 'with executed: all of it, or a part'),
        },
        remind: {
          value: 'YYYY-MM-DD|none',
          purpose: text(
            'día del próximo aviso, sin motivo',
            'day of the next reminder, without a reason',
          ),
        },
        reported: {
          purpose: text(
            'el paso es del Estado requerido, y se informa',
            'the step is of the requested State, and reported',
          ),
        },
        ...PRECHECK_OPTIONS,
      },
      load: () => import('./status.js'),
    },
  ],
};
