import { labelOf } from '../catalogue/labels.js';
import type { Measure } from '../request/measure.js';
import type { MlaRequest } from '../request/model.js';
import type { Block, Writer } from './blocks.js';
import { displayOf, type SectionWriter } from './case-sections.js';

const headingOf = ({ id, type }: Measure, write: Writer) =>
  write.heading(id, type && labelOf('measureTypes', type)[write.language]);

const assistance: SectionWriter = (request, write) =>
  (request.measures ?? []).flatMap((measure) => [
    ...headingOf(measure, write),
    ...scopeOf(measure, request, write),
    ...groundsOf(measure, request, write),
    ...detailsOf(measure, write),
  ]);

function scopeOf(measure: Measure, request: MlaRequest, write: Writer): Block[] {
  const { custodian, location, identifiers } = measure;
  return [
    ...write.field('description', measure.description),
    ...write.field('target', targetsOf(measure, request)),
    ...write.field('custodian', custodian?.name, custodian?.branch, write.word(custodian?.state)),
    ...write.field('where', location?.place, write.word(location?.state), measure.posts),
    ...write.field(
      'identifiers',
      identifiers?.map(({ kind, value, timestamp }) =>
        [write.word(kind), value, timestamp].filter((part) => part !== undefined).join(' '),
      ),
    ),
    ...write.field('identifiers', measure.cellSites),
    ...write.field('documentKinds', measure.documentKinds, measure.documents),
    ...write.coded('documentKinds', measure.trafficKinds),
    ...write.field('period', write.period(measure.dateRange)),
    ...write.field('offences', measure.offenceIds),
  ];
}

function targetsOf({ targetPersonIds = [] }: Measure, { persons = [] }: MlaRequest): string[] {
  return persons.flatMap((person, index) =>
    person.id !== undefined && targetPersonIds.includes(person.id)
      ? [displayOf(person, index)]
      : [],
  );
}

/** The words “probable cause” are those of one State's law; to any other the standard is left to its own. */
function standardOf({ threshold }: Measure, { requestedState }: MlaRequest): string | undefined {
  const standard = threshold?.standard;
  return standard === undefined || requestedState === 'US' ? standard : 'domestic-standard';
}

function groundsOf(measure: Measure, request: MlaRequest, write: Writer): Block[] {
  const { threshold, nexus } = measure;
  return [
    ...write.field('why', measure.whyThere),
    ...write.field('nexus', nexus?.explanation),
    ...write.field('paragraphs', nexus?.factParagraphs),
    ...write.field(
      'threshold',
      write.word(standardOf(measure, request)),
      threshold?.text,
      threshold?.latestFactOn,
      threshold?.continuity,
      threshold?.sources,
    ),
    ...write.field('necessity', measure.necessityReason, measure.rangeReason),
    ...write.field(
      'preservation',
      measure.preservation?.reference,
      measure.preservation?.expiresOn,
    ),
  ];
}

function detailsOf(measure: Measure, write: Writer): Block[] {
  const { questions = [] } = measure;
  return [
    ...write.coded('capacity', measure.capacity),
    ...questions.flatMap((question) => write.field('questions', question)),
    ...write.field(
      'hearing',
      measure.hearingDate,
      measure.recipient,
      measure.manner,
      measure.proofOfService,
    ),
    ...write.field('deadline', measure.deadline, measure.sequence),
    ...write.field('property', measure.property, measure.items),
    ...write.field('extent', write.word(measure.mode), write.money(measure.extent)),
    ...write.field('thirdParties', measure.thirdParties, measure.sharingProposal),
    ...write.field('custody', measure.object, measure.expertQuestion, measure.custodyPlan),
    ...write.field('duration', measure.duration, write.period(measure.dates)),
    ...write.field('technical', measure.technicalContact),
    ...(measure.video ? videoOf(measure.video, write) : []),
    ...(measure.arrangement ? arrangementOf(measure.arrangement, write) : []),
    ...write.field('agreement', measure.agreementRef, measure.proposal, measure.term),
    ...write.coded('agreement', measure.parties),
    ...write.field('travel', measure.travel, write.money(measure.allowance)),
    ...write.field('note', measure.legalBasisNote),
  ];
}

function videoOf(video: NonNullable<Measure['video']>, write: Writer): Block[] {
  return [
    ...write.field('video', video.window, video.timezone, video.platform, video.testDate),
    ...write.field('technical', video.technicalContact),
    ...write.field('reason', video.reason, video.identityCheck, video.whoConducts),
  ];
}

