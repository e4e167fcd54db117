import type { Language } from '../catalogue/labels.js';
import { labelOf } from '../catalogue/labels.js';
import type { Elements } from '../request/facts.js';
import type { MlaRequest } from '../request/model.js';
import type { Person } from '../request/parties.js';
import { WORDS, Writer, type Block } from './blocks.js';

/** One section of the document: what it says of a request; nothing when the request has nothing for it. */
export type SectionWriter = (request: MlaRequest, write: Writer) => Block[];

const cover: SectionWriter = (request, write) => [
  ...write.field('reference', request.id),
  ...write.coded('kind', request.requestKind),
  ...write.coded(
    'confidential',
    request.confidentiality?.requested === true ? 'requested' : 'not-requested',
  ),
  ...write.coded('urgency', request.urgency?.level ?? 'normal'),
  ...write.field('language', request.languages?.draft),
  ...write.field('translation', request.languages?.translation?.language),
];

const parties: SectionWriter = (
  { channel, requestedState, requestingState, authorities },
  write,
) => [
  ...write.field('to', write.word(requestedState), write.authority(channel?.toCentralAuthorityId)),
  ...write.field(
    'from',
    write.word(requestingState),
    write.authority(channel?.fromCentralAuthorityId),
  ),
  ...write.field('requesting', authorities?.requesting?.name, authorities?.requesting?.office),
  ...write.coded('channel', channel?.type),
  ...write.field('authenticity', channel?.authenticityMeans),
];

const legalBasis: SectionWriter = ({ legalBases = [] }, write) =>
  legalBases.flatMap(({ instrument, bilateralRef, articles = [] }) => [
    ...write.heading(write.word(instrument), bilateralRef),
    ...write.field('articles', ...articles),
  ]);

const conducting: SectionWriter = ({ authorities, proceeding = {} }, write) => {
  const { court, originatingAct: act } = proceeding;
  return [
    ...write.field('conducting', authorities?.conducting?.name, authorities?.conducting?.function),
    ...write.field('proceeding', write.word(proceeding.kind), proceeding.reference),
    ...write.coded('stage', proceeding.stage),
    ...write.field('opened', proceeding.openedOn),
    ...write.field('court', court?.name, write.word(court?.kind)),
    ...write.field('act', act?.description, act?.authority, act?.date),
    ...write.field('jurisdiction', proceeding.jurisdictionStatement),
  ];
};

const subject: SectionWriter = ({ measures = [] }, write) =>
  measures.flatMap(({ id, type, purpose }) => [
    ...write.heading(id, type && labelOf('measureTypes', type)[write.language]),
    ...write.field('purpose', purpose),
  ]);

const BEFORE_CHARGES = ['preliminary', 'investigation', undefined];

const statementOfFacts: SectionWriter = ({ facts = {}, proceeding, glossary = [] }, write) => {
  const { paragraphs = [] } = facts;
  const isNumbered =
    paragraphs.length > 0 && paragraphs.every(({ text = '' }) => text.trim() !== '');
  const account = isNumbered
    ? paragraphs.flatMap(({ n, text }) => write.paragraph(text, n))
    : write.paragraph(facts.summary);
  const isUnproved = account.length > 0 && BEFORE_CHARGES.includes(proceeding?.stage);
  return [
    ...(isUnproved ? write.paragraph(WORDS.allegations[write.language]) : []),
    ...account,
    ...write.field('period', write.period(facts.period)),
    ...write.field(
      'places',
      facts.places?.map((one) => placeOf(one, write)),
    ),
    ...(facts.elements ? elementsOf(facts.elements, write) : []),
    ...glossary.flatMap(({ term, meaning }) => write.field('glossary', term, meaning)),
  ];
};

function elementsOf(elements: Elements, write: Writer): Block[] {
  const { financialBenefit: benefit, illegalEntry, organisedGroup: group } = elements;
  return [
    ...write.field('benefit', write.money(benefit?.amount), benefit?.payer),
    ...write.coded('entry', illegalEntry?.states),
    ...write.field('group', group?.approxMembers, group?.roles),
  ];
}

function placeOf(
  { state, place }: { state?: string | undefined; place?: string | undefined },
  write: Writer,
): string | undefined {
  const country = write.word(state);
  return place === undefined || country === undefined
    ? (place ?? country)
    : `${place} (${country})`;
}

const offences: SectionWriter = ({ offences: list = [], proceeding }, write) => {
  const { limitation } = proceeding ?? {};
  return [
    ...list.flatMap((offence) => [
      ...write.heading(offence.id, offence.label),
      ...write.field('provision', offence.provision?.law, offence.provision?.article),
      ...write.field('penalty', offence.maxPenaltyYears),
      ...write.flag('life', offence.lifePossible),
      ...write.flag('death', offence.deathPossible),
      ...write.coded('conduct', offence.protocolConduct, offence.baseConduct),
    ]),
    ...write.field('limitation', limitation?.expiresOn, limitation?.stoppedOn),
  ];
};

const dualCriminality: SectionWriter = ({ dualCriminality: dual }, write) => [
  ...write.field('statement', dual?.statement),
  ...write.field('equivalent', dual?.equivalentOffence),
];

/** The code of a person, by position. */
export function codeOf(index: number): string {
  return `P-${index + 1}`;
}

/** What the document calls a person: the name where it is disclosed in full, else initials or a code by position. */
export function displayOf(person: Person, index: number): string {
  const code = codeOf(index);
  const disclosed = person.nameDisclosed ?? 'full';
  if (disclosed === 'full') return person.name ?? code;
  return disclosed === 'initials' ? initialsOf(person.name) || code : code;
}

function initialsOf(name = ''): string {
  return name
    .split(/\s+/)
    .filter((part) => /^\p{Lu}/u.test(part))
    .map((part) => `${Array.from(part)[0] ?? ''}.`)
    .join('');
}

const persons: SectionWriter = ({ persons: list = [] }, write) =>
  list.flatMap((person, index) => {
    const isFull = (person.nameDisclosed ?? 'full') === 'full';
    return [
      ...write.heading(displayOf(person, index), write.word(person.kind)),
      ...write.field('role', ...rolesOf(person, write.language)),
      ...write.coded('nationality', person.nationalities),
      ...(isFull ? identityOf(person, write) : []),
    ];
  });

function rolesOf({ roles = [] }: Person, language: Language): string[] {
  return roles.map((role) => labelOf('roles', role)[language]);
}

/** All that tells who a person is; in the main document for those disclosed in full, else in the sealed annex alone. */
export function identityOf(person: Person, write: Writer): Block[] {
  const { location, registration, idDocuments = [] } = person;
  const isProtected = person.protection?.protectedWitness === true;
  return [
    ...write.field('name', person.name),
    ...write.field('aliases', person.aliases),
    ...write.field('born', person.dateOfBirth),
    ...write.field('registration', registration?.number, write.word(registration?.state)),
    ...write.field(
      'documents',
      ...idDocuments.flatMap(({ type, number, state }) => [type, number, write.word(state)]),
    ),
    ...write.field(
      'location',
      write.word(location?.state),
      isProtected ? undefined : location?.address,
      location?.facility,
      location?.lead,
      location?.unknownReason,
    ),
    ...write.field('unknown', person.identityUnknownReason),
  ];
}

/** Sections 0 to 8: who asks, on which basis, and the case. */
export const CASE_SECTIONS: readonly SectionWriter[] = [
  cover,
  parties,
  legalBasis,
  conducting,
  subject,
  statementOfFacts,
  offences,
  dualCriminality,
  persons,
];
