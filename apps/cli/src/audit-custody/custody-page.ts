import { formatInstant, parseBase64Url, toBase64, toHex } from '@enlace/kernel';
import type { ProvenChain, ProvenCustody, ProvenTransfer } from '@enlace/trust';
import type { Text } from '../command-line/language.js';
import type { TimeStamp } from '../timestamp/open-token.js';

const text = (es: string, en: string): Text => ({ es, en });

const TITLE = text('Constancia de custodia', 'Custody receipt');
type Place = Pick<
  ProvenCustody,
  'occurredAtMs' | 'leafHash' | 'origin' | 'index' | 'size' | 'root' | 'cosigners' | 'meetsQuorum'
>;
type Rows<Proven> = readonly (readonly [Text, (proven: Proven) => readonly string[]])[];

/** Where the log has a link, since when, and who cosigned it. */
const PLACE: Rows<Place> = [
  [
    text('Hora del nodo (UTC)', 'Time of the node (UTC)'),
    ({ occurredAtMs }) => [formatInstant(occurredAtMs)],
  ],
  [text('Registro', 'Log'), ({ origin, index, size }) => [origin, `${index} / ${size}`]],
  [text('Hoja', 'Leaf'), ({ leafHash }) => groupsOf(toHex(leafHash))],
  [text('Raíz', 'Root'), ({ root }) => [toBase64(root)]],
  [
    text('Testigos de los Estados', 'Witnesses of the States'),
    ({ cosigners, meetsQuorum }) => [
      ...cosigners.map(({ name, timeSeconds }) => `${name} ${formatInstant(timeSeconds * 1_000)}`),
      meetsQuorum ? 'quorum' : 'NO QUORUM / SIN QUÓRUM',
    ],
  ],
];

const SEALED: Rows<ProvenCustody> = [
  [text('Custodia', 'Custody'), ({ statement }) => [statement.custodyId]],
  [text('Archivo', 'File'), ({ statement }) => [statement.name]],
  [text('Adjunto', 'Attachment'), ({ attachmentId }) => [attachmentId]],
  [text('Tamaño en bytes', 'Size in bytes'), ({ statement }) => [`${statement.size}`]],
  [text('SHA-256', 'SHA-256'), ({ statement }) => grouped(statement.sha256)],
  [text('SHA-512', 'SHA-512'), ({ statement }) => grouped(statement.sha512)],
  [text('Obtención', 'Acquisition'), ({ statement }) => [statement.acquisition]],
  [text('Dispositivo de origen', 'Source device'), ({ statement }) => [statement.sourceDevice]],
  [text('Base legal', 'Legal basis'), ({ statement }) => [statement.legalBasis]],
  [text('Selló', 'Sealed by'), ({ device }) => [`${device.personId} · ${device.roles.join(', ')}`]],
  [text('Autoridad', 'Authority'), ({ device }) => [device.state]],
  [text('Dispositivo', 'Device'), ({ device }) => [device.deviceId]],
  ...PLACE,
];

const HANDED: Rows<ProvenTransfer> = [
  [text('Entregó', 'Handed over by'), ({ giver }) => whoOf(giver)],
  [text('Recibió', 'Taken over by'), ({ taker }) => whoOf(taker)],
  [text('Para qué', 'What for'), ({ transfer }) => [transfer.purpose]],
  [text('Estado en que estaba', 'Condition'), ({ transfer }) => [transfer.condition]],
  ...PLACE,
];

const STAMPED = text('Sello de tiempo (RFC 3161)', 'Time stamp (RFC 3161)');

const CHECK: readonly Text[] = [
  text(
    'Calcule sha256sum y sha512sum del archivo y compárelos.',
    'Take sha256sum and sha512sum of the file and compare them.',
  ),
  text(
    'Ejecute «enlace audit custody --check CONSTANCIA --file ARCHIVO»: no usa la red.',
    'Run "enlace audit custody --check RECEIPT --file FILE": it uses no network.',
  ),
  text(
    'Con un sello de tiempo, --tsa-ca nombra la autoridad en la que usted cree; sin ella, el sello solo se lee.',
    'Where there is a time stamp, --tsa-ca names the authority that you believe; without it the stamp is only read.',
  ),
  text(
    'Cree en las llaves del registro y de los testigos que usted ya tiene, no en las de quien se la entrega.',
    'Believe the keys of the log and of the witnesses that you have already, not those of whoever hands it over.',
  ),
  text(
    'El texto de esta página se vuelve a hacer de lo probado y se compara letra por letra.',
    'The text of this page is made again from what is proven and compared letter by letter.',
  ),
];

