import type { Language, Text } from '../../command-line/language.js';

/** Codes of contents and statements, as a person reads them. */
const CODES = {
  // Purposes.
  investigation: { es: 'investigación', en: 'investigation' },
  prosecution: { es: 'acusación', en: 'prosecution' },
  'mla-preparation': {
    es: 'preparar una solicitud de asistencia',
    en: 'preparing a request for assistance',
  },
  'mla-execution': {
    es: 'ejecutar una solicitud de asistencia',
    en: 'executing a request for assistance',
  },
  'urgent-protection': { es: 'protección urgente de personas', en: 'urgent protection of people' },
  supervision: { es: 'supervisión', en: 'supervision' },
  audit: { es: 'auditoría', en: 'audit' },
  'data-subject-request': {
    es: 'petición de la persona afectada',
    en: 'request of a data subject',
  },
  // What a State is on a route.
  origin: { es: 'origen', en: 'origin' },
  transit: { es: 'tránsito', en: 'transit' },
  destination: { es: 'destino', en: 'destination' },
  // Urgency and certainty.
  routine: { es: 'ordinaria', en: 'routine' },
  urgent: { es: 'urgente', en: 'urgent' },
  immediate: { es: 'inmediata', en: 'immediate' },
  certain: { es: 'seguro', en: 'certain' },
  likely: { es: 'probable', en: 'likely' },
  unknown: { es: 'no se sabe', en: 'unknown' },
  // Roles.
  steward: { es: 'responsable', en: 'steward' },
  member: { es: 'miembro', en: 'member' },
  // Why somebody goes, a body is erased, a key is asked for.
  left: { es: 'salió', en: 'left' },
  removed: { es: 'por un responsable', en: 'by a steward' },
  revoked: { es: 'revocado', en: 'revoked' },
  stale: { es: 'sin actividad', en: 'not active' },
  withdrawn: { es: 'retirado por su autor', en: 'taken back by its author' },
  'court-order': { es: 'orden judicial', en: 'court order' },
  compacted: { es: 'resumido en el estado del documento', en: 'contained in the saved document' },
  'new-device': { es: 'dispositivo nuevo', en: 'new device' },
  'state-lost': { es: 'perdió lo que sabía del hilo', en: 'lost what it knew of the thread' },
  'fell-behind': { es: 'quedó atrás', en: 'fell behind' },
  'grant-missing': { es: 'no recibió la llave', en: 'was given no key' },
  // Why history is given.
  access: { es: 'la llave que pidió', en: 'the key that was asked for' },
  'case-joined': { es: 'entró en el expediente', en: 'joined the case' },
  handover: { es: 'traspaso', en: 'handover' },
  substitution: { es: 'sustitución', en: 'substitution' },
  // How somebody was verified.
  'in-person': { es: 'en persona', en: 'in person' },
  'by-video': { es: 'por videollamada', en: 'by video call' },
  'by-telephone': { es: 'por teléfono', en: 'by phone' },
} as const satisfies Readonly<Record<string, Text>>;

/** The words of a code; a code without any, of a later build say, is shown as it is. */
export function wordOf(code: unknown, language: Language): string {
  const text = typeof code === 'string' ? new Map(Object.entries(CODES)).get(code) : undefined;
  return text?.[language] ?? String(code);
}
