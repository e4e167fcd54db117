import type { Text } from '../command-line/language.js';
import { PRECHECK_OPTIONS } from '../precheck/precheck-verb.js';
import type { Command, Verb } from '../command-line/verb.js';

const text = (es: string, en: string): Text => ({ es, en });

/** A command whose feature is not in this build. */
const planned = (word: string, purpose: Text): Command => ({
  words: [word],
  purpose,
  options: {},
  load: null,
});

/** A request for mutual legal assistance, from its draft to the end. */
export const REQUEST_VERB: Verb = {
  name: 'request',
  purpose: text('solicitudes de asistencia jurídica', 'legal assistance requests'),
  commands: [
    {
      words: ['export'],
      argument: 'FILE',
      purpose: text(
        'escribe el documento formal, sin cuenta ni red (2: no está lista, no se escribió nada)',
        'writes the formal document, without account or network (2: not ready, nothing was written)',
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
        ...PRECHECK_OPTIONS,
      },
      load: () => import('./export.js'),
    },
    planned('create', text('crea un borrador', 'creates a draft')),
    planned('show', text('muestra un borrador', 'shows a draft')),
    planned('share', text('comparte un borrador', 'shares a draft')),
    planned('opinion', text('firma una opinión', 'signs an opinion')),
    planned('freeze', text('congela una versión', 'freezes a version')),
    planned('status', text('sigue el estado', 'tracks the status')),
  ],
};
