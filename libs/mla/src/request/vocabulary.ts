/** The closed lists of `MlaRequest` 1.0. A value outside its list is malformed, never ignored. */
export const REQUEST_KINDS = ['new', 'supplementary', 'oral-urgent', 'preservation-only'] as const;

export const HANDLING_CODES = ['EN0', 'EN1', 'EN2', 'EN3'] as const;
export type HandlingCode = (typeof HANDLING_CODES)[number];

export const INSTRUMENTS = [
  'UNTOC',
  'SOM-PROTOCOL',
  'NASSAU',
  'A-59',
  'CA-1993',
  'BUDAPEST',
  'CETS-224',
  'HARARE',
  'BILATERAL',
  'RECIPROCITY',
  'HANOI-2024',
] as const;

export const CHANNELS = ['central-authority', 'diplomatic', 'interpol', 'direct', 'other'] as const;

export const PROCEEDINGS = [
  'criminal',
  'confiscation',
  'administrative',
  'civil',
  'migration',
] as const;

export const STAGES = [
  'preliminary',
  'investigation',
  'charged',
  'trial',
  'appeal',
  'sentence',
  'confiscation',
] as const;

export const OFFENCE_CATEGORIES = [
  'smuggling',
  'ocg-participation',
  'money-laundering',
  'corruption',
  'obstruction',
  'trafficking',
  'document',
  'fiscal',
  'political',
  'military-only',
  'other',
] as const;

/** Smuggling Protocol, article 6: paragraph 1 (a), (b), (c) and the forms of paragraph 2. */
export const BASE_CONDUCTS = ['procure-entry', 'document-6-1-b', 'enable-stay'] as const;
export const CONDUCTS = [...BASE_CONDUCTS, 'attempt', 'accomplice', 'organise'] as const;

export const SOURCE_KINDS = [
  'own-evidence',
  'witness',
  'formal-mla',
  'informal-exchange',
  'police-channel',
  'spontaneous',
  'fiu',
  'open-source',
  'interception',
] as const;

export const PERSON_ROLES = [
  'suspect',
  'accused',
  'convicted',
  'victim',
  'smuggled-migrant',
  'witness',
  'expert',
  'account-holder',
  'third-party',
] as const;

export const ASSURANCES = [
  'reciprocity',
  'death-penalty',
  'life-sentence',
  'safe-conduct',
  'custody',
  'return-person',
  'time-credit',
  'no-extradition-for-return',
  'immunity-prior-acts',
  'return-objects',
] as const;
export type AssuranceKind = (typeof ASSURANCES)[number];

export const ANNEX_KINDS = [
  'offence-text',
  'order',
  'confiscation-order',
  'question-list',
  'document-to-serve',
  'consent',
  'certificate-form',
  'image',
  'other',
] as const;

export const MEASURE_TYPES = [
  'testimony',
  'testimony-compelled',
  'video-hearing',
  'service-of-documents',
  'search-seizure',
  'bank-records',
  'remittance-records',
  'business-records',
  'subscriber-data',
  'traffic-data',
  'stored-content',
  'telecom-records',
  'preservation',
  'interception',
  'examine-object',
  'examine-site',
  'expert',
  'hand-over-object',
  'certified-copy',
  'originals',
  'trace-proceeds',
  'freezing',
  'confiscation',
  'transfer-detained',
  'voluntary-appearance',
  'controlled-delivery',
  'undercover',
  'joint-investigation',
  'migration-records',
  'corporate-registry',
  'property-registry',
  'court-record',
  'criminal-record',
  'travel-document-verification',
  'nationality-verification',
  'return-migrant',
  'vessel-boarding',
  'other',
] as const;
export type MeasureType = (typeof MEASURE_TYPES)[number];

export const IDENTIFIER_KINDS = [
  'account-id',
  'account-number',
  'card',
  'url',
  'email',
  'phone',
  'imei',
  'imsi',
  'ip',
  'display-name',
  'transfer-number',
  'sender-name',
  'receiver-name',
  'document',
  'company-name',
  'registry-number',
  'plate',
  'wallet-address',
  'other',
] as const;

export const ELEMENTS = [
  'financialBenefit',
  'illegalEntry',
  'organisedGroup',
  'transnational',
  'knowledge',
  'endangerment',
  'exploitation',
  'fraudulentDocuments',
] as const;
