import type { Text } from '../command-line/language.js';
import type { OptionTable, Verb } from '../command-line/verb.js';

const text = (es: string, en: string): Text => ({ es, en });

/** What every command takes that checks a request. */
export const PRECHECK_OPTIONS = {
  packs: {
    value: 'PATH',
    purpose: text(
      'paquetes de país, archivo o carpeta; si falta, los del programa',
      'country packs, file or folder; if missing, those of the program',
    ),
  },
  today: {
    value: 'YYYY-MM-DD',
    purpose: text('el día de la revisión; si falta, hoy', 'day of the check; if missing, today'),
  },
} as const satisfies OptionTable;

export const PRECHECK_VERB: Verb = {
  name: 'precheck',
  purpose: text(
    'revisa una solicitud de asistencia, sin cuenta ni red',
    'checks a legal assistance request, without account or network',
  ),
  commands: [
    {
      words: [],
      argument: '[FILE]',
      purpose: text(
        'señala qué la haría devolver, denegar o demorar (FILE o - ; 1 por corregir, 2 no está lista)',
        'tells what would get it returned, refused or delayed (FILE or - ; 1 to fix, 2 not ready)',
      ),
      options: {
        ...PRECHECK_OPTIONS,
        catalogue: {
          purpose: text(
            'imprime las reglas, para quien las revisa',
            'prints the rules, for reviewers',
          ),
        },
        'offence-table': {
          purpose: text(
            'compara el delito en cada Estado, y cada ley con el Protocolo',
            'compares the offence of each State, and each law with the Protocol',
          ),
        },
        'treaty-matrix': {
          purpose: text(
            'qué instrumentos rigen entre cada par de Estados',
            'which instruments are in force between each pair of States',
          ),
        },
        states: {
          value: 'XX,XX',
          purpose: text('solo estos Estados, en las tablas', 'these States alone, in tables'),
        },
        compare: {
          value: 'PATH',
          purpose: text(
            'imprime los datos que cambiaron desde estos paquetes anteriores',
            'prints the facts that changed since these earlier packs',
          ),
        },
        format: {
          value: 'md|csv',
          purpose: text('formato de las tablas (md)', 'format of tables (md)'),
        },
      },
      load: () => import('./check.js'),
    },
  ],
};
