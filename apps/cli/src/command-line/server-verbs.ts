import type { OptionTable, Verb } from './verb.js';

const DATA = {
  value: 'DIR',
  purpose: {
    es: 'carpeta de datos; si falta, ENLACE_DATA o la del sistema',
    en: 'data folder; if missing, ENLACE_DATA or that of the system',
  },
};

const LISTENING = {
  data: DATA,
  port: {
    value: 'N',
    purpose: {
      es: 'puerto; si falta, PORT o 3000; 0 elige uno libre',
      en: 'port; if missing, PORT or 3000; 0 takes a free one',
    },
  },
} as const satisfies OptionTable;

/** The verbs that run a server. */
export const SERVER_VERBS: readonly Verb[] = [
  {
    name: 'serve',
    purpose: { es: 'el servidor, sin demostración', en: 'the server, without the demo' },
    commands: [
      {
        words: [],
        purpose: { es: 'inicia el servidor', en: 'starts the server' },
        options: {
          ...LISTENING,
          migrate: {
            purpose: {
              es: 'aplica antes las migraciones pendientes',
              en: 'applies pending migrations first',
            },
          },
          refill: {
            value: 'FILE',
            purpose: {
              es: 'devuelve antes al directorio lo que su base perdió, de una copia (directory copy)',
              en: 'first gives the directory back what its database lost, from a copy (directory copy)',
            },
          },
          backup: {
            value: 'DIR',
            purpose: {
              es: 'guarda ahí una copia de seguridad continua de la base incluida y de sus claves',
              en: 'keeps a continuous backup of the embedded database and its keys there',
            },
          },
          restore: {
            value: 'DIR',
            purpose: {
              es: 'llena antes una carpeta de datos vacía con una copia de seguridad',
              en: 'first fills an empty data folder from a backup',
            },
          },
        },
        load: () => import('../serve.js'),
      },
    ],
  },
  {
    name: 'demo',
    purpose: {
      es: 'el servidor con la demostración, solo en esta máquina',
      en: 'the server with the demo, on this machine only',
    },
    commands: [
      {
        words: [],
        purpose: { es: 'inicia la demostración', en: 'starts the demo' },
        options: LISTENING,
        load: () => import('../demo.js'),
      },
      {
        words: ['reset'],
        purpose: {
          es: 'borra los datos de la demostración, tras preguntar',
          en: 'deletes the data of the demo, after asking',
        },
        options: {
          data: DATA,
          yes: { purpose: { es: 'sin preguntar', en: 'without asking' } },
        },
        load: () => import('../demo-reset.js'),
      },
    ],
  },
];
