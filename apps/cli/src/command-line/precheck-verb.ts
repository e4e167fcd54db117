import type { Text } from './language.js';
import type { Verb } from './verb.js';

const text = (es: string, en: string): Text => ({ es, en });

export const PRECHECK_VERB: Verb = {
  name: 'precheck',
  purpose: text(
    'revisa una solicitud de asistencia, sin cuenta ni red',
    'checks a legal assistance request, without account or network',
  ),
  commands: [
    {
      words: [],
      argument: 'FILE',
      purpose: text(
        'señala qué la haría devolver, denegar o demorar (FILE o - ; 1 por corregir, 2 no está lista)',
        'tells what would get it returned, refused or delayed (FILE or - ; 1 to fix, 2 not ready)',
      ),
      options: {
        packs: {
          value: 'PATH',
          purpose: text(
            'paquetes de país, archivo o carpeta; si falta, los del programa',
            'country packs, file or folder; if missing, those of the program',
          ),
        },
        today: {
          value: 'YYYY-MM-DD',
          purpose: text(
            'el día de la revisión; si falta, hoy',
            'day of the check; if missing, today',
          ),
        },
      },
      load: () => import('../precheck.js'),
    },
  ],
};
