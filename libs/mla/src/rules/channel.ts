import { COERCIVE } from '../catalogue/catalogue.js';
import type { Case } from '../check/case.js';
import { isEmpty, once, when, type Outcome, type RuleSet } from '../check/rule.js';
import type { FactUse } from '../packs/fact-reader.js';
import { primaryInstrument, readsAs } from '../packs/governing.js';
import { daysBetween } from '../request/days.js';

/** Days after which the last confirmation of a country pack is old. */
const PACK_STALE_DAYS = 365;

const isUrgent = (the: Case) => (the.request.urgency?.level ?? 'normal') !== 'normal';

/** The instrument whose central authority must be addressed, and what that choice rests on; null when it is unknown. */
function addressing(the: Case): { instrument: string | null; facts: readonly FactUse[] } | null {
  const primary = primaryInstrument(the.request);
  if (primary !== undefined && primary !== 'RECIPROCITY') {
    const { state, facts } = the.status(primary);
    if (state === 'unknown') return null;
    if (state === 'in-force') return { instrument: readsAs(primary) ?? null, facts };
  }
  return { instrument: the.governing.instrument, facts: the.governingFacts };
}

/** Central authorities are designated per instrument (UNTOC 18(13), Nassau 3), never per State. */
function wrongAuthority(the: Case): Outcome {
  const { channel, requestedState } = the.request;
  if (channel?.type === 'diplomatic') {
    const fact = the.facts.country(requestedState, 'diplomaticChannel');
    if (fact.value === null) return { ask: [fact.use] };
    if (fact.value !== 'not-accepted') return null;
  }
  const target = addressing(the);
  if (target === null) return { ask: the.status(primaryInstrument(the.request) ?? '').facts };
  const authority = the.facts.centralAuthority(requestedState, target.instrument);
  if (authority.value === null) return { ask: [authority.use] };
  if (authority.value === channel?.toCentralAuthorityId) return null;
  return {
    paths: ['/channel/toCentralAuthorityId', ...the.choicePaths],
    facts: [authority.use, ...target.facts],
  };
}

/** Budapest Convention, article 27(9): direct transmission in urgency, where no treaty binds the pair. */
function mayGoDirect(the: Case): boolean {
  const { requestedState, requestingState, channel } = the.request;
  const isLight = isUrgent(the) || !the.hasMeasure(COERCIVE);
  if (!the.isUnderBudapest27 || !isLight || channel?.copyToCentralAuthorities !== true) {
    return false;
  }
  const direct = the.facts.country(requestedState, 'directUrgentTransmission');
  const own = the.facts.country(requestingState, 'ownCentralAuthorityRequired');
  return direct.value === 'accepted' && own.value !== true;
}

function notViaOwn(the: Case): Outcome {
  const { channel, requestingState } = the.request;
  const isUnsigned =
    channel?.type === 'central-authority' && isEmpty(channel.fromCentralAuthorityId);
  if ((channel?.type !== 'direct' && !isUnsigned) || mayGoDirect(the)) return null;
  const paths = ['/channel/fromCentralAuthorityId', '/channel/type', ...the.choicePaths];
  const own = the.facts.country(requestingState, 'ownCentralAuthorityRequired');
  const grounds = [
    ...(the.governs('NASSAU') ? [the.governingFacts] : []),
    ...(own.value === true ? [[own.use]] : []),
  ];
  const verified = grounds.find((facts) => facts.every((use) => use.confidence === 'verified'));
  const facts = verified ?? grounds[0];
  return facts ? { paths, severity: 'blocker', facts } : { paths };
}

export const channelRules: RuleSet = {
  'channel-wrong-authority': once('channel', wrongAuthority),

  'channel-not-via-own-central': once('channel', notViaOwn),

  'channel-interpol-conditions': once('channel', (the) => {
    const { channel } = the.request;
    if (channel?.type !== 'interpol') return null;
    const isAgreed = channel.agreed === true || the.isUnderBudapest27;
    return when(!isUrgent(the) || !isAgreed, '/urgency/level', '/channel/agreed');
  }),

  'channel-oral-unconfirmed': once('request', (the) => {
    const { requestKind, writtenConfirmationOn, channel } = the.request;
    const isComplete =
      writtenConfirmationOn !== undefined && isUrgent(the) && channel?.agreed === true;
    return when(
      requestKind === 'oral-urgent' && !isComplete,
      '/writtenConfirmationOn',
      '/urgency/level',
      '/channel/agreed',
    );
  }),

  'form-authenticity': once('channel', ({ request: { channel } }) =>
    when(
      channel?.electronic === true && isEmpty(channel.authenticityMeans),
      '/channel/authenticityMeans',
    ),
  ),

  'form-apostille-unneeded': once('evidence', (the) => {
    const { channel, evidence, requestedState } = the.request;
    const isLegalised = (evidence?.certification ?? []).some(
      (kind) => kind === 'apostille' || kind === 'legalisation',
    );
    if (channel?.type !== 'central-authority' || !isLegalised) return null;
    const paths = ['/evidence/certification'];
    if (the.governs('NASSAU')) return { paths, facts: the.governingFacts };
    const required = the.facts.country(requestedState, 'legalisationRequired');
    return required.value === false ? { paths, facts: [required.use] } : null;
  }),

  'pack-stale': (the) => {
    const state = the.request.requestedState ?? '';
    const { countries } = the.facts.packs;
    const verifiedOn = Object.hasOwn(countries, state) ? countries[state]?.verifiedOn : null;
    const isFresh =
      typeof verifiedOn === 'string' && daysBetween(verifiedOn, the.today) <= PACK_STALE_DAYS;
    const outcome = { paths: ['/requestedState'] };
    return isFresh ? [] : [{ subject: state || 'requestedState', at: 0, outcome }];
  },
};
