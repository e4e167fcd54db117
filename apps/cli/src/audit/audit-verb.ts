import type { Text } from '../command-line/language.js';
import type { Command, Verb } from '../command-line/verb.js';

const text = (es: string, en: string): Text => ({ es, en });

const planned = (word: string, purpose: Text): Command => ({
  words: [word],
  purpose,
  options: {},
  load: null,
});

/** The access log: whoever reads it checks it, and whoever checks it trusts no server. */
export const AUDIT_VERB: Verb = {
  name: 'audit',
  purpose: text('el registro de accesos verificable', 'the verifiable access log'),
  commands: [
    {
      words: ['verify'],
      argument: '[BUNDLE]',
      purpose: text(
        'verifica un paquete de evidencia sin red, o los registros de un servidor (1 pocos testigos, 2 alterado, ' +
          '5 vista dividida, 6 falta algo)',
        'verifies a bundle of evidence without a network, or the logs of a server (1 few witnesses, 2 tampered ' +
          'with, 5 split view, 6 missing parts)',
      ),
      options: {
        url: { value: 'URL', purpose: text('el servidor', 'the server') },
        policy: {
          value: 'FILE',
          purpose: text('registros, testigos y quórum', 'logs, witnesses and quorum'),
        },
        year: { value: 'YYYY', purpose: text('solo el de este año', 'the one of this year only') },
        'state-file': {
          value: 'FILE',
          purpose: text('lo que se vio antes', 'what was seen before'),
        },
        'token-file': {
          value: 'FILE',
          purpose: text(
            'el código de un testigo, en vez de la sesión de esta carpeta',
            'the token of a witness, instead of the session of this home',
          ),
        },
      },
      load: () => import('./verify-either.js'),
    },
    {
      words: ['receipts'],
      purpose: text(
        'comprueba que el servidor cumplió sus recibos (2 no los cumplió)',
        'checks that the server kept its promises (2 it did not)',
      ),
      options: {},
      load: () => import('./receipts.js'),
    },
    {
      words: ['mine'],
      purpose: text(
        'muestra todo lo registrado en su nombre',
        'shows everything that is on record in your name',
      ),
      options: {
        limit: { value: 'N', purpose: text('cuántos eventos (50)', 'how many events (50)') },
      },
      load: () => import('./mine.js'),
    },
    planned('verify-web', text('verifica el cliente web', 'verifies the web client')),
    planned('search', text('busca eventos', 'searches events')),
    planned('show', text('muestra un evento', 'shows one event')),
    planned('export', text('exporta evidencia', 'exports evidence')),
    planned('prove', text('prueba un evento', 'proves one event')),
    planned('report', text('redacta un informe', 'writes a report')),
    planned('timestamp', text('sella el tiempo (RFC 3161)', 'takes an RFC 3161 time stamp')),
    planned(
      'custody',
      text('constancia de custodia de un adjunto', "an attachment's custody receipt"),
    ),
    planned(
      'continue-log',
      text('abre otro origen tras una pérdida', 'opens a new origin after a loss'),
    ),
  ],
};
