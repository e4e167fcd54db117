import type { SourceCard } from './source-card.js';

type Handling = NonNullable<SourceCard['handling']>;

/** From the freest to the strictest; what is not said is freer than everything. */
const CODES: readonly (Handling['code'] | undefined)[] = [undefined, 'EN0', 'EN1', 'EN2', 'EN3'];
const USES: readonly (Handling['evidentialUse'] | undefined)[] = [
  undefined,
  'allowed',
  'consent-required',
  'forbidden',
];

/** Whether a card says less than the one that its thread gives: stricter it may be. */
export function isLooser(card: SourceCard, held: SourceCard): boolean {
  const [said, must] = [card.handling ?? {}, held.handling ?? {}];
  const isOther = card.kind !== held.kind || card.fromState !== held.fromState;
  const isFreer = [
    held.exculpatory === true && card.exculpatory !== true,
    CODES.indexOf(said.code) < CODES.indexOf(must.code),
    USES.indexOf(said.evidentialUse) < USES.indexOf(must.evidentialUse),
    must.restrictionRequestedBySender === 'yes' && said.restrictionRequestedBySender !== 'yes',
    said.onwardAllowed === true && must.onwardAllowed !== true,
    isLater(said.expiresOn, must.expiresOn),
  ];
  // A record of consent is the one of the thread, or none.
  const isClaimed = said.consentRef !== undefined && said.consentRef !== must.consentRef;
  return isOther || isClaimed || isFreer.includes(true);
}

/** Whether it holds for longer. */
function isLater(said: string | undefined, must: string | undefined): boolean {
  return must !== undefined && (said === undefined || said > must);
}
