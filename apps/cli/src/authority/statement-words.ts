import { parseBase64Url, type JsonValue } from '@enlace/kernel';
import { keyFingerprint, type StatementBody, type StatementType } from '@enlace/trust';
import { printable } from '../command-line/error-texts.js';
import type { Language, Text } from '../command-line/language.js';

const text = (es: string, en: string): Text => ({ es, en });

/** What a statement says, in one line. */
const TITLES: Readonly<Record<StatementType, Text>> = {
  'state-root': text('Presenta la raíz de un Estado', 'Presents the root of a State'),
  'root-rotation': text('Cambia la raíz del Estado', 'Changes the root of the State'),
  'root-replacement': text(
    'Reemplaza la raíz perdida de un Estado',
    'Replaces the lost root of a State',
  ),
  'state-policy': text('Fija la política del Estado', 'Sets the policy of the State'),
  'registrar-cert': text('Certifica a un registrador', 'Certifies a registrar'),
  office: text('Describe una oficina', 'Describes an office'),
  'person-cert': text('Certifica a una persona', 'Certifies a person'),
  'device-cert': text('Certifica un dispositivo', 'Certifies a device'),
  revocation: text('Revoca para siempre', 'Revokes for ever'),
  contact: text('Propone un contacto', 'Proposes a contact'),
  'contact-approval': text('Aprueba un contacto', 'Approves a contact'),
  'contact-confirmation': text('Confirma un contacto', 'Confirms a contact'),
  'witness-key': text(
    'Fija la llave del testigo del Estado',
    "Sets the key of the State's witness",
  ),
  'state-admission': text('Admite a un Estado', 'Admits a State'),
  'state-removal': text('Retira a un Estado', 'Removes a State'),
  'log-key': text('Fija una llave de la plataforma', 'Sets a key of the platform'),
  'fact-confirmation': text('Confirma un dato de un país', 'Confirms a fact of a country'),
};

/** Members that hold a public key: people compare its fingerprint, not its base64. */
const KEYS: ReadonlySet<string> = new Set([
  'key',
  'rootKey',
  'oldKey',
  'newKey',
  'lostKey',
  'identityKey',
  'signKey',
]);

/** A statement in words, before it is signed: its title and every member, nothing left out. */
export function statementInWords(body: StatementBody, language: Language): string {
  const members = Object.entries(body).filter(([name]) => name !== 'type' && name !== 'v');
  const lines = members.map(([name, value]) => `  ${name}: ${printable(shown(name, value))}`);
  return [`${TITLES[body.type][language]} (${body.type})`, ...lines].join('\n');
}

function shown(name: string, value: JsonValue): string {
  if (typeof value !== 'string') return JSON.stringify(value);
  return KEYS.has(name) ? keyFingerprint(parseBase64Url(value)) : value;
}
