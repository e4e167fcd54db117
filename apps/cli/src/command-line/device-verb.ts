import type { Text } from './language.js';
import type { Verb } from './verb.js';

const text = (es: string, en: string): Text => ({ es, en });

/** The device that a home is, and the person's others. */
export const DEVICE_VERB: Verb = {
  name: 'device',
  purpose: text('este dispositivo y los demás de la persona', 'this device and others'),
  commands: [
    {
      words: ['claim'],
      purpose: text('reclama una invitación, o continúa', 'claims an invitation, or goes on'),
      options: {
        server: {
          value: 'URL',
          purpose: text('el servidor, la primera vez', 'the server, the first time'),
        },
        'claim-out': {
          value: 'FILE',
          purpose: text(
            'archivo nuevo con el reclamo, para quien funda su Estado',
            'new file with the claim, for whoever founds the State',
          ),
        },
        'certificate-out': {
          value: 'FILE',
          purpose: text(
            'archivo nuevo con el certificado, si su Estado quiere que un registrador lo firme',
            'new file with the certificate, where the State wants a registrar to sign it',
          ),
        },
        certificate: {
          value: 'FILE',
          purpose: text(
            'el certificado que firmó el registrador',
            'the certificate that the registrar signed',
          ),
        },
        'recovery-out': {
          value: 'FILE',
          purpose: text(
            'archivo nuevo con el código de recuperación, en vez de mostrarlo',
            'new file with the recovery code, instead of showing it',
          ),
        },
        invitation: {
          value: 'FILE',
          purpose: text(
            'la invitación; si falta, se pregunta por ella',
            'the invitation; if missing, it is asked for',
          ),
        },
      },
      load: () => import('../device/claim.js'),
    },
    {
      words: ['sign-in'],
      purpose: text('inicia sesión', 'signs in'),
      options: {},
      load: () => import('../device/sign-in.js'),
    },
    {
      words: ['sign-out'],
      purpose: text('cierra la sesión', 'signs out'),
      options: {},
      load: () => import('../device/sign-out.js'),
    },
    {
      words: ['recover'],
      purpose: text(
        'vuelve sin dispositivos, con un código de dos registradores y la bóveda',
        'comes back without a device, by a code of two registrars and the vault',
      ),
      options: {
        server: {
          value: 'URL',
          purpose: text('el servidor, la primera vez', 'the server, the first time'),
        },
        person: { value: 'UUID', purpose: text('la persona', 'the person') },
        reentry: {
          value: 'FILE',
          purpose: text('el código de reingreso, del papel', 'the re-entry code, from the paper'),
        },
        'recovery-code': {
          value: 'FILE',
          purpose: text(
            'el código de recuperación; si falta, se pregunta por él o por la frase',
            'the recovery code; if missing, it or the passphrase is asked for',
          ),
        },
        'revoke-others': {
          purpose: text(
            'revoca como perdidos los demás dispositivos, sin preguntar',
            'revokes the other devices as lost, without asking',
          ),
        },
      },
      load: () => import('../device/recovery/recover.js'),
    },
    {
      words: ['add'],
      purpose: text(
        'agrega este dispositivo a los de la persona, con otro a la mano',
        'adds this device to those of the person, with another one at hand',
      ),
      options: {
        server: {
          value: 'URL',
          purpose: text('el servidor, la primera vez', 'the server, the first time'),
        },
        person: {
          value: 'UUID',
          purpose: text(
            'la persona cuyo dispositivo será; de nadie más',
            'the person whose device it will be; of nobody else',
          ),
        },
        yes: {
          purpose: text('sin preguntar; solo con --person', 'without asking; only with --person'),
        },
      },
      load: () => import('../device/link/add.js'),
    },
    {
      words: ['approve'],
      purpose: text(
        'aprueba un dispositivo nuevo de la persona',
        'approves a new device of the person',
      ),
      options: {
        request: {
          value: 'FILE',
          purpose: text(
            'el texto que muestra el dispositivo nuevo; si falta, se pregunta por él',
            'the text that the new device shows; if missing, it is asked for',
          ),
        },
      },
      load: () => import('../device/link/approve.js'),
    },
    {
      words: ['revoke'],
      purpose: text('revoca un dispositivo propio', 'revokes a device of the own'),
      options: {
        device: { value: 'UUID', purpose: text('el dispositivo', 'the device') },
        reason: {
          value: 'REASON',
          purpose: text('lost, compromised, left…', 'lost, compromised, left…'),
        },
        yes: { purpose: text('sin preguntar', 'without asking') },
      },
      load: () => import('../device/revoke.js'),
    },
    {
      words: ['list'],
      purpose: text('lista los dispositivos', 'lists the devices'),
      options: {},
      load: () => import('../device/list.js'),
    },
  ],
};