function arrangementOf(arrangement: NonNullable<Measure['arrangement']>, write: Writer): Block[] {
  return [
    ...write.field('arrangement', arrangement.director, arrangement.entry, arrangement.exit),
    ...write.field('custody', arrangement.custody, arrangement.abortCriteria, arrangement.costs),
  ];
}

const procedures: SectionWriter = ({ measures = [] }, write) =>
  measures.flatMap((measure) => {
    const { presence, procedures: list = [], procedureBasis } = measure;
    const officials = presence?.officials ?? [];
    const blocks = [
      ...write.field('procedures', ...list.map((one) => write.word(one)), procedureBasis),
      ...write.field('presence', ...officials.flatMap(({ name, post }) => [name, post])),
      ...(presence?.requested === true ? write.field('reason', presence.reason) : []),
    ];
    return blocks.length > 0 ? [...headingOf(measure, write), ...blocks] : [];
  });

const evidence: SectionWriter = ({ evidence: wanted }, write) => {
  const { digital, originals } = wanted ?? {};
  const returned = originals?.return === true ? write.word('returnOriginals') : undefined;
  return [
    ...write.coded('certification', wanted?.certification),
    ...write.field('digital', digital?.format, digital?.hash, digital?.delivery),
    ...(originals?.requested === true ? write.field('originals', originals.reason, returned) : []),
  ];
};

// Never asylum or country of origin: they are nobody's business but the client's own rules.
const protection: SectionWriter = ({ measures = [] }, write) =>
  measures.flatMap((measure) => {
    const blocks = write.field('special', measure.specialMeasures);
    return blocks.length > 0 ? [...headingOf(measure, write), ...blocks] : [];
  });

const confidentiality: SectionWriter = ({ confidentiality: secret }, write) =>
  secret?.requested === true
    ? [
        ...write.coded('confidential', 'requested'),
        ...write.field('reasons', secret.reasons),
        ...write.field('scope', secret.scope),
        ...write.coded('fallback', secret.ifNotPossible),
      ]
    : write.field('reason', secret?.notNeededReason);

const urgency: SectionWriter = ({ urgency: haste, proceeding }, write) => [
  ...write.coded('urgency', haste?.level),
  ...write.field('reason', haste?.reason),
  ...write.field('deadline', haste?.deadline),
  ...write.field('event', haste?.event),
  ...(proceeding?.keyDates ?? []).flatMap(({ label, date }) => write.field('event', label, date)),
];

const use: SectionWriter = ({ use: limits, assurances = [] }, write) => [
  ...(limits?.purposeLimited === true ? write.coded('use', 'purposeLimited') : []),
  ...write.field('otherUse', limits?.otherProceedings),
  ...assurances.flatMap(({ kind, text, givenBy }) => [
    ...write.field('assurance', write.word(kind), text),
    ...write.field('givenBy', givenBy),
  ]),
];

const costs: SectionWriter = ({ costs: expected }, write) => [
  ...write.field('estimate', write.money(expected?.estimate)),
  ...write.field('proposal', expected?.proposal),
  ...write.field('travel', expected?.travel),
];

const earlier: SectionWriter = (request, write) => [
  ...(request.relatedRequests ?? []).flatMap(({ ref, state, status }) =>
    write.field('related', ref, write.word(state), write.word(status)),
  ),
  ...(request.priorContacts ?? []).flatMap(({ date, channel, who, outcome }) =>
    write.field('contact', date, channel, who, outcome),
  ),
  ...(request.parallelProceedings ?? []).flatMap(({ state, kind, reference }) =>
    write.field('parallel', write.word(state), write.word(kind), reference),
  ),
];

const contacts: SectionWriter = ({ authorities }, write) => {
  const officer = authorities?.requesting?.officer;
  return [
    ...write.field('officer', officer?.name, officer?.role),
    ...write.field('phone', officer?.phone),
    ...write.field('email', officer?.email),
  ];
};

const signature: SectionWriter = ({ authorities }, write) => {
  const { name, position } = authorities?.signatory ?? {};
  return [
    ...write.field('signatory', name, position),
    { kind: 'field', label: write.label('place'), text: '____________________' },
  ];
};

/** Sections 9 to 19: what is asked, and how. */
export const ASSISTANCE_SECTIONS: readonly SectionWriter[] = [
  assistance,
  procedures,
  evidence,
  protection,
  confidentiality,
  urgency,
  use,
  costs,
  earlier,
  contacts,
  signature,
];
