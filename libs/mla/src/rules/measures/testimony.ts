import { hasRole, type Case, type Item } from '../../check/case.js';
import {
  eachMeasure,
  emptyOf,
  isEmpty,
  measuresOf,
  when,
  whenEmpty,
  type Outcome,
  type RuleSet,
} from '../../check/rule.js';
import { daysBetween } from '../../request/days.js';
import type { Measure } from '../../request/measure.js';
import { SERVICE_LEAD_DAYS } from '../../request/service-lead.js';
import type { AssuranceKind, MeasureType } from '../../request/vocabulary.js';

const TESTIMONY: readonly MeasureType[] = ['testimony', 'testimony-compelled'];
const HEARINGS: readonly MeasureType[] = [...TESTIMONY, 'video-hearing'];

/** Nassau Convention, article 20. */
const NASSAU_STAY_DAYS = 60;

function leadTime({ value, path }: Item<Measure>, the: Case): Outcome {
  if (value.hearingDate === undefined) return null;
  const lead = the.facts.country(the.request.requestedState, 'serviceLeadDays');
  if (daysBetween(the.today, value.hearingDate) >= (lead.value ?? SERVICE_LEAD_DAYS)) return null;
  const severity = lead.value === null ? 'quality' : undefined;
  return { paths: [`${path}/hearingDate`], severity, facts: [lead.use] };
}

/** UNTOC, article 18(10): free and informed consent of the person, and agreement of both authorities. */
function transferConsent({ value, path }: Item<Measure>, the: Case): Outcome {
  const targets = the.targetsOf(value);
  const unwilling = targets.filter(({ value: person }) => person.consent?.given !== true);
  if (targets.length === 0) return { paths: [`${path}/targetPersonIds`] };
  if (unwilling.length > 0) {
    const consents = unwilling.map((item) => `${item.path}/consent/given`);
    return { paths: [...consents, `${path}/targetPersonIds`] };
  }
  const agreement = emptyOf(path, value, 'agreementRef', 'custodyPlan');
  const paths = [
    ...(agreement.length === 2 ? agreement : []),
    ...(the.isRequestedFrom('MX') ? emptyOf(`${path}/dates`, value.dates, 'to') : []),
  ];
  return paths.length > 0 ? { paths, severity: 'missing' } : null;
}

function overstays({ dates, agreementRef }: Measure): boolean {
  if (!isEmpty(agreementRef)) return false;
  const { from, to } = dates ?? {};
  return from === undefined || to === undefined || daysBetween(from, to) > NASSAU_STAY_DAYS;
}

function lacking(the: Case, ...kinds: readonly AssuranceKind[]): boolean {
  return kinds.some((kind) => !the.hasAssurance(kind));
}

/** Nassau Convention, article 20; UNTOC, article 18(11) and (12), bind by themselves. */
function undertakings({ value, path }: Item<Measure>, the: Case): Outcome {
  const isNassau = the.governs('NASSAU');
  const targets = the.targetsOf(value);
  const needsCredit = isNassau || targets.some(({ value: person }) => hasRole(person, 'convicted'));
  const lacksCore =
    lacking(the, 'custody', 'return-person') || (needsCredit && lacking(the, 'time-credit'));
  const lacksAny = lacksCore || lacking(the, 'no-extradition-for-return', 'immunity-prior-acts');
  const stays = isNassau && overstays(value);
  const paths = [
    ...(lacksAny ? ['/assurances'] : []),
    ...(stays ? [`${path}/dates/from`, `${path}/dates/to`] : []),
  ];
  if (paths.length === 0) return null;
  const isGrave = isNassau && (lacksCore || stays);
  return isGrave ? { paths, facts: the.governingFacts } : { paths, severity: 'quality' };
}

export const testimonyRules: RuleSet = {
  'testimony-questions': measuresOf(TESTIMONY, ({ value, path }, the) => {
    if (!isEmpty(value.questions)) return null;
    const isLight = the.governs('NASSAU') && !the.isRequestedFrom('MX');
    return { paths: [`${path}/questions`], severity: isLight ? 'quality' : undefined };
  }),

  'testimony-capacity': measuresOf(HEARINGS, ({ value, path }) =>
    whenEmpty(emptyOf(path, value, 'capacity')),
  ),

  'testimony-procedure': measuresOf(TESTIMONY, ({ value, path }) =>
    whenEmpty(emptyOf(path, value, 'procedures')),
  ),

  'presence-unnamed': eachMeasure(({ value, path }) =>
    value.presence?.requested === true
      ? whenEmpty(emptyOf(`${path}/presence`, value.presence, 'officials', 'reason'))
      : null,
  ),

  'service-documents': measuresOf(['service-of-documents'], ({ value, path }) =>
    whenEmpty(emptyOf(path, value, 'annexIds')),
  ),

  'service-lead-time': measuresOf(['service-of-documents'], leadTime),

  'service-threat': measuresOf(['service-of-documents'], ({ value, path }) =>
    when(value.penaltyClause === true, `${path}/penaltyClause`),
  ),

  'transfer-consent': measuresOf(['transfer-detained'], transferConsent),

  'transfer-purpose': measuresOf(['transfer-detained'], ({ value, path }, the) => {
    const isParty = the
      .targetsOf(value)
      .some(({ value: person }) => hasRole(person, 'accused', 'suspect'));
    const isTrial =
      value.transferPurpose === 'own-trial' || (value.transferPurpose === undefined && isParty);
    return when(isTrial, `${path}/transferPurpose`);
  }),

  'transfer-undertakings': measuresOf(['transfer-detained'], undertakings),

  'appearance-safe-conduct': measuresOf(['voluntary-appearance'], (_, the) =>
    when(!the.hasAssurance('safe-conduct'), '/assurances'),
  ),

  'video-technical': measuresOf(['video-hearing'], ({ value, path }) =>
    whenEmpty(
      emptyOf(
        `${path}/video`,
        value.video,
        ...(['window', 'timezone', 'platform', 'technicalContact'] as const),
      ),
    ),
  ),

  'video-reason': measuresOf(['video-hearing'], ({ value, path }) =>
    whenEmpty(emptyOf(`${path}/video`, value.video, 'reason')),
  ),

  // UNTOC, article 18(18), covers witnesses and experts.
  'video-accused': measuresOf(['video-hearing'], ({ value, path }, the) => {
    if (value.capacity !== 'accused' && value.capacity !== 'suspect') return null;
    const allowed = the.facts.country(the.request.requestedState, 'videoAccused');
    return allowed.value === 'allowed'
      ? null
      : { paths: [`${path}/capacity`], facts: [allowed.use] };
  }),
};
