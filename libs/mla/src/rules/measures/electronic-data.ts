import { DATA } from '../../catalogue/catalogue.js';
import type { Case, Item } from '../../check/case.js';
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
import type { MeasureType } from '../../request/vocabulary.js';

/**
 * Days before its end from which a preservation must be renewed; days after which facts that support a search are
 * old.
 */
const PRESERVATION_NEAR_DAYS = 30;
const FACTS_STALE_DAYS = 180;

const E164 = /^\+[1-9]\d{1,14}$/;
const TRACED: ReadonlySet<MeasureType | undefined> = new Set([
  ...DATA,
  'interception',
  'telecom-records',
] as const);
/** 18 USC 2703(c)(2): these are subscriber data, not traffic. */
const SUBSCRIBER_TIER = ['connection-logs', 'session-times', 'assigned-ip'];

function imprecise({ value, path }: Item<Measure>): Outcome {
  const identifiers = value.identifiers ?? [];
  if (identifiers.length === 0) return null;
  const onlyNames = identifiers.every(({ kind }) => kind === 'display-name');
  const paths = identifiers.flatMap((identifier, index) => {
    const at = `${path}/identifiers/${index}`;
    if (identifier.kind === 'ip' && identifier.timestamp === undefined) return [`${at}/timestamp`];
    const isPhone = identifier.kind === 'phone' && !E164.test(identifier.value ?? '');
    return isPhone ? [`${at}/value`] : [];
  });
  return whenEmpty(onlyNames ? [`${path}/identifiers`, ...paths] : paths);
}

function contentCause({ value, path }: Item<Measure>, the: Case): Outcome {
  if (!the.isRequestedFrom('US')) return null;
  const paths = emptyOf(`${path}/threshold`, value.threshold, 'text', 'sources');
  if (value.threshold?.standard !== 'probable-cause') paths.unshift(`${path}/threshold/standard`);
  return whenEmpty(paths);
}

function trafficFacts({ value, path }: Item<Measure>, the: Case): Outcome {
  const kinds = value.trafficKinds ?? [];
  const isSubscriberTier =
    kinds.length > 0 && kinds.every((kind) => SUBSCRIBER_TIER.includes(kind));
  if (!the.isRequestedFrom('US') || isSubscriberTier) return null;
  const paths = emptyOf(`${path}/threshold`, value.threshold, 'text');
  const { standard } = value.threshold ?? {};
  if (standard !== 'specific-articulable' && standard !== 'probable-cause') {
    paths.unshift(`${path}/threshold/standard`);
  }
  return whenEmpty(paths);
}

/** Budapest Convention, article 29(2)(a) to (f). */
function preservationContent({ value, path }: Item<Measure>, the: Case): Outcome {
  const { authorities, facts } = the.request;
  const core = [
    ...emptyOf('/authorities/requesting', authorities?.requesting, 'name'),
    ...emptyOf(path, value, 'offenceIds', 'identifiers', 'necessityReason'),
    ...emptyOf('/facts', facts, 'summary'),
    ...emptyOf(`${path}/nexus`, value.nexus, 'explanation'),
    ...(value.mlaWillFollow === true ? [] : [`${path}/mlaWillFollow`]),
  ];
  const custodian = emptyOf(`${path}/custodian`, value.custodian, 'name');
  const paths = [...core, ...custodian];
  if (paths.length === 0) return null;
  const budapest = the.status('BUDAPEST');
  if (budapest.state === 'not-in-force') {
    return { paths, severity: 'quality', facts: budapest.facts };
  }
  return { paths, severity: core.length > 0 ? 'missing' : 'quality' };
}

const isStale = (value: Measure, the: Case) =>
  value.threshold?.latestFactOn !== undefined &&
  daysBetween(value.threshold.latestFactOn, the.today) > FACTS_STALE_DAYS;

export const electronicDataRules: RuleSet = {
  'data-preserve-first': measuresOf(DATA, ({ value, path }) =>
    whenEmpty(emptyOf(`${path}/preservation`, value.preservation, 'reference')),
  ),

  'data-preserve-expiring': eachMeasure(({ value, path }, { today }) => {
    const expiresOn = value.preservation?.expiresOn;
    return when(
      expiresOn !== undefined && daysBetween(today, expiresOn) <= PRESERVATION_NEAR_DAYS,
      `${path}/preservation/expiresOn`,
    );
  }),

  'data-identifier-precise': measuresOf(TRACED, imprecise),

  'data-us-content-cause': measuresOf(['stored-content'], contentCause),

  'data-us-traffic-facts': measuresOf(['traffic-data'], trafficFacts),

  'data-us-direct-noncontent': measuresOf(['subscriber-data'], ({ value, path }, the) =>
    when(
      the.isRequestedFrom('US') && value.directRequestTried !== true,
      `${path}/directRequestTried`,
    ),
  ),

  'data-stale': measuresOf(['stored-content', 'search-seizure'], ({ value, path }, the) =>
    when(
      isStale(value, the) && isEmpty(value.threshold?.continuity),
      `${path}/threshold/latestFactOn`,
      `${path}/threshold/continuity`,
    ),
  ),

  'data-emergency-route': measuresOf(DATA, ({ value, path }, { request }) =>
    when(
      request.urgency?.level === 'emergency' && value.emergencyDisclosureTried !== true,
      `${path}/emergencyDisclosureTried`,
    ),
  ),

  'preservation-content': measuresOf(['preservation'], preservationContent),

  // 18 USC 3512 does not name the interception of content.
  'intercept-us': measuresOf(['interception'], ({ value, path }, the) =>
    when(
      the.isRequestedFrom('US') && value.contentOfCommunications !== false,
      `${path}/contentOfCommunications`,
    ),
  ),

  'intercept-details': measuresOf(['interception'], ({ value, path }) =>
    whenEmpty(emptyOf(path, value, 'duration', 'domesticAuthorisation', 'technicalContact')),
  ),
};
