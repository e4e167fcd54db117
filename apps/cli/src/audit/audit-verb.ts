import type { Text } from '../command-line/language.js';
import type { Verb } from '../command-line/verb.js';
import { URL_OPTION } from '../home/session-home.js';
import { FILTER_OPTIONS, SEARCH_OPTIONS, VIEW_OPTIONS } from './filter-options.js';

const text = (es: string, en: string): Text => ({ es, en });

const TSA_CA = {
  value: 'FILE',
  purpose: text('certificados que responden por el tiempo (PEM)', 'who answers for the time (PEM)'),
} as const;

const TSA_OPTIONS = {
  tsa: { value: 'URL', purpose: text('la autoridad de tiempo', 'the authority of time') },
  'tsa-ca': TSA_CA,
} as const;

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
        'tsa-ca': TSA_CA,
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
    {
      words: ['alerts'],
      purpose: text(
        'muestra y atiende alertas (1 alguna sin atender)',
        'shows alerts and attends to them (1 one is unattended)',
      ),
      options: {
        step: {
          value: 'STEP',
          purpose: text('raised, acknowledged o closed', 'raised, acknowledged or closed'),
        },
        acknowledge: { value: 'ID', purpose: text('la atiende', 'attends to it') },
        close: { value: 'ID', purpose: text('la cierra', 'closes it') },
        reason: {
          value: 'TEXT',
          purpose: text('por qué; el servidor lo lee', 'why; the server reads it'),
        },
      },
      load: () => import('./alerts.js'),
    },
    {
      words: ['erase'],
      purpose: text(
        'pide borrar secciones de eventos, y entre dos lo hace',
        'asks to erase sections of events, and by two does it',
      ),
      options: {
        origin: { value: 'ORIGIN', purpose: text('el registro', 'the log') },
        from: { value: 'N', purpose: text('primera entrada', 'first entry') },
        to: { value: 'N', purpose: text('última entrada', 'last entry') },
        sections: { value: 'LIST', purpose: text('who,where,…', 'who,where,…') },
        rule: { value: 'TEXT', purpose: text('qué lo exige', 'what demands it') },
        approve: { value: 'ID', purpose: text('la segunda persona', 'the second person') },
        yes: { purpose: text('sin preguntar', 'without asking') },
      },
      load: () => import('./two-persons/erase.js'),
    },
    {
      words: ['grant'],
      purpose: text(
        'entre dos abre un caso a un auditor de otro Estado, por un tiempo',
        'opens a case to an auditor of another State, by two and for a time',
      ),
      options: {
        case: { value: 'UUID', purpose: text('el caso', 'the case') },
        holder: { value: 'UUID', purpose: text('la persona auditora', 'the auditor') },
        'holder-state': { value: 'STATE', purpose: text('su Estado', 'their State') },
        days: { value: 'N', purpose: text('hasta 30', 'up to 30') },
        approve: { value: 'ID', purpose: text('el segundo auditor', 'the second auditor') },
        revoke: { value: 'ID', purpose: text('lo cierra', 'closes it') },
        yes: { purpose: text('sin preguntar', 'without asking') },
      },
      load: () => import('./two-persons/grant.js'),
    },
    {
      words: ['disclose'],
      purpose: text(
        'entre dos abre quién o dónde de unos eventos a otro Estado',
        'opens who or where of events to another State, by two',
      ),
      options: {
        to: { value: 'N', purpose: text('última entrada', 'last entry') },
        from: { value: 'N', purpose: text('primera entrada', 'first entry') },
        origin: { value: 'ORIGIN', purpose: text('el registro', 'the log') },
        sections: { value: 'LIST', purpose: text('who,where', 'who,where') },
        'to-state': { value: 'STATE', purpose: text('para quién', 'for whom') },
        rule: { value: 'TEXT', purpose: text('qué lo permite', 'what allows it') },
        approve: { value: 'ID', purpose: text('la segunda persona', 'the second person') },
        yes: { purpose: text('sin preguntar', 'without asking') },
      },
      load: () => import('./two-persons/disclose.js'),
    },
    {
      words: ['verify-web'],
      argument: 'URL',
      purpose: text(
        'verifica que un servidor entrega el cliente web firmado y registrado (1 pocos testigos, 2 otro)',
        'verifies that a server delivers the web client that was signed and logged (1 few witnesses, 2 another)',
      ),
      options: {
        policy: {
          value: 'FILE',
          purpose: text(
            'registros y testigos, en vez de los de --trust',
            'logs and witnesses, instead of those of --trust',
          ),
        },
      },
      load: () => import('../audit-verify/web/verify-web.js'),
    },
    {
      words: ['export'],
      purpose: text(
        'exporta eventos o un paquete de evidencia firmado (1 espera a un segundo auditor)',
        'exports events, or a signed bundle of evidence (1 waits for a second auditor)',
      ),
      options: {
        format: {
          value: 'FORMAT',
          purpose: text('jsonl, csv, ocsf o bundle', 'jsonl, csv, ocsf or bundle'),
        },
        out: { value: 'FILE', purpose: text('archivo nuevo', 'a new file') },
        id: {
          value: 'UUID',
          purpose: text('una exportación ya pedida', 'an export asked for before'),
        },
        approve: {
          value: 'UUID',
          purpose: text('aprueba la de otro auditor', "agrees to another auditor's"),
        },
        ...TSA_OPTIONS,
        ...FILTER_OPTIONS,
      },
      load: () => import('../audit-export/export.js'),
    },
    {
      words: ['prove'],
      argument: 'EVENT',
      purpose: text(
        'trae y verifica la prueba de un evento (1 pocos testigos)',
        'fetches and verifies the proof of one event (1 few witnesses)',
      ),
      options: { out: { value: 'FILE', purpose: text('archivo nuevo', 'a new file') } },
      load: () => import('../audit-export/prove.js'),
    },
    {
      words: ['report'],
      argument: 'BUNDLE',
      purpose: text(
        'verifica un paquete y escribe un informe para personas',
        'verifies a bundle and writes a report for people',
      ),
      options: {
        policy: {
          value: 'FILE',
          purpose: text('registros, testigos y quórum', 'logs, witnesses and quorum'),
        },
        'tsa-ca': TSA_CA,
        out: { value: 'FILE', purpose: text('archivo nuevo', 'a new file') },
      },
      load: () => import('../audit-verify/evidence/report-evidence.js'),
    },
    {
      words: ['search'],
      purpose: text(
        'busca eventos y comprueba cada uno (1 algo en camino o pocos testigos, 2 alterado)',
        'searches events and checks each one (1 something pending or few witnesses, 2 tampered with)',
      ),
      options: SEARCH_OPTIONS,
      load: () => import('./search.js'),
    },
    {
      words: ['show'],
      purpose: text(
        'muestra un evento, sección por sección, y lo comprueba (como search)',
        'shows one event, section by section, and checks it (as search)',
      ),
      argument: 'EVENT',
      options: {},
      load: () => import('./show.js'),
    },
    {
      words: ['view'],
      purpose: text(
        'responde una pregunta de auditoría: case-access, refusals, egress, integrity y otras (1 hay más eventos)',
        'answers a question of auditors: case-access, refusals, egress, integrity and others (1 there are more events)',
      ),
      argument: 'VIEW',
      options: VIEW_OPTIONS,
      load: () => import('./views/view.js'),
    },
    {
      words: ['timestamp'],
      argument: '[CHECKPOINT]',
      purpose: text(
        'hace sellar por una autoridad de tiempo (RFC 3161) un sello del registro',
        'has a checkpoint of the log stamped by an authority of time (RFC 3161)',
      ),
      options: {
        ...TSA_OPTIONS,
        out: { value: 'FILE', purpose: text('archivo nuevo', 'a new file') },
      },
      load: () => import('../timestamp/timestamp.js'),
    },
    {
      words: ['custody'],
      argument: '[THREAD]',
      more: { name: 'ATTACHMENT', least: 0, most: 1 },
      purpose: text(
        'sella un archivo que usted envió, lo entrega o lo recibe, y hace su constancia o comprueba una (1 en camino, 2 no vale)',
        'seals a file that you sent, hands it over or takes it over, and makes or checks its receipt (1 pending, 2 does not hold)',
      ),
      options: {
        ...URL_OPTION,
        out: { value: 'FILE', purpose: text('archivo nuevo', 'a new file') },
        acquisition: {
          value: 'TEXT',
          purpose: text('cómo y cuándo se obtuvo', 'how and when it was obtained'),
        },
        'source-device': {
          value: 'TEXT',
          purpose: text('de qué dispositivo', 'from which device'),
        },
        'legal-basis': { value: 'TEXT', purpose: text('la base legal', 'the legal basis') },
        to: {
          value: 'PERSON',
          purpose: text('a quién se ofrece la custodia', 'to whom custody is offered'),
        },
        purpose: {
          value: 'TEXT',
          purpose: text('para qué se entrega', 'what it is handed over for'),
        },
        condition: {
          value: 'TEXT',
          purpose: text('en qué estado se entrega', 'in which condition it is handed over'),
        },
        accept: {
          purpose: text(
            'recibe la custodia que le ofrecen',
            'takes over the custody that is offered',
          ),
        },
        check: { value: 'RECEIPT', purpose: text('una constancia', 'a receipt') },
        file: { value: 'FILE', purpose: text('su archivo', 'its file') },
        ...TSA_OPTIONS,
      },
      load: () => import('../audit-custody/custody.js'),
    },
    {
      words: ['continue-log'],
      purpose: text(
        'tras una pérdida, redacta o entrega lo que firman los Estados para que el registro siga (1 aún espera)',
        'after a loss, drafts or hands in what the States sign so that the log goes on (1 it still waits)',
      ),
      options: {
        checkpoint: {
          value: 'FILE',
          purpose: text('lo mayor que guarda un testigo', 'the largest that a witness holds'),
        },
        reason: {
          value: 'TEXT',
          purpose: text('por qué; todos lo leen', 'why; everybody reads it'),
        },
        out: { value: 'FILE', purpose: text('el borrador', 'the draft') },
        act: { value: 'FILE', purpose: text('lo que firmaron', 'what they signed') },
        key: {
          value: 'FILE',
          purpose: text('la llave de quien entrega', 'the key of who hands it in'),
        },
      },
      load: () => import('./continuation/continue-log.js'),
    },
  ],
};