const LIMITS: readonly Text[] = [
  text('Quién es el autor del archivo.', 'Who made the file.'),
  text('Que su contenido sea cierto.', 'That its content is true.'),
  text('Que se obtuviera conforme a la ley.', 'That it was acquired lawfully.'),
  text(
    'La hora exacta: solo el orden, y la hora que vieron el nodo y los testigos.',
    'The exact time: only the order, and the time as the node and the witnesses saw it.',
  ),
];

const PASSED_ON = text(
  'Que nadie más la haya recibido después: lo dice el hilo.',
  'That nobody has taken it over since: the thread tells.',
);

const STYLE =
  'body{font:11pt serif;margin:2em}table{border-collapse:collapse}td,th{border:1px solid;padding:.3em;' +
  'text-align:left;vertical-align:top}pre{white-space:pre-wrap;overflow-wrap:anywhere;font-size:7pt}';
const BEGIN = '<pre id="enlace-custody">';
const END = '</pre>';

/**
 * One page in Spanish and English, without scripts and without anything from elsewhere; it prints. Everything on it is
 * made of what was proven, so that whoever checks it can make it again.
 */
export function custodyPage(parts: string, chain: ProvenChain, stamp: TimeStamp | null): string {
  const { sealed, transfers } = chain;
  const handed = transfers.flatMap((transfer, at) => [
    `<h2>${both(text(`Entrega ${at + 1}`, `Handing over ${at + 1}`))}</h2>`,
    '<table>',
    ...rowsOf(HANDED, transfer),
    '</table>',
  ]);
  const stamped = stamp === null ? [] : [formatInstant(stamp.atMs), stamp.authority];
  return [
    '<!doctype html>',
    '<html lang="es"><head><meta charset="utf-8">',
    `<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'">`,
    `<title>${both(TITLE)}</title><style>${STYLE}</style></head><body>`,
    `<h1>${both(TITLE)}</h1>`,
    '<table>',
    ...rowsOf(SEALED, sealed),
    ...(stamp === null ? [] : [rowOf(STAMPED, stamped)]),
    '</table>',
    ...handed,
    `<h2>${both(text('Cómo comprobarla', 'How to check it'))}</h2>`,
    listOf('ol', CHECK),
    `<h2>${both(text('Lo que no prueba', 'What it does not prove'))}</h2>`,
    listOf('ul', transfers.length === 0 ? LIMITS : [...LIMITS, PASSED_ON]),
    `<h2>${both(text('La prueba', 'The proof'))}</h2>`,
    `${BEGIN}${parts}${END}`,
    '</body></html>',
    '',
  ].join('\n');
}

/** What a page embeds; `null` where it embeds nothing. */
// Attacker-controlled: any file.
export function embeddedParts(page: string): string | null {
  const from = page.indexOf(BEGIN);
  const to = page.indexOf(END, from);
  return from === -1 || to === -1 ? null : page.slice(from + BEGIN.length, to);
}

function rowsOf<Proven>(rows: Rows<Proven>, proven: Proven): readonly string[] {
  return rows.map(([label, values]) => rowOf(label, values(proven)));
}

function whoOf({ personId, roles, state, deviceId }: ProvenCustody['device']): readonly string[] {
  return [`${personId} · ${roles.join(', ')}`, state, deviceId];
}

function rowOf(label: Text, values: readonly string[]): string {
  return `<tr><th>${both(label)}</th><td>${values.map(escape).join('<br>')}</td></tr>`;
}

function listOf(tag: 'ol' | 'ul', items: readonly Text[]): string {
  return `<${tag}>${items.map((item) => `<li>${both(item)}</li>`).join('')}</${tag}>`;
}

function both({ es, en }: Text): string {
  return es === en ? escape(es) : `${escape(es)} · ${escape(en)}`;
}

/** A hash in hexadecimal, in groups of eight. */
function grouped(hash: string): readonly string[] {
  return groupsOf(toHex(parseBase64Url(hash)));
}

function groupsOf(hex: string): readonly string[] {
  const groups = hex.match(/.{8}/g) ?? [];
  return [groups.slice(0, 8).join(' '), groups.slice(8).join(' ')].filter((line) => line !== '');
}

function escape(value: string): string {
  return value
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll('"', '&quot;');
}
