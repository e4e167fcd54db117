import type { Text } from './language.js';
import type { OptionTable, Verb } from './verb.js';

const text = (es: string, en: string): Text => ({ es, en });

const STATE = { value: 'XX', purpose: text('el Estado (ISO 3166-1), o XR', 'the State, or XR') };
const OUT_FOLDER = {
  value: 'DIR',
  purpose: text(
    'carpeta o archivo nuevo; nada se sobrescribe',
    'new folder or file; none is replaced',
  ),
};

const SIGNING = {
  in: {
    value: 'FILE',
    purpose: text('el pedido, o la declaración ya firmada', 'the request, or the signed statement'),
  },
  key: { value: 'FILE', purpose: text('la llave que firma', 'the key that signs') },
  'second-key': {
    value: 'FILE',
    purpose: text('la parte de otro custodio', 'the share of another custodian'),
  },
  out: { ...OUT_FOLDER, value: 'FILE' },
  yes: { purpose: text('sin preguntar', 'without asking') },
} as const satisfies OptionTable;

const TRUST_STORE = {
  deployment: {
    value: 'HOST',
    purpose: text(
      'nombre del servidor; por defecto, el de sus registros',
      'host name of the server; that of its logs by default',
    ),
  },
  logs: {
    value: 'FILE',
    purpose: text('llaves de los registros, una por línea', 'keys of the logs, one a line'),
  },
  roots: {
    value: 'FILES',
    purpose: text(
      'state-root.json de cada Estado, con comas',
      'state-root.json of each State, commas',
    ),
  },
  witnesses: {
    value: 'FILE',
    purpose: text('testigos, «CR llave» por línea', 'witnesses, "CR key" a line'),
  },
  'release-keys': {
    value: 'FILE',
    purpose: text('llaves de las entregas web, una por línea', 'keys of web releases, one a line'),
  },
  'release-threshold': {
    value: 'N',
    purpose: text('cuántas firman una entrega (todas)', 'how many sign a release (all)'),
  },
  out: { ...OUT_FOLDER, value: 'FILE' },
} as const satisfies OptionTable;

/** What a State does on a machine without a network: statements travel as files. */
export const AUTHORITY_VERB: Verb = {
  name: 'authority',
  purpose: text('ceremonias sin red de un Estado', "a State's offline ceremonies"),
  commands: [
    {
      words: ['root', 'create'],
      purpose: text('crea la raíz del Estado', 'creates the root of the State'),
      options: {
        state: STATE,
        'name-es': { value: 'TEXT', purpose: text('nombre en español', 'name in Spanish') },
        'name-en': { value: 'TEXT', purpose: text('nombre en inglés', 'name in English') },
        years: { value: 'N', purpose: text('vigencia, 1 a 5 (5)', 'term, 1 to 5 (5)') },
        'one-holder': {
          purpose: text(
            'una sola llave, en vez de tres partes de las que bastan dos',
            'one key, instead of three shares of which two are enough',
          ),
        },
        out: OUT_FOLDER,
      },
      load: () => import('../authority/root-create.js'),
    },
    {
      words: ['registrar', 'request'],
      purpose: text('crea la llave de un registrador', "creates a registrar's key"),
      options: {
        state: STATE,
        'registrar-id': {
          value: 'UUID',
          purpose: text('quien ya tiene certificado', 'who has a certificate already'),
        },
        serial: { value: 'N', purpose: text('número del certificado (1)', 'its serial (1)') },
        out: OUT_FOLDER,
      },
      load: () => import('../authority/registrar-request.js'),
    },
    {
      words: ['registrar', 'certify'],
      purpose: text('certifica a un registrador', 'certifies a registrar'),
      options: {
        ...SIGNING,
        days: { value: 'N', purpose: text('vigencia, 1 a 365 (365)', 'term, 1 to 365 (365)') },
      },
      load: () => import('../authority/registrar-certify.js'),
    },
    {
      words: ['policy', 'sign'],
      purpose: text('firma una política', 'signs a policy'),
      options: SIGNING,
      load: () => import('../authority/policy-sign.js'),
    },
    {
      words: ['sign'],
      purpose: text('firma otra declaración', 'signs another statement'),
      options: SIGNING,
      load: () => import('../authority/sign.js'),
    },
    {
      words: ['breakglass'],
      purpose: text('firma un acto de emergencia', 'signs a break-glass act'),
      options: {
        ...SIGNING,
        wait: { value: 'MIN', purpose: text('espera, 0 a 59 (0)', 'waiting time, 0 to 59 (0)') },
      },
      load: () => import('../breakglass/sign.js'),
    },
    {
      words: ['submit'],
      purpose: text('entrega al servidor lo firmado', 'hands in what was signed'),
      options: {
        in: SIGNING.in,
        key: {
          value: 'FILE',
          purpose: text('la llave de quien entrega', 'the key of who hands it in'),
        },
        founding: {
          purpose: text(
            'mientras nadie del Estado puede iniciar sesión',
            'while nobody of the State can sign in',
          ),
        },
        server: {
          value: 'URL',
          purpose: text('el servidor, con --founding', 'the server, with --founding'),
        },
      },
      load: () => import('../authority/submit.js'),
    },
    {
      words: ['trust-store'],
      purpose: text(
        'crea el almacén de confianza de una instalación nueva',
        'creates the trust store of a new deployment',
      ),
      options: TRUST_STORE,
      load: () => import('../trust-store/create.js'),
    },
    {
      words: ['release-key'],
      purpose: text(
        'crea una llave que firma entregas del cliente web',
        'creates a key that signs releases of the web client',
      ),
      options: {
        state: STATE,
        name: {
          value: 'NAME',
          purpose: text('nombre público: release.example.org/ana', 'public name of the key'),
        },
        out: { ...OUT_FOLDER, value: 'FILE' },
      },
      load: () => import('../release/create-key.js'),
    },
    {
      words: ['release-web'],
      purpose: text('firma una entrega del cliente web', 'signs a release of the web client'),
      options: {
        manifest: {
          value: 'FILE',
          purpose: text(
            'web-manifest.json de la compilación propia',
            'web-manifest.json of your own build',
          ),
        },
        ...SIGNING,
        in: {
          value: 'FILE',
          purpose: text('lo que otros firmaron antes', 'what others signed before'),
        },
      },
      load: () => import('../release/sign.js'),
    },
  ],
};
