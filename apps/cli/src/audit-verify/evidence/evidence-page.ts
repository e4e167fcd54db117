import {
  formatInstant,
  isDomainError,
  isJsonObject,
  parseStrictJson,
  parseUtf8,
  toHex,
  type JsonObject,
  type JsonValue,
} from '@enlace/kernel';
import type { ProvenEvent } from '@enlace/trust';
import type { Language, Text } from '../../command-line/language.js';
import { evidenceResult, evidenceText } from './evidence-report.js';
import type { StampedReport } from './stamps.js';

const TEXTS = {
  title: { es: 'Informe de evidencia', en: 'Report on evidence' },
  result: { es: 'Resultado de la verificación', en: 'Result of the verification' },
  events: { es: 'Eventos probados', en: 'Proven events' },
  limits: { es: 'Lo que esto no prueba', en: 'What this does not prove' },
  unshown: { es: 'no se muestra', en: 'not shown' },
} as const satisfies Readonly<Record<string, Text>>;

const COLUMNS = {
  es: [
    'Entrada',
    'Hora (UTC)',
    'Evento',
    'Resultado',
    'Observado por',
    'Quién',
    'Objeto',
    'Para qué',
    'Secciones',
    'Hoja',
  ],
  en: [
    'Entry',
    'Time (UTC)',
    'Event',
    'Outcome',
    'Observed by',
    'Who',
    'Object',
    'Purpose',
    'Sections',
    'Leaf',
  ],
} as const;

const LIMITS: Readonly<Record<Language, readonly string[]>> = {
  es: [
    'Que todos los accesos estén en el registro: una copia hecha por debajo de la aplicación no deja evento.',
    'Que una persona haya mirado: solo que su dispositivo recibió texto cifrado, o dijo que lo mostró.',
    'Que lo dicho en un evento sea cierto: solo que no ha cambiado desde que se anotó.',
    'Que lo borrado haya desaparecido de las copias, o que lo reservado sea inocuo.',
    'La hora exacta: solo el orden, y la hora que vieron el servidor y los testigos.',
  ],
  en: [
    'That all accesses are in the log: a copy taken below the application leaves no event.',
    'That a person looked: only that the device received ciphertext, or said that it showed it.',
    'That what an event says is true: only that it has not changed since it was recorded.',
    'That what was erased is gone from copies, or that what is withheld is harmless.',
    'The exact time: only the order, and the time as the server and the witnesses saw it.',
  ],
};

/**
 * A report for people as one page of HTML, without scripts and without anything from elsewhere: it prints, and any
 * browser makes a PDF of it. It shows what was proven and nothing else.
 */
export function evidencePage(report: StampedReport, language: Language): string {
  const say = (text: Text) => escape(text[language]);
  const rows = report.proven.map((event) => rowOf(event, TEXTS.unshown[language]));
  return [
    '<!doctype html>',
    `<html lang="${language}"><head><meta charset="utf-8">`,
    `<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'">`,
    `<title>${say(TEXTS.title)}</title><style>${STYLE}</style></head><body>`,
    `<h1>${say(TEXTS.title)}</h1>`,
    `<h2>${say(TEXTS.result)}: ${escape(evidenceResult(report, language))}</h2>`,
    `<pre>${escape(evidenceText(report, language))}</pre>`,
    `<h2>${say(TEXTS.events)}</h2>`,
    `<table><thead>${line('th', COLUMNS[language])}</thead><tbody>`,
    ...rows.map((cells) => line('td', cells)),
    '</tbody></table>',
    `<h2>${say(TEXTS.limits)}</h2>`,
    `<ol>${LIMITS[language].map((limit) => `<li>${escape(limit)}</li>`).join('')}</ol>`,
    '</body></html>',
    '',
  ].join('\n');
}

const STYLE =
  'body{font:11pt serif;margin:2em}pre{white-space:pre-wrap;border:1px solid;padding:1em}' +
  'table{border-collapse:collapse;font-size:8pt}td,th{border:1px solid;padding:.3em;text-align:left;' +
  'vertical-align:top;overflow-wrap:anywhere}';

function rowOf(event: ProvenEvent, unshown: string): readonly string[] {
  const { index, occurredAtMs, leafHash, states, sections } = event;
  const what = objectIn(sections.what);
  const who = objectIn(sections.who);
  const purpose = objectIn(sections.why)['purpose'];
  const actor = [what['actorState'], what['actorRole'], what['actorAlias'], who['actorId']];
  const isShown = (value: JsonValue | undefined) => typeof value === 'string';
  const told = Object.entries(states).filter(([, state]) => state !== 'shown');
  return [
    `${index}`,
    formatInstant(occurredAtMs),
    textOf(what['type'], unshown),
    textOf(what['outcome'], unshown),
    textOf(what['observedBy'], unshown),
    actor.filter(isShown).join(' ') || unshown,
    [what['objectType'], what['objectId']].filter(isShown).join(' ') || unshown,
    textOf(purpose, ''),
    told.map(([name, state]) => `${name}: ${state}`).join(', '),
    toHex(leafHash),
  ];
}

// Attacker-controlled: what an event says. It becomes text and never markup.
function line(tag: 'td' | 'th', cells: readonly string[]): string {
  return `<tr>${cells.map((cell) => `<${tag}>${escape(cell)}</${tag}>`).join('')}</tr>`;
}

function escape(text: string): string {
  return text
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll('"', '&quot;');
}

// Attacker-controlled: a section is what was committed to, whatever it holds; what cannot be read says nothing here.
function objectIn(bytes: Uint8Array | undefined): JsonObject {
  if (bytes === undefined) return {};
  try {
    const value = parseStrictJson(parseUtf8(bytes));
    return isJsonObject(value) ? value : {};
  } catch (error) {
    if (isDomainError(error)) return {};
    throw error;
  }
}

function textOf(value: JsonValue | undefined, otherwise: string): string {
  return typeof value === 'string' ? value : otherwise;
}
