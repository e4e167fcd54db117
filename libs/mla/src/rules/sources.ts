import type { Case, Item } from '../check/case.js';
import { eachAnnex, eachSource, isEmpty, when, type Outcome, type RuleSet } from '../check/rule.js';
import type { Source } from '../request/facts.js';
import { HANDLING_CODES, type HandlingCode } from '../request/vocabulary.js';

/** Kinds of information that came without a formal request. */
const INFORMAL: readonly Source['kind'][] = [
  'informal-exchange',
  'police-channel',
  'spontaneous',
  'fiu',
];

const RESTRICTED: readonly (HandlingCode | undefined)[] = ['EN1', 'EN2', 'EN3'];

function isRestricted({ handling }: Source): boolean {
  return (
    handling?.restrictionRequestedBySender === 'yes' ||
    RESTRICTED.includes(handling?.code) ||
    (handling?.evidentialUse !== undefined && handling.evidentialUse !== 'allowed')
  );
}

function isUnrecorded({ handling }: Source): boolean {
  const { code, restrictionRequestedBySender: restriction = 'unknown' } = handling ?? {};
  return code === undefined && restriction === 'unknown';
}

/**
 * Where the law of the receiver, or of the sender, admits the formal route only (Mexico, CNPP 455), no consent cures an
 * informal source; what that rests on, or null.
 */
function formalRouteOnly({ fromState }: Source, the: Case) {
  const { requestingState } = the.request;
  if (fromState === requestingState) return null;
  return (
    [requestingState, fromState]
      .map((state) => the.facts.country(state, 'informalInformationUse'))
      .find(({ value }) => value?.formalisation === 'only-by-formal-mla') ?? null
  );
}

/** UNTOC 18(5), Smuggling Protocol 10(2): a limit binds when the sender asked for it; not knowing is not free use. */
function informalCited({ value, path }: Item<Source>, the: Case): Outcome {
  if (!INFORMAL.includes(value.kind) || isEmpty(value.usedInParagraphs)) return null;
  const handling = `${path}/handling`;
  const used = [`${path}/usedInParagraphs`, `${path}/kind`];
  const isOpen = isEmpty(value.handling?.consentRef);
  const formal = formalRouteOnly(value, the);
  if (isOpen && isRestricted(value)) {
    const fields = ['consentRef', 'restrictionRequestedBySender', 'code', 'evidentialUse'];
    return { paths: [...used, ...fields.map((field) => `${handling}/${field}`)] };
  }
  if (formal) return { paths: [...used, `${path}/fromState`], facts: [formal.use] };
  if (!isOpen || !isUnrecorded(value)) return null;
  return {
    paths: [`${handling}/code`, `${handling}/restrictionRequestedBySender`],
    severity: 'missing',
  };
}

function strictness(code: HandlingCode | undefined): number {
  return HANDLING_CODES.indexOf(code ?? 'EN1');
}

export const sourceRules: RuleSet = {
  'informal-cited': eachSource(informalCited),

  'informal-third-state': eachSource(({ value, path }, { request }) => {
    const { fromState, handling, usedInParagraphs } = value;
    const isThird =
      fromState !== undefined &&
      fromState !== request.requestedState &&
      fromState !== request.requestingState;
    return when(
      isThird &&
        !isEmpty(usedInParagraphs) &&
        isEmpty(handling?.consentRef) &&
        handling?.onwardAllowed !== true,
      `${path}/fromState`,
      `${path}/usedInParagraphs`,
      `${path}/handling/consentRef`,
      `${path}/handling/onwardAllowed`,
    );
  }),

  'exculpatory-notice': eachSource(({ value, path }) =>
    when(
      value.exculpatory === true && value.handling?.evidentialUse !== 'allowed',
      `${path}/exculpatory`,
    ),
  ),

  'annex-confidential-origin': eachAnnex(({ value, path }, { request }) =>
    when(
      strictness(value.handling) > strictness(request.handling),
      `${path}/handling`,
      '/handling',
    ),
  ),
};
